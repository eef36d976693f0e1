import { getNamedType, isInputObjectType, isNonNullType } from 'graphql';
import { buildEventContracts, buildEventSchema, subgraphNames } from '../../schema/src/index.ts';
import type { EventContractFile } from '../../schema/src/index.ts';

const consumerNames = new RegExp(`^(${[...subgraphNames, 'the gateway', 'nobody yet'].join('|')})$`);

function consumerProblems(name: string, description: string): string[] {
  const consumers = /Consumed by:\s*([\s\S]+)$/.exec(description)?.[1]?.split('. ')[0];
  if (!description.startsWith('Published') || consumers === undefined) {
    return [`${name} does not say when it is published and by whom it is consumed: "Published when … Consumed by: …".`];
  }
  return consumers
    .replaceAll(/\([^)]*\)/g, '')
    .split(',')
    .map((consumer) => consumer.replace('.', '').replaceAll(/\s+/g, ' ').trim())
    .filter((consumer) => !consumerNames.test(consumer))
    .map((consumer) => `${name} names the consumer "${consumer}", which does not exist.`);
}

/** One sentence for each event contract that does not say what a reader of it has to know. */
export function eventContractProblems(files: readonly EventContractFile[]): string[] {
  const schema = buildEventSchema(files);
  const contracts = buildEventContracts(files);
  return contracts.names.flatMap((name) => {
    const type = schema.getType(name);
    if (!isInputObjectType(type)) return [];
    const { aggregateField, command } = contracts.find(name);
    const description = type.description ?? '';
    const aggregate = type.getFields()[aggregateField]?.type;
    const problems = command ? [] : consumerProblems(name, description);
    if (command && !description.includes('Answered by')) problems.push(`${name} does not say by what it is answered.`);
    if (!aggregate || !isNonNullType(aggregate) || getNamedType(aggregate).name !== 'ID') {
      problems.push(`${name} is ordered by ${aggregateField}, which is no ID! of it.`);
    }
    return problems;
  });
}

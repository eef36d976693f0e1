import { findBreakingChanges, getNamedType, isInputObjectType, isNonNullType } from 'graphql';
import type { GraphQLInputObjectType, GraphQLSchema } from 'graphql';
import { buildEventContracts, buildEventSchema } from '../../schema/src/index.ts';
import type { EventContractFile } from '../../schema/src/index.ts';

function inputTypes(schema: GraphQLSchema): GraphQLInputObjectType[] {
  return Object.values(schema.getTypeMap()).filter(isInputObjectType);
}

/** graphql-js takes this for harmless, because a writer survives it. A reader of events does not. */
function becameOptional(before: GraphQLSchema, after: GraphQLSchema): string[] {
  return inputTypes(before).flatMap((type) => {
    const next = after.getType(type.name);
    if (!isInputObjectType(next)) return [];
    const nextFields = next.getFields();
    return Object.values(type.getFields()).flatMap((field) => {
      const nextField = nextFields[field.name];
      const isBreak = nextField && isNonNullType(field.type) && !isNonNullType(nextField.type);
      return isBreak ? [`${type.name}.${field.name} became optional.`] : [];
    });
  });
}

function typesWithin(type: GraphQLInputObjectType, seen = new Set<string>()): Set<string> {
  if (seen.has(type.name)) return seen;
  seen.add(type.name);
  for (const field of Object.values(type.getFields())) {
    const fieldType = getNamedType(field.type);
    if (isInputObjectType(fieldType)) typesWithin(fieldType, seen);
    else seen.add(fieldType.name);
  }
  return seen;
}

function consumersOf(type: GraphQLInputObjectType, command: { to: string } | undefined): string {
  if (command) return command.to;
  const named = /Consumed by:\s*([\s\S]+)$/.exec(type.description ?? '')?.[1]?.replaceAll(/\s+/g, ' ');
  return named?.replace(/\.$/, '') ?? 'nobody';
}

/**
 * One sentence for each change of an event contract that a consumer of the old form does not survive, with the consumers
 * by name. During a rolling upgrade old consumers read new events, and replayed old events meet new consumers.
 * `accepted` is the text of the file that lists the breaks which were agreed on.
 */
export function breakingEventChanges(
  before: readonly EventContractFile[],
  after: readonly EventContractFile[],
  accepted = '',
): string[] {
  const schemaBefore = buildEventSchema(before);
  const schemaAfter = buildEventSchema(after);
  const contractsBefore = buildEventContracts(before);
  const contractsAfter = buildEventContracts(after);

  const changes = [
    ...findBreakingChanges(schemaBefore, schemaAfter).map(({ description }) => description),
    ...becameOptional(schemaBefore, schemaAfter),
  ];
  for (const name of contractsBefore.names.filter((known) => contractsAfter.has(known))) {
    const [was, is] = [contractsBefore.find(name), contractsAfter.find(name)];
    if (was.aggregateField !== is.aggregateField) {
      changes.push(`${name} is ordered by ${is.aggregateField} instead of ${was.aggregateField}.`);
    }
    if (was.publisher !== is.publisher) changes.push(`${name} moved from ${was.publisher} to ${is.publisher}.`);
  }

  const events = contractsBefore.names.flatMap((name) => {
    const type = schemaBefore.getType(name);
    return isInputObjectType(type) ? [{ name, type, within: typesWithin(type) }] : [];
  });
  const refused = changes.filter((change) => !accepted.includes(`Event contract: ${change}`));
  return refused.map((change) => {
    const subjects = (change.match(/\w+/g) ?? []).filter((word) => schemaBefore.getType(word) !== undefined);
    const touched = events.filter(({ within }) => subjects.some((subject) => within.has(subject)));
    const readers = touched.map(
      ({ name, type }) => `${name} is consumed by ${consumersOf(type, contractsBefore.find(name).command)}`,
    );
    const who = readers.length > 0 ? `${readers.join('; ')}.` : 'No event holds it.';
    return `Event contract: ${change} ${who} Publish a new version next to the old one instead.`;
  });
}

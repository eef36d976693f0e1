import { buildSchema, findBreakingChanges, separateOperations } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Audience } from '../compose/derive-contract.ts';
import { usedCoordinates } from './client-operations.ts';
import type { ClientOperations } from './client-operations.ts';

/** What a change is about: the field it names, or else the types it names. */
function coordinatesIn(description: string, schema: GraphQLSchema): string[] {
  const fields = description.match(/\b\w+\.\w+\b/g);
  if (fields) return fields;
  return (description.match(/\w+/g) ?? []).filter((word) => schema.getType(word) !== undefined);
}

function operationNames(document: DocumentNode, uses: (operation: DocumentNode) => boolean): string[] {
  const separate = Object.entries(separateOperations(document));
  return separate.filter(([, operation]) => uses(operation)).map(([name]) => name || 'an unnamed operation');
}

function whoBreaks(
  schema: GraphQLSchema,
  coordinates: readonly string[],
  operations: readonly ClientOperations[],
): string {
  const broken = operations.flatMap((file) => {
    const names = operationNames(file.document, (operation) => {
      const used = usedCoordinates(schema, operation);
      return coordinates.some((coordinate) => used.has(coordinate));
    });
    return names.length > 0 ? [`${file.client ?? file.file} (${names.join(', ')})`] : [];
  });
  if (broken.length === 0) return 'No recorded client uses it; others may.';
  return `It would break ${broken.join('; ')}.`;
}

/**
 * One sentence for each change of an audience's contract that existing clients do not survive, with the clients by name.
 * `accepted` is the text of the file that lists the breaks which were agreed on.
 */
export function breakingContractChanges(
  audience: Audience,
  before: string,
  after: string,
  operations: readonly ClientOperations[],
  accepted = '',
): string[] {
  const schemaBefore = buildSchema(before);
  const own = operations.filter((file) => file.audience === audience);
  return findBreakingChanges(schemaBefore, buildSchema(after)).flatMap(({ description }) => {
    const change = `${audience}: ${description}`;
    if (accepted.includes(change)) return [];
    const breaks = whoBreaks(schemaBefore, coordinatesIn(description, schemaBefore), own);
    return [
      `${change} ${breaks} Keep the old form beside the new one and deprecate it, or add the line "${change}" to ` +
        'schema/accepted-breaks.md with a note for clients.',
    ];
  });
}

import { readdirSync, readFileSync } from 'node:fs';
import {
  TypeInfo,
  buildSchema,
  getNamedType,
  isInputObjectType,
  parse,
  typeFromAST,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { DocumentNode, GraphQLNamedType, GraphQLSchema } from 'graphql';
import { audiences } from '../compose/derive-contract.ts';
import type { Audience } from '../compose/derive-contract.ts';

/** A recorded file of operations that a client sends. */
export interface ClientOperations {
  readonly audience: Audience;
  /** Path inside the repository. */
  readonly file: string;
  /** Who sends them, from the file's comment. */
  readonly client: string | undefined;
  readonly document: DocumentNode;
}

/** All operations that must keep working. */
export function clientOperations(): ClientOperations[] {
  return audiences.flatMap((audience) => {
    const folder = new URL(`../../schema/operations/${audience}/`, import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
    return files.sort().map((name) => {
      const text = readFileSync(new URL(name, folder), 'utf8');
      return {
        audience,
        file: `schema/operations/${audience}/${name}`,
        client: /^# Client: (.+?)\.?$/m.exec(text)?.[1],
        document: parse(text),
      };
    });
  });
}

/** What keeps the operations from being valid against the contract of their audience. */
export function operationProblems(
  operations: readonly ClientOperations[],
  contracts: Readonly<Record<Audience, string>>,
): string[] {
  const schemas = new Map(audiences.map((audience) => [audience, buildSchema(contracts[audience])]));
  return operations.flatMap(({ audience, file, client, document }) => {
    const schema = schemas.get(audience);
    if (!schema) return [];
    const unnamed = client ? [] : [`${file} does not say who sends it. Begin it with "# Client: <who would break>".`];
    const invalid = validate(schema, document).map(({ message, locations }) => {
      const line = locations?.[0]?.line ?? 1;
      return `${file}:${line} does not fit the ${audience} contract: ${message} It would break ${client ?? 'its client'}.`;
    });
    return [...unnamed, ...invalid];
  });
}

function addInput(type: GraphQLNamedType, used: Set<string>): void {
  if (used.has(type.name)) return;
  used.add(type.name);
  if (!isInputObjectType(type)) return;
  for (const field of Object.values(type.getFields())) {
    used.add(`${type.name}.${field.name}`);
    addInput(getNamedType(field.type), used);
  }
}

/** Everything of the schema that a document depends on: `Type`, `Type.field`. Variables may fill every input field. */
export function usedCoordinates(schema: GraphQLSchema, document: DocumentNode): Set<string> {
  const used = new Set<string>();
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        const parent = typeInfo.getParentType();
        const type = typeInfo.getType();
        if (parent) used.add(parent.name).add(`${parent.name}.${node.name.value}`);
        if (type) used.add(getNamedType(type).name);
      },
      Argument() {
        const type = typeInfo.getInputType();
        if (type) addInput(getNamedType(type), used);
      },
      VariableDefinition(node) {
        const type = typeFromAST(schema, node.type);
        if (type) addInput(getNamedType(type), used);
      },
    }),
  );
  return used;
}

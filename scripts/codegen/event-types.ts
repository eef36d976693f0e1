import { isEnumType, isInputObjectType, isListType, isNonNullType, isScalarType, isSpecifiedScalarType } from 'graphql';
import type { GraphQLInputType, GraphQLNamedType, GraphQLSchema } from 'graphql';

const specifiedScalars: Record<string, string> = {
  ID: 'string',
  String: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
};
const customScalars: Record<string, string> = {
  JSON: 'unknown',
  Sealed: '{ subject: string; keyId: string; ciphertext: string }',
};

function describe(description: string | null | undefined, indent: string): string {
  if (!description) return '';
  const lines = description.split('\n');
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

function typeScriptOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return presentTypeScriptOf(type.ofType);
  return `${presentTypeScriptOf(type)} | null`;
}

function presentTypeScriptOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return presentTypeScriptOf(type.ofType);
  if (isListType(type)) return `Array<${typeScriptOf(type.ofType)}>`;
  return specifiedScalars[type.name] ?? type.name;
}

function declarationOf(type: GraphQLNamedType): string {
  if (isScalarType(type)) return `export type ${type.name} = ${customScalars[type.name] ?? 'string'};\n`;
  if (isEnumType(type)) {
    return `export type ${type.name} = ${type
      .getValues()
      .map((value) => `'${value.name}'`)
      .join(' | ')};\n`;
  }
  if (!isInputObjectType(type)) return '';
  const fields = Object.values(type.getFields()).map((field) => {
    const optional = isNonNullType(field.type) ? '' : '?';
    return `${describe(field.description, '  ')}  ${field.name}${optional}: ${typeScriptOf(field.type)};\n`;
  });
  return `export interface ${type.name} {\n${fields.join('')}}\n`;
}

/** TypeScript for every event contract, and one interface that names the payload of each event and command. */
export function eventTypesOf(schema: GraphQLSchema, eventNames: readonly string[]): string {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !(isScalarType(type) && isSpecifiedScalarType(type)),
  );
  const declarations = types.map((type) => describe(type.description, '') + declarationOf(type));
  const payloads = eventNames.map((name) => `  ${name}: ${name};\n`).join('');
  return [
    '// Generated from schema/events by `npm run codegen`.\n',
    ...declarations,
    `/** The payload of every event and command. */\nexport interface EventPayloads {\n${payloads}}\n`,
  ].join('\n');
}

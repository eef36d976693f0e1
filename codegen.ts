import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { Supergraph } from '@apollo/federation-internals';
import { print, printSchema } from 'graphql';
import { subgraphNames, subgraphTypeDefs, supergraphSdl } from './schema/src/index.ts';
import type { SubgraphName } from './schema/src/index.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

const scalars = {
  ID: { input: 'string', output: 'string' },
  DateTime: { input: 'string', output: 'Date | string' },
  Decimal: 'string',
  CurrencyCode: 'string',
  CountryCode: 'string',
  LanguageCode: 'string',
  URL: 'string',
};

/** A resolver's object need not be the GraphQL type: what `resolvers/models.ts` exports under its name stands for it. */
function mappersOf(name: SubgraphName): Record<string, string> {
  const models = `${root}subgraphs/${name}/src/resolvers/models.ts`;
  if (!existsSync(models)) return {};
  const exported = readFileSync(models, 'utf8').matchAll(/^export (?:type|interface|class) (\w+)/gm);
  return Object.fromEntries(
    Array.from(exported, ([, type]) => [type, `../src/resolvers/models.ts#${type} as ${type}Model`]),
  );
}

// Federation's own directives, which `@link` imports: codegen reads plain SDL and has to be told of them.
const federationDirectives = `
  directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
  directive @shareable repeatable on OBJECT | FIELD_DEFINITION
  directive @tag(name: String!) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCALAR
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

function subgraphSdl(name: SubgraphName): string {
  const document = subgraphTypeDefs(name);
  const definitions = document.definitions.filter((definition) => definition.kind !== 'SchemaExtension');
  return `${federationDirectives}\n${print({ ...document, definitions })}`;
}

const shared = { useTypeImports: true, enumsAsTypes: true, scalars, strictScalars: true };

const operationTypes = {
  schema: printSchema(Supergraph.build(supergraphSdl()).apiSchema().toGraphQLJSSchema()),
  documents: ['schema/operations/*/*.graphql'],
  plugins: ['typescript-operations'],
  config: { ...shared, scalars: { ...scalars, DateTime: 'string' } },
};

/** The storefront sends these documents themselves, so it gets them with their types, from what it sees of the schema. */
export const storefrontDocuments: CodegenConfig['generates'] = {
  'storefront/generated/operations.ts': {
    schema: `${root}schema/contracts/storefront.graphql`,
    documents: [`${root}schema/operations/storefront/*.graphql`],
    plugins: ['typescript-operations', 'typed-document-node'],
    config: { ...shared, scalars: { ...scalars, DateTime: 'string' }, avoidOptionals: false },
  },
};

const resolverTypes = Object.fromEntries(
  subgraphNames.map((name) => [
    `subgraphs/${name}/generated/graphql.ts`,
    {
      schema: subgraphSdl(name),
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        ...shared,
        maybeValue: 'T | null | undefined',
        inputMaybeValue: 'T | null',
        federation: true,
        useIndexSignature: true,
        immutableTypes: true,
        // An argument or input field with a default always arrives.
        avoidOptionals: { defaultValue: true },
        mappers: mappersOf(name),
        contextType: '@ordergraph/subgraph-server#RequestContext',
      },
    },
  ]),
);

const config: CodegenConfig = {
  generates: { ...resolverTypes, 'schema/generated/operations.ts': operationTypes, ...storefrontDocuments },
  silent: true,
};

export default config;

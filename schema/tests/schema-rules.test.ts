import { describe, expect, test } from 'vitest';
import { eventContractProblems } from '../../scripts/check/event-lint.ts';
import { schemaProblems } from '../../scripts/check/schema-lint.ts';
import { eventContractFiles, readContractFile, subgraphNames } from '../src/index.ts';
import type { EventContractFile } from '../src/index.ts';

const owner = `
  "A thing." type Thing @key(fields: "id") { id: ID! name: String! }
  "A mark." type Mark @key(fields: "kind id") { kind: String! id: ID meaning: String }
  type Query { "One." thing(id: ID!): Thing @tag(name: "admin") }
`;

function problemsOf(sdl: string): string[] {
  return schemaProblems([
    { name: 'things', sdl: owner },
    { name: 'parts', sdl },
  ]);
}

function mutation(payload: string, input = 'name: String!'): string {
  return `
    type Mutation { partRename(input: PartRenameInput!): PartRenamePayload! @tag(name: "admin") }
    "Input." input PartRenameInput { ${input} }
    "Answer." type PartRenamePayload { ${payload} }
  `;
}

test('the SDL of every subgraph follows the rules of the house', () => {
  const files = [...subgraphNames.map((name) => `subgraphs/${name}.graphql`), 'shared.graphql', 'live.graphql'];

  const problems = schemaProblems(files.map((name) => ({ name, sdl: readContractFile(name) })));

  expect(problems).toEqual([]);
});

test('every event says when it is published, by whom it is consumed and what orders it', () => {
  expect(eventContractProblems(eventContractFiles())).toEqual([]);
});

describe('each rule of the SDL finds its breach', () => {
  test.each([
    ['a type without a description', 'type Part { id: ID! }', 'parts: Part has no description'],
    ['a root field for nobody', 'type Query { parts: Int }', 'parts: Query.parts says for nobody'],
    [
      'a root field for an unknown audience',
      'type Query { parts: Int @tag(name: "press") }',
      'Query.parts says for nobody',
    ],
    [
      'a payload that cannot refuse',
      mutation('part: Int'),
      'PartRenamePayload.userErrors is not a list of user errors',
    ],
    [
      'a payload whose object is never null',
      mutation('part: Int! userErrors: [PartUserError!]!'),
      'PartRenamePayload.part is never null',
    ],
    [
      'a payload with nothing but errors',
      mutation('userErrors: [PartUserError!]!'),
      'PartRenamePayload has nothing but errors',
    ],
    [
      'a mutation that takes loose arguments',
      'type Mutation { partRename(name: String!): PartRenamePayload! @tag(name: "admin") }',
      'Mutation.partRename takes something else than (input: PartRenameInput!)',
    ],
    [
      'a mutation that moves something and cannot be repeated',
      mutation('part: Int userErrors: [PartUserError!]!').replaceAll(/artRename/g, 'artCreate'),
      'PartCreateInput has no idempotencyKey',
    ],
    [
      'a field of another subgraph that is never null',
      '"Part." type Part { thing: Thing! }',
      'Part.thing crosses subgraphs',
    ],
    [
      'a contributed field that is never null',
      'type Thing @key(fields: "id") { id: ID! parts: Int! }',
      'Thing.parts crosses subgraphs',
    ],
    ['a list of unknown cost', '"Part." type Part { sizes: [Int!]! }', 'Part.sizes is a list without @listSize'],
    [
      'a connection of another shape',
      '"Page." type PartConnection { nodes: Int }',
      'PartConnection has the fields nodes',
    ],
    [
      'an error code without words',
      '"Codes." enum PartErrorCode { BROKEN }',
      'PartErrorCode.BROKEN has no description',
    ],
    [
      'a deprecation without a date',
      '"Part." type Part { size: Int @deprecated(reason: "Use sizes.") }',
      '@deprecated says "Use sizes."',
    ],
    ['a tenant in an input', '"Input." input PartInput { tenantId: ID! }', 'PartInput.tenantId names a tenant'],
  ])('%s', (_breach, sdl, problem) => {
    expect(problemsOf(sdl).join('\n')).toContain(problem);
  });
});

test('what stands without its owner may be promised, its key included', () => {
  const stub = 'type Mark @key(fields: "kind id", resolvable: false) { kind: String! id: ID }';

  expect(problemsOf(`${stub} "Part." type Part { mark: Mark! }`)).toEqual([]);
  expect(problemsOf('type Mark @key(fields: "kind id") { kind: String! id: ID colour: String! }')).not.toEqual([]);
});

describe('each rule of event contracts finds its breach', () => {
  const directives: EventContractFile = { publisher: 'shared', sdl: readContractFile('events/shared.graphql') };

  test.each([
    [
      'an event without consumers',
      '"Published." input PartMade @event(version: 1, aggregate: "id") { id: ID! }',
      'by whom',
    ],
    [
      'a consumer that does not exist',
      '"Published. Consumed by: orders (saga), warehouse." input PartMade @event(version: 1, aggregate: "id") { id: ID! }',
      'the consumer "warehouse"',
    ],
    [
      'an aggregate that is no field',
      '"Published. Consumed by: orders." input PartMade @event(version: 1, aggregate: "partId") { id: ID! }',
      'ordered by partId',
    ],
    [
      'a command without an answer',
      '"Make it." input MakePart @command(to: "orders", aggregate: "id") { id: ID! }',
      'by what it is answered',
    ],
  ])('%s', (_breach, sdl, problem) => {
    expect(eventContractProblems([directives, { publisher: 'catalog', sdl }]).join('\n')).toContain(problem);
  });
});

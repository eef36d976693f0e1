import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { deriveContract } from '../../scripts/compose/derive-contract.ts';

const supergraph = `
  directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  type Query {
    order: Order @tag(name: "storefront") @tag(name: "admin")
    sagas: [Saga!]! @tag(name: "admin")
    untagged: Secret
  }
  type Order {
    id: ID!
    sagas: [Saga!]!
    note: String @tag(name: "admin")
    lines(reason: String @tag(name: "admin"), first: Int): [Line!]!
    old: String @deprecated(reason: "Use id. Removal on 2027-12-01.")
  }
  type Line { product: Product }
  type Product { id: ID! }
  type Saga @tag(name: "admin") { id: ID! step: Step }
  type Step { name: String! }
  type Secret { id: ID! }
`;

test('an audience sees the root fields of its own and what they lead to', () => {
  const schema = buildSchema(deriveContract(supergraph, 'storefront'));

  expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['order']);
  expect(schema.getType('Product')).toBeDefined();
});

test('a type for others is gone, with the fields of that type and all that only it led to', () => {
  const contract = deriveContract(supergraph, 'storefront');

  expect(contract).not.toMatch(/Saga|sagas|Step/);
});

test('members and arguments for others are gone', () => {
  const contract = deriveContract(supergraph, 'storefront');

  expect(contract).not.toMatch(/note|reason: String\b.*first/);
  expect(contract).toContain('lines(first: Int): [Line!]!');
  expect(deriveContract(supergraph, 'admin')).toContain('lines(first: Int, reason: String): [Line!]!');
});

test('a root field without a tag is for nobody', () => {
  expect(deriveContract(supergraph, 'admin')).not.toMatch(/untagged|Secret/);
});

test('deprecations stay, and tags do not', () => {
  const contract = deriveContract(supergraph, 'admin');

  expect(contract).toContain('@deprecated(reason: "Use id. Removal on 2027-12-01.")');
  expect(contract).not.toContain('@tag(');
});

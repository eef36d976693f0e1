import type { ActorType, Viewer } from '@ordergraph/identity';
import { graphql, parse, buildASTSchema, GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';
import { authorize } from '../src/authorization.ts';
import type { SubgraphDefinition } from '../src/index.ts';

const typeDefs = parse(`
  directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT
  type Query {
    everyones: Thing @tag(name: "storefront") @tag(name: "partner") @tag(name: "admin")
    partners: Thing @tag(name: "partner") @tag(name: "admin")
    admins: Thing @tag(name: "admin")
    narrow: Thing @tag(name: "admin")
    open: Thing @tag(name: "storefront")
    operators: Thing @tag(name: "admin")
    _entities: [Thing]
    _service: String
  }
  type Mutation { change: Thing @tag(name: "admin") }
  type Thing {
    name: String
    secret: String @tag(name: "admin")
    shared: String @tag(name: "storefront") @tag(name: "admin")
    hidden: Hidden
    all: [Hidden!]!
  }
  type Hidden @tag(name: "admin") { name: String again: Hidden @tag(name: "storefront") }
`);

const definition: Pick<SubgraphDefinition, 'name' | 'scopes' | 'openFields' | 'operatorFields'> = {
  name: 'catalog',
  scopes: { narrow: 'read_narrow' },
  openFields: ['open'],
  operatorFields: ['operators'],
};

function guarded(): GraphQLSchema {
  const schema = buildASTSchema(typeDefs);
  const hidden = { name: 'h' };
  const thing = { name: 't', secret: 's', shared: 'x', hidden, all: [hidden] };
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    if (!(type instanceof GraphQLObjectType)) continue;
    for (const field of Object.values(type.getFields())) {
      const answer = { _service: 'sdl', _entities: [thing] }[field.name] ?? thing;
      field.resolve = () => answer;
    }
  }
  // The rules read these four members only.
  return authorize(schema, typeDefs, definition as SubgraphDefinition);
}

const schema = guarded();

function aViewer(type: ActorType, scopes: readonly string[] = [], tenantId: string | null = 't-1'): Viewer {
  return { tenantId, actor: { type, id: 'a-1' }, scopes, requestId: 'r-1' };
}

async function codeOf(viewer: Viewer, source: string): Promise<string> {
  const { errors } = await graphql({ schema, source, contextValue: { viewer } });
  return String(errors?.[0]?.extensions['code'] ?? errors?.[0]?.message ?? 'ok');
}

const callers = {
  customer: aViewer('CUSTOMER'),
  guest: aViewer('ANONYMOUS'),
  'staff without scopes': aViewer('STAFF'),
  'staff who read': aViewer('STAFF', ['read_catalog']),
  'staff who write': aViewer('STAFF', ['write_catalog']),
  'staff with a narrow scope': aViewer('STAFF', ['read_narrow']),
  'app that reads': aViewer('APP', ['read_catalog']),
  operator: aViewer('PLATFORM_OPERATOR', ['read_catalog', 'write_catalog'], null),
  'staff of nobody': aViewer('STAFF', ['read_catalog', 'write_catalog'], null),
  'guest of nobody': aViewer('ANONYMOUS', [], null),
} as const;

/** Who may use a root field; everybody else gets the code. */
const matrix: Record<string, readonly (keyof typeof callers)[]> = {
  '{ everyones { name } }': ['customer', 'guest', 'staff who read', 'app that reads'],
  '{ partners { name } }': ['staff who read', 'app that reads'],
  '{ admins { name } }': ['staff who read', 'app that reads'],
  '{ narrow { name } }': ['staff with a narrow scope'],
  '{ open { name } }': [
    'customer',
    'guest',
    'staff without scopes',
    'staff who read',
    'staff who write',
    'staff with a narrow scope',
    'app that reads',
    'operator',
  ],
  '{ operators { name } }': ['operator'],
  'mutation { change { name } }': ['staff who write'],
};

for (const [source, allowed] of Object.entries(matrix)) {
  test.for(Object.entries(callers))(`${source} answers or refuses %s`, async ([name, viewer]) => {
    const isAllowed = allowed.some((one) => one === name);
    const isOfNobody = viewer.tenantId === null && viewer.actor.type !== 'PLATFORM_OPERATOR';
    const refusal = isOfNobody && source !== '{ operators { name } }' ? 'UNAUTHENTICATED' : 'FORBIDDEN';

    expect(await codeOf(viewer, source)).toBe(isAllowed ? 'ok' : refusal);
  });
}

test('says which scope is missing', async () => {
  const { errors } = await graphql({
    schema,
    source: '{ narrow { name } }',
    contextValue: { viewer: callers.customer },
  });
  const staff = await graphql({ schema, source: '{ narrow { name } }', contextValue: { viewer: aViewer('STAFF') } });

  expect(errors?.[0]?.extensions['requiredScopes']).toBeUndefined();
  expect(staff.errors?.[0]?.extensions['requiredScopes']).toEqual(['read_narrow']);
});

test.for([
  ['{ everyones { secret } }', 'FORBIDDEN'],
  ['{ everyones { shared } }', 'ok'],
  ['{ everyones { hidden { name } } }', 'FORBIDDEN'],
  ['{ everyones { all { name } } }', 'FORBIDDEN'],
  ['{ _entities { name } }', 'ok'],
  ['{ _entities { secret } }', 'FORBIDDEN'],
  ['{ _entities { hidden { name } } }', 'FORBIDDEN'],
  ['{ _service }', 'ok'],
  ['{ __schema { queryType { name } } }', 'ok'],
] as const)('a shopper asks %s: %s', async ([source, code]) => {
  expect(await codeOf(callers.customer, source)).toBe(code);
});

test('a field of a type for others is refused however the type was reached', async () => {
  const type = schema.getType('Hidden');
  if (!(type instanceof GraphQLObjectType)) throw new Error('Hidden is an object type.');
  const context = { viewer: callers.customer };

  for (const field of Object.values(type.getFields())) {
    // graphql-js passes these four; the last one is not looked at here.
    expect(() => field.resolve?.({ name: 'h' }, {}, context, {} as never)).toThrow('staff and partners');
  }
});

test('staff read fields of entities with the scope of the subgraph', async () => {
  expect(await codeOf(callers['staff who read'], '{ _entities { secret } }')).toBe('ok');
  expect(await codeOf(callers['staff without scopes'], '{ _entities { name } }')).toBe('FORBIDDEN');
});

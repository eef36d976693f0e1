import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { Viewer } from '@ordergraph/identity';
import { GraphQLError, parse, type GraphQLSchema } from 'graphql';
import { streamOf, type World } from './world.ts';

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@composeDirective"])
  @link(url: "https://ordergraph.dev/live/v1.0", as: "live", import: ["@shareScope", "@delivery"])
  @composeDirective(name: "@shareScope")
  @composeDirective(name: "@delivery")
directive @shareScope(scope: live__ShareScope!, grants: [String!]) on OBJECT | FIELD_DEFINITION
directive @delivery(mode: live__DeliveryMode!, key: String) on FIELD_DEFINITION
enum live__ShareScope { PRINCIPAL ROLE TENANT PUBLIC }
enum live__DeliveryMode { EVERY NEWEST }
`;

/** The SDL of the small supergraph that subscriptions are tested on. */
export const sources = {
  shipping: `${link}
    type Query { shipmentUpdate(shipmentId: ID!): ShipmentUpdate }
    type Mutation { shipmentMove(shipmentId: ID!): Int }
    type Subscription {
      shipmentUpdated(shipmentId: ID!, after: String): ShipmentUpdate
      shipmentFollowed(shipmentId: ID!, after: String): ShipmentUpdate @shareScope(scope: TENANT, grants: ["read_shipping"])
      shipmentShown(shipmentId: ID!, after: String): ShipmentUpdate @shareScope(scope: ROLE)
      shipmentMoved(shipmentId: ID!, after: String): ShipmentUpdate @delivery(mode: NEWEST)
      shipmentsMoved(shipmentIds: [ID!]!, after: String): ShipmentUpdate @delivery(mode: NEWEST, key: "shipment { id }")
      counted(to: Int!): Int
      broken: ShipmentUpdate
    }
    type ShipmentUpdate { cursor: String! isSnapshot: Boolean! shipment: Shipment billing: Order! }
    type Shipment @key(fields: "id") @shareScope(scope: TENANT) {
      id: ID! version: Int! weight: Int position: Position order: Order sibling: Shipment secret: String
    }
    type Position { lat: Float lng: Float }
    type Order @key(fields: "id", resolvable: false) { id: ID! }`,
  orders: `${link}
    type Query { order(id: ID!): Order }
    type Order @key(fields: "id") @shareScope(scope: TENANT) {
      id: ID! status: String readAs: String total: Int! flaky: String customer: Customer party: Party lines(first: Int): [Line!]
    }
    type Line { sku: String quantity: Int }
    union Party = Customer | Company
    type Customer @key(fields: "id", resolvable: false) { id: ID! }
    type Company @key(fields: "id", resolvable: false) { id: ID! }`,
  people: `${link}
    type Query { customer(id: ID!): Customer }
    type Customer @key(fields: "id") { id: ID! name: String tier: String }
    type Company @key(fields: "id") { id: ID! name: String }`,
  pricing: `${link}
    type Query { currency: String }
    type Shipment @key(fields: "id") @shareScope(scope: TENANT) { id: ID! weight: Int @external fee: Int @requires(fields: "weight") }`,
} as const;

export type SubgraphName = keyof typeof sources;
export const subgraphNames: readonly SubgraphName[] = ['shipping', 'orders', 'people', 'pricing'];

/** Composes the world's supergraph; `changes` replaces the SDL of some subgraphs. */
export function composeWorld(changes: Partial<Record<SubgraphName, string>> = {}): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphNames.map((name) => ({
      name,
      url: `http://127.0.0.1:1/${name}`,
      typeDefs: parse(changes[name] ?? sources[name]),
    })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

interface Shipment {
  id: string;
  version: number;
}
type Viewing = { viewer: Viewer };

const shipmentOf = (id: string, version: number) => ({
  id,
  version,
  weight: Number(id) * 10 + version,
  position: version % 5 === 4 ? null : { lat: Number(id) + version / 100, lng: -version },
  order: { id: `o${id}` },
});

/** The executable schema of one subgraph over a world. */
export function schemaOf(name: SubgraphName, world: World, sdl: string = sources[name]): GraphQLSchema {
  const follow =
    (newest: boolean) =>
    (
      _root: unknown,
      args: { shipmentId?: string; shipmentIds?: string[]; after?: string | null },
      { viewer }: Viewing,
    ) => {
      const ids = args.shipmentIds ?? [args.shipmentId ?? ''];
      world.permit(viewer, ids);
      return streamOf(world, viewer.tenantId ?? 'none', ids, args.after ?? null, newest);
    };
  const updates = (newest: boolean) => ({ subscribe: follow(newest), resolve: (update: unknown) => update });
  const resolvers = {
    shipping: {
      Query: {
        shipmentUpdate: (_root: unknown, { shipmentId }: { shipmentId: string }, { viewer }: Viewing) => {
          const version = world.versionOf(viewer.tenantId ?? 'none', shipmentId);
          return { cursor: `${shipmentId}:${version}`, isSnapshot: true, shipment: shipmentOf(shipmentId, version) };
        },
      },
      Mutation: {
        shipmentMove: (_root: unknown, { shipmentId }: { shipmentId: string }, { viewer }: Viewing) =>
          world.move(viewer.tenantId ?? 'none', shipmentId),
      },
      Subscription: {
        shipmentUpdated: updates(false),
        shipmentFollowed: updates(false),
        shipmentShown: updates(false),
        shipmentMoved: updates(true),
        shipmentsMoved: updates(true),
        counted: {
          subscribe: async function* counted(_root: unknown, { to }: { to: number }) {
            for (let at = 1; at <= to; at++) yield { counted: at };
          },
        },
        broken: {
          // oxlint-disable-next-line require-yield
          subscribe: async function* broken() {
            throw new Error('relation "shipments" does not exist');
          },
        },
      },
      ShipmentUpdate: {
        shipment: ({ shipment }: { shipment: Shipment }) => shipmentOf(shipment.id, shipment.version),
        billing: ({ shipment }: { shipment: Shipment }) => ({ id: `o${shipment.id}` }),
      },
      Shipment: {
        sibling: ({ id, version }: Shipment) => (Number(id) < 3 ? shipmentOf(String(Number(id) + 1), version) : null),
        secret: (_shipment: Shipment, _args: unknown, { viewer }: Viewing) => {
          if (viewer.actor.type === 'CUSTOMER')
            throw new GraphQLError('For staff.', { extensions: { code: 'FORBIDDEN' } });
          return 'seen by staff';
        },
        __resolveReference: ({ id }: Shipment, { viewer }: Viewing) =>
          shipmentOf(id, world.versionOf(viewer.tenantId ?? 'none', id)),
      },
    },
    orders: {
      Query: { order: (_root: unknown, { id }: { id: string }) => ({ id }) },
      Order: {
        __resolveReference: ({ id }: { id: string }) => (id === 'o9' ? null : { id }),
        status: ({ id }: { id: string }) => world.statusOf(id),
        readAs: (_order: unknown, _args: unknown, { viewer }: Viewing) =>
          `${viewer.tenantId} ${viewer.actor.type} ${viewer.actor.id} ${viewer.scopes.join(',')}`,
        total: ({ id }: { id: string }) => {
          if (id === 'o3') throw new GraphQLError('No total yet.', { extensions: { code: 'NOT_FOUND' } });
          return 100;
        },
        flaky: ({ id }: { id: string }) => {
          if (id === 'o2') throw new GraphQLError('Not today.', { extensions: { code: 'NOT_FOUND' } });
          return `fine ${id}`;
        },
        customer: ({ id }: { id: string }) => ({ id: `c${id}` }),
        party: ({ id }: { id: string }) => ({ __typename: id === 'o1' ? 'Company' : 'Customer', id: `p${id}` }),
        lines: (_order: unknown, { first }: { first?: number }) =>
          Array.from({ length: first ?? 2 }, (_, index) => ({ sku: `S${index}`, quantity: index })),
      },
    },
    people: {
      Query: { customer: (_root: unknown, { id }: { id: string }) => ({ id }) },
      Customer: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }) => `Customer ${id}`,
        tier: ({ id }: { id: string }) => (id.endsWith('2') ? null : 'GOLD'),
      },
      Company: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `Company ${id}` }) },
    },
    pricing: {
      Query: { currency: () => 'EUR' },
      Shipment: {
        __resolveReference: (shipment: { id: string; weight?: number }) => shipment,
        fee: ({ weight }: { weight?: number }) => (weight === undefined ? null : weight * 3),
      },
    },
  };
  return buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers[name] }]);
}

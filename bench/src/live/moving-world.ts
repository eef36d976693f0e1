import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';

// Shipments that move, and the orders they belong to: where they are, of which a reader may skip, with a hop to another
// subgraph; and every fix in turn.

const sources = {
  shipping: `extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
      @link(url: "https://ordergraph.dev/live/v1.0", as: "live", import: ["@shareScope", "@delivery"])
      @composeDirective(name: "@shareScope") @composeDirective(name: "@delivery")
    directive @shareScope(scope: live__ShareScope!, grants: [String!]) on OBJECT | FIELD_DEFINITION
    directive @delivery(mode: live__DeliveryMode!, key: String) on FIELD_DEFINITION
    enum live__ShareScope { PRINCIPAL ROLE TENANT PUBLIC }
    enum live__DeliveryMode { EVERY NEWEST }
    type Query { shipment(id: ID!): Shipment }
    type Subscription { shipmentMoved(id: ID!, after: String): Move @shareScope(scope: TENANT) @delivery(mode: NEWEST)
      shipmentRecorded(id: ID!, after: String): Move @shareScope(scope: TENANT) @delivery(mode: EVERY) }
    type Move { cursor: String! movedAt: Float! shipment: Shipment }
    type Shipment @key(fields: "id") @shareScope(scope: TENANT) { id: ID! lat: Float lng: Float etaMinutes: Int route: String order: Order }
    type Order @key(fields: "id", resolvable: false) @shareScope(scope: TENANT) { id: ID! }`,
  orders: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { order(id: ID!): Order }
    type Order @key(fields: "id") { id: ID! number: String status: String total: String }`,
};

export type SubgraphName = keyof typeof sources;

export const document = `subscription Track($id: ID!) { shipmentMoved(id: $id) {
  movedAt cursor shipment { id lat lng etaMinutes order { id number status total } } } }`;

/** The same with the way so far: large, so that what the kernel takes for a reader who has stopped is soon full. */
export const documentWithRoute = `subscription Track($id: ID!) { shipmentMoved(id: $id) {
  movedAt cursor shipment { id lat lng etaMinutes route order { id number status total } } } }`;

/** Nothing of this may be left out. */
export const documentOfRecord = `subscription Record($id: ID!) { shipmentRecorded(id: $id) {
  movedAt cursor shipment { id lat lng etaMinutes } } }`;

const route = 'yzocFzynhVq}@n}@o}@nzD'.repeat(3_000);

export function composeMovingWorld(): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(sources).map(([name, sdl]) => ({ name, url: `http://127.0.0.1:1/${name}`, typeDefs: parse(sdl) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

interface Move {
  readonly cursor: string;
  readonly movedAt: number;
  readonly shipment: object;
}

/** Milliseconds on a clock that two processes of one machine share. */
export const now = (): number => performance.timeOrigin + performance.now();

/** Shipments and whoever follows them. */
export function aMovingWorld() {
  const versions = new Map<string, number>();
  const listeners = new Map<string, Set<(move: Move) => void>>();
  let backlog = 0;
  const moveOf = (id: string): Move => {
    const version = versions.get(id) ?? 0;
    const shipment = {
      id,
      lat: 53 + version / 1e4,
      lng: -6 - version / 1e4,
      etaMinutes: 40,
      route,
      order: { id: `o${id}` },
    };
    return { cursor: `${id}:${version}`, movedAt: now(), shipment };
  };
  const follow = (id: string, mode: 'EVERY' | 'NEWEST'): AsyncIterableIterator<Move> => {
    let waiting = [moveOf(id)];
    backlog++;
    let reader: ((result: IteratorResult<Move>) => void) | undefined;
    const hold = (moves: Move[]): void => {
      backlog += moves.length - waiting.length;
      waiting = moves;
    };
    const hear = (move: Move): void => {
      if (reader) {
        reader({ done: false, value: move });
        reader = undefined;
      } else if (mode === 'NEWEST') hold([move]);
      else {
        waiting.push(move);
        backlog++;
      }
    };
    const all = listeners.get(id) ?? new Set();
    listeners.set(id, all.add(hear));
    const iterator: AsyncIterableIterator<Move> = {
      async next() {
        const move = waiting.shift();
        if (!move) return new Promise((resolve) => (reader = resolve));
        backlog--;
        return { done: false, value: move };
      },
      async return() {
        all.delete(hear);
        hold([]);
        reader?.({ done: true, value: undefined });
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  };
  const following = (mode: 'EVERY' | 'NEWEST') => ({
    subscribe: (_root: unknown, { id }: { id: string }) => follow(id, mode),
    resolve: (move: Move) => move,
  });
  const resolvers = {
    shipping: {
      Query: { shipment: (_root: unknown, { id }: { id: string }) => moveOf(id).shipment },
      Subscription: { shipmentMoved: following('NEWEST'), shipmentRecorded: following('EVERY') },
      Shipment: { __resolveReference: ({ id }: { id: string }) => moveOf(id).shipment },
    },
    orders: {
      Query: { order: (_root: unknown, { id }: { id: string }) => ({ id }) },
      Order: {
        __resolveReference: ({ id }: { id: string }) => ({ id, number: `#${id}`, status: 'SHIPPED', total: '14.40' }),
      },
    },
  };
  return {
    move(id: string): void {
      versions.set(id, (versions.get(id) ?? 0) + 1);
      const move = moveOf(id);
      for (const hear of listeners.get(id) ?? []) hear(move);
    },
    /** Moves that no reader has asked for yet. */
    backlog: () => backlog,
    schemaOf: (name: SubgraphName): GraphQLSchema =>
      buildSubgraphSchema([{ typeDefs: parse(sources[name]), resolvers: resolvers[name] }]),
  };
}

export type MovingWorld = ReturnType<typeof aMovingWorld>;

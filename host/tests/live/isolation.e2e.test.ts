import { newId } from '@ordergraph/tenancy';
import { waitFor } from '@ordergraph/testing';
import { getNamedType, isNonNullType, type GraphQLField } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { shownIn } from '../tenancy/belongings.ts';
import { documentOf, selectionOf } from '../tenancy/generated-calls.ts';
import { inParallel, startTrial, type Trial } from '../tenancy/trial.ts';

type RootField = GraphQLField<unknown, unknown>;

let trial: Trial;
let url: string;
let idsOfA: Map<string, Set<string>>;
beforeAll(async () => {
  trial = await startTrial();
  idsOfA = await trial.idsOf(trial.a);
  url = (await trial.gateway.listen(0)).url.replace('http', 'ws');
});
afterAll(() => trial.stop());

/** One subscription, and all that it was sent. */
interface Opened {
  readonly describe: string;
  readonly variables: Record<string, unknown>;
  readonly frames: unknown[];
  isOver: boolean;
}

const sockets: Client[] = [];
const perSocket = 20;

function socketOf(token: string): Client {
  const socket = createClient({
    url: `${url}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  sockets.push(socket);
  return socket;
}

function open(socket: Client, field: RootField, variables: Record<string, unknown>, who: string): Opened {
  const opened: Opened = {
    describe: `${who}: ${field.name}(${JSON.stringify(variables)})`,
    variables,
    frames: [],
    isOver: false,
  };
  const query = documentOf('subscription', field, variables, selectionOf(field.type, 1));
  socket.subscribe(
    { query, variables },
    {
      next: (frame) => void opened.frames.push(frame),
      error: (reason) => {
        opened.frames.push(wordsOf(reason));
        opened.isOver = true;
      },
      complete: () => void (opened.isOver = true),
    },
  );
  return opened;
}

/** What ended a subscription: errors of GraphQL, or the code and reason of a socket that was closed. */
function wordsOf(reason: unknown): unknown {
  if (Array.isArray(reason)) return reason;
  if (typeof reason !== 'object' || reason === null) return reason;
  return {
    message: Reflect.get(reason, 'message'),
    code: Reflect.get(reason, 'code'),
    reason: Reflect.get(reason, 'reason'),
  };
}

const subscriptions = (): RootField[] => Object.values(trial.fullSchema.getSubscriptionType()?.getFields() ?? {});

/** Every way to name something of A in the field's arguments, with and without a cursor of A. */
function namings(field: RootField, cursors: readonly string[]): Record<string, unknown>[] {
  const named = field.args.filter(({ type }) => getNamedType(type).name === 'ID');
  const ids = [...idsOfA.values()].flatMap((some) => [...some].slice(0, 2));
  const all =
    named.length === 0
      ? [{}]
      : named.flatMap(({ name, type }) => ids.map((id) => ({ [name]: String(type).startsWith('[') ? [id] : id })));
  const complete = all.map((given) => {
    const missing = field.args.filter(
      (argument) => isNonNullType(argument.type) && argument.defaultValue === undefined && !(argument.name in given),
    );
    return { ...given, ...Object.fromEntries(missing.map(({ name }) => [name, ids[0]])) };
  });
  return complete.flatMap((given, at) => [
    given,
    { ...given, after: cursors[at % Math.max(1, cursors.length)] ?? 'x' },
  ]);
}

const note = (token: string, orderId: string, message: string) =>
  trial.ask(token, 'mutation ($input: OrderNoteAddInput!) { orderNoteAdd(input: $input) { userErrors { code } } }', {
    input: { orderId, message },
  });

/** Everything that merchant A can make happen while somebody watches. */
async function happenAtA(): Promise<void> {
  const { a, token } = trial;
  const staff = token('STAFF', [a.id]);
  const orders = [...a.shoppers.flatMap((shopper) => shopper.orders), a.guestOrder];
  for (const { id } of orders) await note(staff, id, `${a.mark} was here`);
  for (const customerId of idsOfA.get('Customer') ?? []) {
    await trial.ask(
      staff,
      'mutation ($input: LoyaltyPointsAdjustInput!) { loyaltyPointsAdjust(input: $input) { userErrors { code message } } }',
      { input: { customerId, points: 7, reason: `${a.mark} thanks`, idempotencyKey: newId() } },
    );
  }
  for (const variantId of Object.values(a.variantIds)) {
    const { data } = await trial.ask(staff, '{ locations { id } }');
    const [location] = (data?.['locations'] ?? []) as { id: string }[];
    const changes = [{ variantId, locationId: location?.id, delta: 1 }];
    await trial.ask(
      staff,
      'mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { userErrors { code message } } }',
      { input: { changes, reason: `${a.mark} counted`, idempotencyKey: newId() } },
    );
  }
  for (const { id } of orders) {
    await trial.ask(
      staff,
      'mutation ($input: OrderCancelInput!) { orderCancel(input: $input) { userErrors { code message } } }',
      { input: { orderId: id, reason: 'OTHER', note: `${a.mark} cancelled`, idempotencyKey: newId() } },
    );
  }
  await trial.shop.house.quiet();
}

test('a thousand subscriptions of B, and those of other customers of A, are told nothing of A', async () => {
  const { a, b, token } = trial;
  const [order] = a.shoppers[0].orders;
  const bOrder = b.shoppers[0].orders[0];
  if (!order || !bOrder) throw new Error('Expected orders to watch.');
  const orderUpdated = subscriptions().find(({ name }) => name === 'orderUpdated') ?? expect.fail('orderUpdated');

  // A watches its own things: what happens there is seen by whom it concerns, and their cursors are to be tried.
  const own = new Map<string, Opened[]>();
  const staffOfA = socketOf(token('STAFF', [a.id]));
  const shopperOfA = socketOf(token('CUSTOMER', [a.id], a.shoppers[0].id));
  for (const field of subscriptions()) {
    const named = field.args.filter(({ type }) => getNamedType(type).name === 'ID').map(({ name }) => name);
    const values: Record<string, unknown> = {
      orderId: order.id,
      customerId: [...(idsOfA.get('Customer') ?? [])][0],
      shipmentId: [...(idsOfA.get('Shipment') ?? [])][0],
      variantIds: Object.values(a.variantIds),
    };
    const variables = Object.fromEntries(named.filter((name) => name in values).map((name) => [name, values[name]]));
    own.set(field.name, [
      open(staffOfA, field, variables, 'staff of A'),
      open(shopperOfA, field, variables, 'customer of A'),
    ]);
  }
  const isTold = (one: Opened): boolean => one.frames.length > 0;
  await waitFor(() => [...own.values()].every((some) => some.every(isTold)), {
    timeoutMs: 20_000,
    describe: 'first answers of A',
  });
  const cursors = [...own.values()]
    .flat()
    .flatMap(({ frames }) => JSON.stringify(frames).match(/(?<="cursor":")[^"]+/g) ?? []);
  expect(cursors.length).toBeGreaterThan(4);

  // B, with every id and cursor of A in every place.
  const ofB: Opened[] = [];
  const callers = [
    ['staff of B', () => token('STAFF', [b.id])],
    // Whoever issues tokens may know one person by one id at both merchants.
    ['staff of both at B', () => token('STAFF', [b.id], a.staffId)],
    ['customer of B', () => token('CUSTOMER', [b.id], newId())],
    ['customer of both at B', () => token('CUSTOMER', [b.id], a.shoppers[0].id)],
  ] as const;
  const tries = subscriptions().flatMap((field) => namings(field, cursors).map((variables) => ({ field, variables })));
  for (const [who, bearer] of callers) {
    // One principal has five sockets at most.
    const step = who.includes('both') ? Math.ceil(tries.length / (5 * perSocket)) : 1;
    const some = tries.filter((_one, at) => at % step === 0);
    for (let at = 0; at < some.length; at += perSocket) {
      const socket = socketOf(bearer());
      for (const { field, variables } of some.slice(at, at + perSocket)) ofB.push(open(socket, field, variables, who));
    }
  }
  // Other customers of A, and its guests.
  const others: Opened[] = [];
  for (const [who, bearer] of [
    ['another customer of A', () => token('CUSTOMER', [a.id])],
    ['a guest of A', () => token('ANONYMOUS', [a.id])],
  ] as const) {
    for (let at = 0; at < tries.length; at += perSocket) {
      const socket = socketOf(bearer());
      for (const { field, variables } of tries.slice(at, at + perSocket))
        others.push(open(socket, field, variables, who));
    }
  }
  expect(ofB.length).toBeGreaterThan(1_000);
  // B's own watcher shows that a stream is alive at the end.
  const alive = open(socketOf(token('STAFF', [b.id])), orderUpdated, { orderId: bOrder.id }, 'staff of B');
  await waitFor(() => isTold(alive), { timeoutMs: 60_000, describe: 'the first answer of B' });

  await happenAtA();
  await note(token('STAFF', [b.id]), bOrder.id, 'the end');

  await waitFor(() => JSON.stringify(alive.frames).includes('the end') || alive.frames.length > 1, {
    timeoutMs: 60_000,
    describe: () => `news of B: ${JSON.stringify(alive)}`,
  });
  for (const name of ['orderUpdated', 'loyaltyBalanceUpdated', 'inventoryLevelUpdated', 'notificationReceived']) {
    await waitFor(() => own.get(name)?.some(({ frames }) => frames.length > 1) ?? false, {
      describe: () => `news of ${name} at A: ${JSON.stringify(own.get(name)?.map(({ frames }) => frames))}`,
    });
  }
  // Each was answered, or waits for news that never come: none was turned away at the door.
  expect([...ofB, ...others].filter(({ frames }) => JSON.stringify(frames).includes('server response'))).toEqual([]);
  const shown = [...ofB, ...others].flatMap(({ describe, frames, variables }) => {
    const passed = Object.values(variables).flat().map(String);
    const seen = frames.flatMap((frame) => shownIn(frame, trial.ofA, a.shoppers[0].id, a.staffId, ...passed));
    // What A sells is for every shopper of A to see; nothing that these subscriptions tell is.
    return seen.length > 0 ? [`${describe}: ${seen[0]} in ${JSON.stringify(frames).slice(0, 300)}`] : [];
  });
  expect(shown.slice(0, 10)).toEqual([]);
  await inParallel(sockets, 20, async (socket) => void (await socket.dispose()));
}, 240_000);

import { subgraphNames } from '@ordergraph/schema';
import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { waitFor } from '@ordergraph/testing';
import { refunds } from '../after-sale.ts';
import { claimsOf } from '../claims-of.ts';
import { aFilledCart, beginCheckout, createPayment, placeOrder, type PlacedOrder, type ShopMerchant } from '../shop.ts';
import type { KillableHouse } from './killable-house.ts';

type Cart = Awaited<ReturnType<typeof aFilledCart>>;

/** A call that got no answer: the caller repeats it, with the same key, as soon as somebody answers again. */
interface Unanswered {
  readonly cart: Cart;
  readonly paymentId: string;
  readonly key: string;
}

/** What buyers did at a house that may die at any moment, and what they were told. */
export interface Trade {
  readonly merchant: ShopMerchant;
  /** Orders whose confirmation a buyer has seen. */
  readonly acknowledged: ReadonlySet<string>;
  /** Calls that were answered, of any kind. */
  answers(): number;
  buy(methodToken?: string, sku?: string): Promise<PlacedOrder>;
  refund(orderId: string): Promise<void>;
  /** A refund that was quoted on points which are others than loyalty's. */
  refundOnStalePoints(): Promise<void>;
  /** An order whose points are gone before it is placed. */
  buyWithLostPoints(): Promise<PlacedOrder>;
  /** Pays for orders that wait for it, on the sandbox bank's own page. */
  confirmPayments(): Promise<void>;
  /** An order whose stock staff gives away before it is placed. */
  buyWhatIsSold(): Promise<PlacedOrder>;
  /** An order whose stock staff gives away while the customer pays. */
  payForWhatIsSold(): Promise<void>;
  /** An order whose customer never pays; its time is made to pass. */
  neverPay(): Promise<void>;
  /** Repeats what got no answer. */
  repeatUnanswered(): Promise<void>;
}

interface Variant {
  readonly variant: { readonly id: string; readonly sku: string };
  readonly location: { readonly id: string };
}

/** What each checkout pays with points. */
const redeemPoints = 10;

const uuidOf = (opaque: string): string => Buffer.from(opaque, 'base64url').toString().split(':')[1] ?? '';

/** Whom a token is for. */
const subjectOf = (token: string): string => String(claimsOf(token)['sub']);

// The demo shop's own names do not matter here.
const skus = ['PLENTY', 'SCARCE'] as const;

/** Opens a trade with one of the demo merchants. */
export async function openTrade(house: KillableHouse): Promise<Trade> {
  const staff = house.token('STAFF owner');
  // A customer, who pays a part of everything with points.
  const guest = house.token('CUSTOMER');
  const customerId = subjectOf(guest);
  const { inventoryLevels } = await house.ask<{ inventoryLevels: { nodes: Variant[] } }>(
    staff,
    '{ inventoryLevels(first: 2) { nodes { variant { id sku } location { id } } } }',
  );
  const levels = inventoryLevels.nodes;
  const merchant: ShopMerchant = {
    id: '',
    staff,
    guest,
    variantIds: Object.fromEntries(skus.map((sku, index) => [sku, levels[index]?.variant.id ?? ''])),
  };
  const unanswered = new Map<string, Unanswered>();
  const acknowledged = new Set<string>();
  let answers = 0;

  async function adjust(sku: (typeof skus)[number], delta: number): Promise<void> {
    if (delta === 0) return;
    const level = levels[skus.indexOf(sku)];
    const changes = [{ variantId: level?.variant.id, locationId: level?.location.id, delta }];
    await house.ask(
      staff,
      'mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { userErrors { code message } } }',
      { input: { changes, reason: 'Counted', idempotencyKey: newId() } },
    );
  }

  async function place(call: Unanswered): Promise<PlacedOrder> {
    unanswered.set(call.key, call);
    const order = await placeOrder(house, guest, call.cart, call.paymentId, call.key);
    unanswered.delete(call.key);
    if (order.status === 'CONFIRMED') acknowledged.add(order.id);
    answers += 1;
    return order;
  }

  async function changePoints(points: number): Promise<void> {
    if (points === 0) return;
    const input = { customerId: encodeId('Customer', customerId), points, reason: 'Counted', idempotencyKey: newId() };
    await house.ask(
      staff,
      'mutation ($input: LoyaltyPointsAdjustInput!) { loyaltyPointsAdjust(input: $input) { userErrors { code message } } }',
      { input },
    );
  }

  async function beginWithPoints(cart: Cart): Promise<void> {
    const refusals = await beginCheckout(house, guest, cart, { redeemPoints });
    if (refusals.length === 0) return;
    if (!refusals.includes('INSUFFICIENT_POINTS')) throw new Error(`Checkout was refused: ${refusals.join(', ')}`);
    await changePoints(1_000_000);
    return beginWithPoints(cart);
  }

  async function inCheckout(sku: string, methodToken: string): Promise<Unanswered> {
    const cart = await aFilledCart(house, merchant, { [sku]: 1 }, guest);
    answers += 2;
    await beginWithPoints(cart);
    answers += 1;
    const paymentId = await createPayment(house, guest, cart, methodToken);
    answers += 1;
    return { cart, paymentId, key: newId() };
  }

  /** Gives the hold of a cart back, as staff may. */
  async function giveAway(cartId: string): Promise<void> {
    const [hold] = await house.sql<{ id: string }>(
      `select id from inventory.reservation where status = 'HELD' and cart_id = $1`,
      [uuidOf(cartId)],
    );
    await house.ask(
      staff,
      'mutation ($input: StockReservationReleaseInput!) { stockReservationRelease(input: $input) { userErrors { code message } } }',
      {
        input: {
          id: encodeId('StockReservation', hold?.id ?? ''),
          reason: 'Sold in the shop',
          idempotencyKey: newId(),
        },
      },
    );
  }

  async function confirmPayments(): Promise<void> {
    const waiting = await house.sql<{ id: string; tenant_id: string }>(
      `select id, tenant_id from payments.sandbox_charge where status = 'REQUIRES_ACTION'`,
    );
    for (const { id, tenant_id } of waiting) {
      await fetch(`${house.url}/payments/sandbox/confirm?account=${tenant_id}&charge=${id}`, {
        method: 'POST',
        body: new URLSearchParams({ answer: 'approve' }),
      });
    }
  }

  /** An order of which the provider wants to see the customer first. */
  async function buyWithQuestion(): Promise<Unanswered> {
    const call = await inCheckout('PLENTY', 'tok_3ds_required');
    await place(call);
    return call;
  }

  await adjust('PLENTY', 100_000);
  await house.ask(
    staff,
    `mutation { shippingMethodUpsert(input: { handle: "post", title: "Post", carrierCode: "post",
       price: { amount: "4.90", currencyCode: "EUR" } }) { userErrors { code message } } }`,
  );

  return {
    merchant,
    acknowledged,
    answers: () => answers,
    buy: async (methodToken = 'tok_visa', sku = 'PLENTY') => place(await inCheckout(sku, methodToken)),
    async refund(orderId) {
      await refunds(house, staff, orderId, { units: 1 });
      answers += 1;
    },
    async refundOnStalePoints() {
      const { id } = await place(await inCheckout('PLENTY', 'tok_visa'));
      await house.sql('update orders.points_of_order set earned = earned + 5 where id = $1', [uuidOf(id)]);
      await refunds(house, staff, id, { units: 1 });
    },
    async buyWithLostPoints() {
      const call = await inCheckout('PLENTY', 'tok_visa');
      const cartId = uuidOf(call.cart.id);
      await house.sql(`update loyalty.redemption set expires_at = now() where cart_id = $1 and status = 'HELD'`, [
        cartId,
      ]);
      const isLost = async (): Promise<boolean> => {
        const [row] = await house.sql<{ status: string }>('select status from loyalty.redemption where cart_id = $1', [
          cartId,
        ]);
        return row?.status === 'EXPIRED';
      };
      await waitFor(isLost, { describe: 'a hold of points to end' });
      const [account] = await house.sql<{ available: number }>('select available from loyalty.account where id = $1', [
        customerId,
      ]);
      await changePoints(-(account?.available ?? 0));
      return place(call);
    },
    confirmPayments,
    async buyWhatIsSold() {
      await adjust('SCARCE', 1);
      const call = await inCheckout('SCARCE', 'tok_visa');
      await giveAway(call.cart.id);
      const [level] = await house.sql<{ free: number }>(
        `select on_hand - reserved - allocated as free from inventory.level where variant_id = $1`,
        [uuidOf(merchant.variantIds['SCARCE'] ?? '')],
      );
      await adjust('SCARCE', -(level?.free ?? 0));
      return place(call);
    },
    async payForWhatIsSold() {
      const call = await buyWithQuestion();
      await giveAway(call.cart.id);
      await confirmPayments();
    },
    async neverPay() {
      await buyWithQuestion();
      await house.sql(
        `update orders.saga set deadline_at = now() - interval '1 second', state = jsonb_set(state, '{deadlineAt}',
           to_jsonb(to_char((now() - interval '1 second') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
         where kind = 'PLACE' and (state->>'isWaitingForCustomer')::boolean`,
      );
    },
    async repeatUnanswered() {
      for (const call of unanswered.values())
        await waitFor(() => place(call), { timeoutMs: 20_000, describe: 'an answer to a repeated call' });
    },
  };
}

/**
 * Waits until nothing is under way any more: no message, neither in an outbox nor at the broker, no saga, nothing at the provider. Customers pay meanwhile: after
 * a restart the provider may ask for one only now.
 */
export async function settle(
  house: KillableHouse,
  timeoutMs: number,
  confirmPayments: () => Promise<void>,
): Promise<void> {
  const counts = [
    ...subgraphNames.map(
      (name) => `select '${name}: messages' as what, count(*) as n from "${name}".outbox where published_at is null`,
    ),
    ...subgraphNames.map((name) => `select '${name}: parked', count(*) from "${name}".parked_event`),
    `select 'sagas', count(*) from orders.saga where finished_at is null`,
    `select 'operations', count(*) from payments.provider_operation where finished_at is null`,
  ];
  let open: { what: string; n: string }[] = [];
  let taken: number | null = null;
  await waitFor(
    async () => {
      await confirmPayments();
      taken = await house.taken();
      open = await house.sql<{ what: string; n: string }>(
        `select * from (${counts.join(' union all ')}) t where n > 0`,
      );
      // With nothing taken by the broker in between, no handler wrote anything behind this look at it.
      return open.length === 0 && taken !== null && (await house.taken()) === taken;
    },
    {
      timeoutMs,
      describe: () =>
        `everything to settle; open: ${JSON.stringify(open)}; taken by the broker, unless some wait there: ${taken}`,
    },
  );
}

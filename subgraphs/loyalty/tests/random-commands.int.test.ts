import { newId } from '@ordergraph/tenancy';
import type { TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleAccount } from '../src/commands/settle-account.ts';
import type { ReversalPolicy } from '../src/domain/reversal.ts';
import { Club, startClubHouse, type Order } from './club.ts';
import { numbersFrom } from './random-points.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startClubHouse();
});
afterAll(() => house.stop());

interface Known extends Order {
  refundedMinor: number;
  /** Units that went back, by line. */
  readonly units: number[];
}

interface Prepared {
  readonly type: string;
  readonly payload: { pointsReversed: number; pointsRestored: number };
}

/** A quote for what is left of an order, as loyalty says it: refused first, then right. */
async function refundRest(club: Club, order: Known, part: number): Promise<void> {
  const leftMinor = Number(order.total) * 100 - order.refundedMinor;
  const minor = Math.ceil(leftMinor * part);
  if (minor === 0) return;
  const units = order.units.map((returned) => (part === 1 ? 2 - returned : Math.min(1, 2 - returned)));
  const amount = (minor / 100).toFixed(2);
  const guess = await club.prepares(order, newId(), amount, { reversed: -1, units });
  const [refused] = (await club.answers(guess)) as unknown as Prepared[];
  if (refused?.type !== 'PointsReversalRefused') throw new Error(`Expected a refusal, got ${JSON.stringify(refused)}`);
  const { pointsReversed: reversed, pointsRestored: restored } = refused.payload;
  const answer = await club.refunds(order, amount, { reversed, restored, units });
  if (answer?.type !== 'PointsReversalPrepared') throw new Error(`Expected a reversal, got ${JSON.stringify(answer)}`);
  order.refundedMinor += minor;
  for (const [index, quantity] of units.entries()) order.units[index] = (order.units[index] ?? 0) + quantity;
}

test.each(['ONLY_PENDING', 'WITHIN_BALANCE', 'ALLOW_NEGATIVE'] satisfies ReversalPolicy[])(
  'whatever orders and payments say, twice and out of turn, the books agree under %s, and full refunds leave nothing',
  async (reversalPolicy) => {
    const club = await new Club(house).opens({ reversalPolicy, pendingDays: 0 });
    const random = numbersFrom(reversalPolicy.length * 7_919);
    await club.gives(200);
    const orders: Known[] = [];
    const payments: { order: Known; transactionId: string }[] = [];
    const unheard: Known[] = [];
    const open: { cartId: string; redemptionId: string }[] = [];

    for (let step = 0; step < 150; step += 1) {
      const order = orders[random(Math.max(1, orders.length))];
      switch (random(8)) {
        case 0: {
          const made = {
            orderId: newId(),
            cartId: newId(),
            lineIds: [newId(), newId()],
            total: `${2 + 2 * random(40)}.00`,
          };
          const known = { ...made, refundedMinor: 0, units: [0, 0] };
          orders.push(known);
          // Some orders are heard of after their payment.
          if (random(2) === 0) await club.hearsOfOrder(known);
          else unheard.push(known);
          break;
        }
        case 1:
        case 2: {
          if (!order || payments.some((payment) => payment.order === order)) break;
          const payment = { order, transactionId: newId() };
          payments.push(payment);
          await club.pays(order, payment.transactionId);
          break;
        }
        case 3: {
          const again = payments[random(Math.max(1, payments.length))];
          if (again) await club.pays(again.order, again.transactionId);
          break;
        }
        case 4: {
          const late = unheard.shift();
          if (late) await club.hearsOfOrder(late);
          break;
        }
        case 5: {
          const cartId = newId();
          const [answer] = await club.answers(
            await club.holds(cartId, 1 + random(30), { seconds: random(3) * 300 - 1 }),
          );
          if (answer?.type === 'PointsHeld')
            open.push({ cartId, redemptionId: String(answer.payload['redemptionId']) });
          break;
        }
        case 6: {
          const hold = open.shift();
          if (!hold) break;
          const paid = payments[random(Math.max(1, payments.length))]?.order;
          const isSpent = random(2) === 0 && paid && paid.refundedMinor === 0 && !unheard.includes(paid);
          if (isSpent) await club.hears('CapturePointsHold', { ...hold, orderId: newId() });
          else await club.hears('ReleasePointsHold', { ...hold, reason: 'Left.' });
          break;
        }
        default: {
          const paid = payments[random(Math.max(1, payments.length))]?.order;
          if (paid && !unheard.includes(paid)) await refundRest(club, paid, random(3) === 0 ? 1 : 0.4);
        }
      }
      if (random(10) === 0) await club.command((tx) => settleAccount(tx, club.customerId));
      if (step % 10 === 0) expect(await club.drift()).toEqual([]);
    }
    for (const late of unheard) await club.hearsOfOrder(late);
    for (const { order } of payments) await refundRest(club, order, 1);

    expect(await club.drift()).toEqual([]);
    const left = await club.read(
      `select id from "loyalty"."order_points" where is_known and captured_minor > 0 and earned - reversed - forgiven <> 0`,
    );
    expect(left).toEqual([]);
    const twice = await club.read(
      `select payment_transaction_id from "loyalty"."transaction" where payment_transaction_id is not null
       group by 1 having count(*) > 1`,
    );
    expect(twice).toEqual([]);
    expect(payments.length).toBeGreaterThan(5);
  },
  60_000,
);

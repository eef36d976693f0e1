import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cancelSaga } from '../src/domain/cancel-saga.ts';
import { checkoutSaga } from '../src/domain/checkout-saga.ts';
import { placeSaga } from '../src/domain/place-saga.ts';
import { refundSaga } from '../src/domain/refund-saga.ts';
import type { SagaRules } from '../src/domain/saga-rules.ts';
import { SagaDriver } from './saga-driver.ts';
import { aCancellation, aCheckout, aPlacing, aRefund } from './saga-facts.ts';
import { ids, SagaWorld, type Holdings } from './saga-world.ts';

// Each number of a schedule is one thing that happens: a subgraph decides, an answer arrives once or twice, time passes,
// somebody leaves, the customer acts. What is left at its end happens in turn until nothing is on its way any more.
const schedule = fc.array(fc.nat(9_999), { maxLength: 40 });
const runs = 6_000;

interface Run<Facts> {
  readonly saga: SagaDriver<Facts>;
  readonly world: SagaWorld;
}

function play<Facts>(
  rules: SagaRules<Facts>,
  facts: Facts,
  before: Partial<Holdings>,
  events: readonly number[],
  canLeave = false,
): Run<Facts> {
  const world = new SagaWorld(before);
  const saga = new SagaDriver(rules, facts);
  saga.onSend = (command) => world.take(command);
  saga.onAct = (acts) => {
    if (acts.includes('RefundEverything')) world.startRefund();
  };
  saga.start();
  const receive = (at: number, isRepeated: boolean): void => {
    const answer = world.next(at, isRepeated);
    if (answer) saga.answer(answer.step, answer.event, answer.payload);
  };
  for (const event of events) {
    const kind = event % 10;
    const rest = Math.floor(event / 10);
    if (kind < 4) world.decide(rest, rest % 7 === 0 ? 'no' : rest % 7 === 1 ? 'wait for the customer' : 'yes');
    else if (kind < 7) receive(rest, rest % 4 === 0);
    else if (kind === 7) saga.untilDeadline();
    else if (kind === 8) world.customerActs(rest % 3 !== 0);
    else if (canLeave && rest % 5 === 0) saga.tell({ type: 'Abandoned', failure: null });
  }
  const isOver = (): boolean =>
    world.isQuiet && (saga.state.status === 'COMPLETED' || saga.state.status === 'COMPENSATED');
  for (let turn = 0; turn < 200 && !isOver(); turn += 1) {
    if (world.isQuiet) saga.untilDeadline();
    world.decide(0, 'yes');
    receive(0, false);
  }
  expect(isOver()).toBe(true);
  for (const [step, count] of world.effects) expect([step, count]).toEqual([step, 1]);
  return { saga, world };
}

const nothingHeld = { stock: 'none', points: 'none', money: 'none' };

test('whatever happens in whatever order, a checkout ends with everything held or nothing', () => {
  fc.assert(
    fc.property(schedule, fc.boolean(), (events, hasPoints) => {
      const { saga, world } = play(checkoutSaga, aCheckout({ redeemPoints: hasPoints ? 100 : 0 }), {}, events, true);

      const isDone = saga.state.status === 'COMPLETED';
      expect(saga.acts.filter((act) => act === 'ReopenCart')).toHaveLength(isDone ? 0 : 1);
      expect(world.holdings).toMatchObject(
        isDone ? { stock: 'held', points: hasPoints ? 'held' : 'none' } : nothingHeld,
      );
    }),
    { numRuns: runs },
  );
});

test('a checkout that was held gives everything back when it is left', () => {
  fc.assert(
    fc.property(schedule, (events) => {
      const { saga, world } = play(checkoutSaga, aCheckout({ redeemPoints: 100 }), {}, events);
      fc.pre(saga.state.status === 'COMPLETED');

      saga.tell({ type: 'Abandoned', failure: null });
      for (let turn = 0; turn < 10; turn += 1) {
        world.decide(0, 'yes');
        const answer = world.next(0, false);
        if (answer) saga.answer(answer.step, answer.event, answer.payload);
      }

      expect(world.holdings).toMatchObject(nothingHeld);
      expect(saga.acts).toEqual(['FreezeCart', 'ReopenCart']);
    }),
    { numRuns: 1_000 },
  );
});

test('whatever happens in whatever order, an order ends paid and allocated, or with nothing held', () => {
  fc.assert(
    fc.property(schedule, fc.boolean(), fc.boolean(), fc.boolean(), (events, hasPoints, isManual, isFree) => {
      const facts = aPlacing({
        redemptionId: hasPoints ? ids.redemption : null,
        isCapturedOnPlacement: !isManual,
        paymentId: isFree ? null : ids.payment,
      });

      const { saga, world } = play(placeSaga, facts, { stock: 'held', points: hasPoints ? 'held' : 'none' }, events);

      const isDone = saga.state.status === 'COMPLETED';
      expect(saga.acts).toEqual([isDone ? 'ConfirmOrder' : 'FailOrder']);
      const money = isFree ? 'none' : isManual ? 'authorized' : 'captured';
      expect(world.holdings).toMatchObject(
        isDone
          ? { stock: 'allocated', points: hasPoints ? 'spent' : 'none', money, shipment: 'prepared' }
          : nothingHeld,
      );
    }),
    { numRuns: runs * 2 },
  );
});

test('whatever happens in whatever order, a refund sends money, points and goods back together, or none of them', () => {
  fc.assert(
    fc.property(schedule, fc.boolean(), (events, hasPoints) => {
      const facts = aRefund({ pointsReversed: hasPoints ? 20 : 0 });

      const { saga, world } = play(refundSaga, facts, { money: 'captured' }, events);

      const isDone = saga.state.status === 'COMPLETED';
      expect(saga.acts).toEqual([isDone ? 'CompleteRefund' : 'UnlockRefund']);
      expect(world.effects.get('inventory.RestockItems') ?? 0).toBe(isDone ? 1 : 0);
      expect(world.holdings).toMatchObject(
        isDone ? { money: 'none', reversal: hasPoints ? 'done' : 'none' } : { money: 'captured', reversal: 'none' },
      );
    }),
    { numRuns: runs },
  );
});

test('whatever happens in whatever order, a cancellation gives everything back or leaves the order as it was', () => {
  fc.assert(
    fc.property(schedule, fc.boolean(), fc.boolean(), fc.boolean(), (events, isCaptured, isAuthorized, hasPoints) => {
      fc.pre(isCaptured || isAuthorized);
      const before = {
        stock: 'allocated',
        points: hasPoints ? 'spent' : 'none',
        money: isCaptured ? 'captured' : 'authorized',
        shipment: 'prepared',
      } as const;
      const facts = aCancellation({ isCaptured, isAuthorized, redemptionId: hasPoints ? ids.redemption : null });

      const { saga, world } = play(cancelSaga, facts, before, events);

      const isDone = saga.state.status === 'COMPLETED';
      expect(saga.acts.at(-1)).toBe(isDone ? 'CancelOrder' : 'KeepOrder');
      expect(world.holdings).toMatchObject(isDone ? { ...nothingHeld, shipment: 'none' } : before);
    }),
    { numRuns: runs },
  );
});

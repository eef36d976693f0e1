import { readFileSync } from 'node:fs';
import { eventContracts } from '@ordergraph/schema';
import { expect, test } from 'vitest';
import { acts } from '../src/commands/acts/index.ts';
import { cancelSaga } from '../src/domain/cancel-saga.ts';
import { checkoutSaga } from '../src/domain/checkout-saga.ts';
import { placeSaga } from '../src/domain/place-saga.ts';
import { refundSaga } from '../src/domain/refund-saga.ts';
import type { SagaRules } from '../src/domain/saga-rules.ts';
import { SagaDriver } from './saga-driver.ts';
import { aCancellation, aCheckout, aPlacing, aRefund } from './saga-facts.ts';
import { ids } from './saga-world.ts';

const withoutLoyaltyAndLogistics = (subgraph: string): boolean => subgraph !== 'loyalty' && subgraph !== 'logistics';

/** Commands and acts of a saga whose every step goes well, in their order. */
function happyPath<Facts>(rules: SagaRules<Facts>, facts: Facts, isRunning?: (subgraph: string) => boolean): string[] {
  const run = new SagaDriver(rules, facts, isRunning).start();
  for (const rule of rules.steps) {
    const [event] = Object.keys(rule.answers ?? {});
    if (event && run.step(rule.name)?.status === 'RUNNING')
      run.answer(rule.name, event, { redemptionId: ids.redemption, refundId: ids.refund });
  }
  expect(run.state.status).toBe('COMPLETED');
  return run.state.steps.filter((step) => step.status !== 'SKIPPED').map((step) => step.name);
}

/** What is undone, in its order, when a step is refused. */
function undoing<Facts>(rules: SagaRules<Facts>, facts: Facts, failing: string): string[] {
  const run = new SagaDriver(rules, facts).start();
  for (const rule of rules.steps) {
    if (run.step(rule.name)?.status !== 'RUNNING') continue;
    const [yes] = Object.keys(rule.answers ?? {});
    const [no] = Object.keys(rule.refusals ?? {});
    if (rule.name === failing) {
      run.answer(rule.name, no ?? '', { shortages: [], code: 'declined' });
      break;
    }
    run.answer(rule.name, yes ?? '', { redemptionId: ids.redemption, refundId: ids.refund });
  }
  for (
    let open = run.state.steps.find((step) => step.status === 'RUNNING');
    open;
    open = run.state.steps.find((step) => step.status === 'RUNNING')
  ) {
    const undone = rules.steps.find((rule) => rule.name === open?.compensates)?.undoneBy;
    run.answer(open.name, undone?.answers[0] ?? '');
  }
  expect(run.state.status).toBe('COMPENSATED');
  return run.state.steps.filter((step) => step.compensates).map((step) => step.name);
}

test('CHECKOUT holds stock, then points, then freezes prices', () => {
  expect(happyPath(checkoutSaga, aCheckout({ redeemPoints: 100 }))).toEqual([
    'inventory.ReserveStock',
    'loyalty.HoldPoints',
    'orders.FreezeCart',
  ]);
  expect(happyPath(checkoutSaga, aCheckout())).toEqual(['inventory.ReserveStock', 'orders.FreezeCart']);
});

test('PLACE binds stock and points, authorises, allocates, captures, confirms, and ships', () => {
  const steps = [
    'inventory.ConfirmReservation',
    'loyalty.ConfirmPointsHold',
    'payments.AuthorizePayment',
    'inventory.AllocateStock',
    'payments.CapturePayment',
    'orders.ConfirmOrder',
    'loyalty.CapturePointsHold',
    'logistics.PrepareShipment',
  ];
  const facts = aPlacing({ redemptionId: ids.redemption });

  expect(happyPath(placeSaga, facts)).toEqual(steps);
  expect(happyPath(placeSaga, facts, withoutLoyaltyAndLogistics)).toEqual(
    steps.filter((step) => !/loyalty|logistics/.test(step)),
  );
  expect(happyPath(placeSaga, aPlacing({ isCapturedOnPlacement: false }), withoutLoyaltyAndLogistics)).not.toContain(
    'payments.CapturePayment',
  );
});

test('PLACE asks nothing of payments when nothing is due, and nothing of inventory without goods', () => {
  expect(happyPath(placeSaga, aPlacing({ paymentId: null }), withoutLoyaltyAndLogistics)).toEqual([
    'inventory.ConfirmReservation',
    'inventory.AllocateStock',
    'orders.ConfirmOrder',
  ]);
  expect(happyPath(placeSaga, aPlacing({ lines: [] }))).toEqual([
    'payments.AuthorizePayment',
    'payments.CapturePayment',
    'orders.ConfirmOrder',
  ]);
});

test.each([
  ['inventory.ConfirmReservation', ['loyalty.ReleasePointsHold', 'inventory.ReleaseStock']],
  ['loyalty.ConfirmPointsHold', ['loyalty.ReleasePointsHold', 'inventory.ReleaseStock']],
  ['payments.AuthorizePayment', ['payments.VoidPayment', 'loyalty.ReleasePointsHold', 'inventory.ReleaseStock']],
  ['inventory.AllocateStock', ['payments.VoidPayment', 'loyalty.ReleasePointsHold', 'inventory.ReleaseStock']],
  ['payments.CapturePayment', ['inventory.ReleaseStock', 'payments.VoidPayment', 'loyalty.ReleasePointsHold']],
])('PLACE gives back stock, points and money when %s is refused', (failing, undone) => {
  expect(undoing(placeSaga, aPlacing({ redemptionId: ids.redemption }), failing)).toEqual(undone);
});

test('REFUND sends money back, then points and goods', () => {
  expect(happyPath(refundSaga, aRefund({ pointsReversed: 10 }))).toEqual([
    'loyalty.PreparePointsReversal',
    'payments.RefundPayment',
    'loyalty.CommitPointsReversal',
    'inventory.RestockItems',
    'orders.CompleteRefund',
  ]);
  const kept = aRefund().lines.map((line) => ({ ...line, disposition: 'KEEP' as const }));
  expect(happyPath(refundSaga, aRefund({ lines: kept }))).toEqual(['payments.RefundPayment', 'orders.CompleteRefund']);
});

test('REFUND tells inventory what never left, written off or not, and nothing of what is kept', () => {
  const payloadOf = (disposition: 'RESTOCK' | 'WRITE_OFF' | 'KEEP', neverLeft: number) => {
    const facts = aRefund({ lines: aRefund().lines.map((line) => ({ ...line, disposition, neverLeft })) });
    const step = refundSaga.steps.find(({ name }) => name === 'inventory.RestockItems');
    return step?.when?.(facts) === true ? step.payload?.(facts)['lines'] : null;
  };
  expect(payloadOf('RESTOCK', 1)).toMatchObject([{ quantity: 2, neverLeft: 1, isWrittenOff: false }]);
  expect(payloadOf('WRITE_OFF', 1)).toMatchObject([{ quantity: 2, neverLeft: 1, isWrittenOff: true }]);
  expect(payloadOf('WRITE_OFF', 0)).toBeNull();
  expect(payloadOf('KEEP', 0)).toBeNull();
});

test('REFUND forgets the prepared points when the money cannot go back', () => {
  expect(undoing(refundSaga, aRefund({ pointsReversed: 10 }), 'payments.RefundPayment')).toEqual([
    'loyalty.CancelPointsReversal',
  ]);
});

test('CANCEL stops the parcel, gives back money, stock and points', () => {
  const steps = [
    'logistics.StopShipment',
    'orders.RefundEverything',
    'inventory.ReleaseStock',
    'loyalty.ReleasePointsHold',
    'orders.CancelOrder',
  ];

  expect(happyPath(cancelSaga, aCancellation({ redemptionId: ids.redemption }))).toEqual(steps);
  expect(happyPath(cancelSaga, aCancellation({ isCaptured: false, isAuthorized: true, hasStock: false }))).toEqual([
    'payments.VoidPayment',
    'orders.CancelOrder',
  ]);
});

test('CANCEL of a payment that is captured in part gives up the rest as well', () => {
  expect(happyPath(cancelSaga, aCancellation({ isAuthorized: true }), withoutLoyaltyAndLogistics)).toEqual([
    'orders.RefundEverything',
    'payments.VoidPayment',
    'inventory.ReleaseStock',
    'orders.CancelOrder',
  ]);
});

test('CANCEL sends the parcel on its way again when the money cannot go back', () => {
  expect(undoing(cancelSaga, aCancellation(), 'orders.RefundEverything')).toEqual(['logistics.ResumeShipment']);
  expect(undoing(cancelSaga, aCancellation({ isCaptured: false, isAuthorized: true }), 'payments.VoidPayment')).toEqual(
    ['logistics.ResumeShipment'],
  );
});

const tables = { CHECKOUT: checkoutSaga, PLACE: placeSaga, REFUND: refundSaga, CANCEL: cancelSaga };

test.each(Object.entries(tables))(
  '%s names only commands of the contracts, sent to the right subgraph, and acts that exist',
  (_kind, rules) => {
    const names = [
      ...rules.steps.flatMap((rule) => (rule.undoneBy ? [rule.name, rule.undoneBy.name] : [rule.name])),
      rules.whenUndone,
    ];
    for (const name of names) {
      const [subgraph, command = ''] = name.split('.');
      if (subgraph === 'orders') expect(acts(command)).toBeTypeOf('function');
      else expect(eventContracts.find(command).command?.to).toBe(subgraph);
    }
  },
);

test.each(Object.entries(tables))(
  '%s gives no compensation the name of a step, whose place in the history it would take',
  (_kind, rules) => {
    const undoing = rules.steps.flatMap((rule) => rule.undoneBy?.name ?? []);

    expect(rules.steps.filter((rule) => undoing.includes(rule.name))).toEqual([]);
  },
);

test('every refusal of a saga has a code of the API', () => {
  const sdl = readFileSync(new URL('../../../schema/subgraphs/orders.graphql', import.meta.url), 'utf8');
  const codes = /enum OrderErrorCode \{([^}]*)\}/.exec(sdl)?.[1] ?? '';
  const refusals = [
    ...checkoutSaga.steps.flatMap((rule) =>
      Object.values(rule.refusals ?? {}).map((refuse) => refuse(aCheckout(), { shortages: [] })),
    ),
    ...placeSaga.steps.flatMap((rule) =>
      Object.values(rule.refusals ?? {}).map((refuse) => refuse(aPlacing(), { code: 'PAYMENT_MISMATCH' })),
    ),
    ...refundSaga.steps.flatMap((rule) =>
      Object.values(rule.refusals ?? {}).map((refuse) => refuse(aRefund(), { code: 'x' })),
    ),
    ...cancelSaga.steps.flatMap((rule) =>
      Object.values(rule.refusals ?? {}).map((refuse) => refuse(aCancellation(), { code: 'x' })),
    ),
  ];

  for (const { code } of refusals) expect(codes).toMatch(new RegExp(`^  ${code}$`, 'm'));
  expect(refusals.length).toBeGreaterThan(8);
});

test('tells the customer which variants were short', () => {
  const shortages = [{ variantId: ids.variant, requested: 2, available: 1 }];
  const run = new SagaDriver(checkoutSaga, aCheckout()).start();

  run.answer('inventory.ReserveStock', 'StockReservationFailed', { shortages });

  expect(run.state).toMatchObject({ facts: { shortages }, failure: { code: 'INSUFFICIENT_STOCK' } });
});

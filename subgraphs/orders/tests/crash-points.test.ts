import { expect, test } from 'vitest';
import { placeCrashPoints, refundCrashPoints } from '../src/commands/crash-points.ts';
import { placeSaga } from '../src/domain/place-saga.ts';
import { refundSaga } from '../src/domain/refund-saga.ts';

const runsHere = (name: string): boolean => /^(inventory|payments|loyalty)\./.test(name);

interface Step {
  readonly name: string;
  readonly answers?: object;
  readonly refusals?: object;
  readonly pauses?: object;
  readonly undoneBy?: { readonly name: string; readonly answers: readonly string[] };
}

/** Where a saga may be left between two messages: after each thing that its steps can be told. */
const boundaries = (kind: string, steps: readonly Step[]): string[] => [
  ...new Set(
    steps
      .flatMap(({ name, answers, refusals, pauses, undoneBy }) => [
        ...Object.keys({ ...answers, ...refusals, ...pauses }).map((event) => [name, event] as const),
        ...(undoneBy ? undoneBy.answers.map((event) => [undoneBy.name, event] as const) : []),
      ])
      .filter(([name]) => runsHere(name))
      .map(([name, event]) => `${kind}.${name}.${event}`),
  ),
];

// It comes about only when the provider says yes after a no; payments' own tests bring that about.
const beyondReach = ['PLACE.payments.VoidPayment.RefundSucceeded'];

test('every boundary of PLACE has a crash point', () => {
  const listed: readonly string[] = [...placeCrashPoints, ...beyondReach];

  expect(boundaries('PLACE', placeSaga.steps).filter((name) => !listed.includes(name))).toEqual([]);
});

test('every boundary of REFUND has a crash point', () => {
  const listed: readonly string[] = refundCrashPoints;

  expect(boundaries('REFUND', refundSaga.steps).filter((name) => !listed.includes(name))).toEqual([]);
});

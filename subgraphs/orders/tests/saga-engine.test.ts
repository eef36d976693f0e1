import { expect, test } from 'vitest';
import { dayMs, type SagaRules, type StepRule } from '../src/domain/saga-rules.ts';
import { aStep, noFacts, SagaDriver, undo } from './saga-driver.ts';

type Facts = typeof noFacts;

const saga = (...steps: StepRule<Facts>[]): SagaRules<Facts> => ({ steps, whenUndone: 'orders.GiveUp' });
const start = (rules: SagaRules<Facts>) => new SagaDriver(rules, noFacts).start();

test('sends one command at a time, the next when the one before is answered', () => {
  const run = start(saga(aStep('One'), aStep('Two')));
  expect(run.sent).toEqual(['there.One']);

  run.answer('there.One', 'OneDone');

  expect(run.sent).toEqual(['there.One', 'there.Two']);
  expect(run.steps).toEqual({ 'there.One': 'SUCCEEDED', 'there.Two': 'RUNNING' });
});

test('completes when the last step is answered, with what the answers told', () => {
  const run = start(saga(aStep('One'), aStep('Two'), { name: 'orders.Finish' }));

  run.answer('there.One', 'OneDone').answer('there.Two', 'TwoDone');

  expect(run.state).toMatchObject({
    status: 'COMPLETED',
    deadlineAt: null,
    failure: null,
    facts: { noted: ['OneDone', 'TwoDone'] },
  });
  expect(run.acts).toEqual(['Finish']);
});

test('starts once', () => {
  const run = start(saga(aStep('One')));

  run.tell({ type: 'Started' });

  expect(run.sent).toEqual(['there.One']);
});

test('skips a step whose condition is not met, and one whose subgraph does not run', () => {
  const rules = saga(aStep('One', { when: () => false }), { ...aStep('Two'), name: 'absent.Two' }, aStep('Three'));

  const run = new SagaDriver(rules, noFacts, (subgraph) => subgraph === 'there').start();

  expect(run.steps).toEqual({ 'there.One': 'SKIPPED', 'absent.Two': 'SKIPPED', 'there.Three': 'RUNNING' });
  expect(run.sent).toEqual(['there.Three']);
});

test('undoes what succeeded in reverse when a step is refused, one after the other', () => {
  const run = start(saga(aStep('One'), aStep('Two'), aStep('Three')));
  run.answer('there.One', 'OneDone').answer('there.Two', 'TwoDone');

  run.answer('there.Three', 'ThreeFailed');
  expect(run.sent.slice(3)).toEqual(['there.UndoTwo']);
  expect(run.state).toMatchObject({
    status: 'COMPENSATING',
    failure: { code: 'NO', message: 'Three refused.', step: 'there.Three' },
  });

  run.answer('there.UndoTwo', 'TwoUndone');
  expect(run.sent.slice(4)).toEqual(['there.UndoOne']);
  expect(run.acts).toEqual([]);

  run.answer('there.UndoOne', 'OneUndone');
  expect(run.state).toMatchObject({ status: 'COMPENSATED', deadlineAt: null });
  expect(run.acts).toEqual(['GiveUp']);
  expect(run.steps).toEqual({
    'there.One': 'COMPENSATED',
    'there.Two': 'COMPENSATED',
    'there.Three': 'FAILED',
    'there.UndoTwo': 'SUCCEEDED',
    'there.UndoOne': 'SUCCEEDED',
    'orders.GiveUp': 'SUCCEEDED',
  });
});

test('keeps what a refusal teaches', () => {
  const run = start(saga(aStep('One')));

  run.answer('there.One', 'OneFailed');

  expect(run.state.facts.noted).toEqual(['OneFailed']);
});

test('undoes the failed step itself first, where its subgraph may hold something from before', () => {
  const run = start(saga(aStep('One'), aStep('Two', { isUndoneWhenFailed: true })));

  run.answer('there.One', 'OneDone').answer('there.Two', 'TwoFailed');

  expect(run.sent.slice(2)).toEqual(['there.UndoTwo']);
  run.answer('there.UndoTwo', 'TwoUndone');
  expect(run.steps).toMatchObject({ 'there.Two': 'FAILED', 'there.UndoOne': 'RUNNING' });
});

test('gives back what a later step would have taken over, though it never started', () => {
  const run = start(
    saga(aStep('One'), aStep('Two', { isHeldBefore: true }), aStep('Three', { isHeldBefore: true, when: () => false })),
  );

  run.answer('there.One', 'OneFailed');

  expect(run.sent).toEqual(['there.One', 'there.UndoTwo']);
  run.answer('there.UndoTwo', 'TwoUndone');
  expect(run.state.status).toBe('COMPENSATED');
});

test('undoes two steps at once where one command gives both back', () => {
  const both = { undoneBy: undo('there.GiveBack', 'GivenBack') };
  const run = start(saga(aStep('One', both), aStep('Two', both), aStep('Three')));
  run.answer('there.One', 'OneDone').answer('there.Two', 'TwoDone').answer('there.Three', 'ThreeFailed');

  run.answer('there.GiveBack', 'GivenBack');

  expect(run.sent.filter((step) => step === 'there.GiveBack')).toHaveLength(1);
  expect(run.steps).toMatchObject({ 'there.One': 'COMPENSATED', 'there.Two': 'COMPENSATED' });
  expect(run.state.status).toBe('COMPENSATED');
});

test('asks again with the same command when nothing was answered in time, and does not take silence for a no', () => {
  const run = start(saga(aStep('One')));

  run.untilDeadline();

  expect(run.sent).toEqual(['there.One', 'there.One']);
  expect(run.step('there.One')).toMatchObject({ status: 'UNKNOWN', attempts: 2 });
  run.answer('there.One', 'OneDone');
  expect(run.state.status).toBe('COMPLETED');
});

test('does nothing before the deadline', () => {
  const run = start(saga(aStep('One')));

  run.wait(999);

  expect(run.sent).toEqual(['there.One']);
});

test('waits longer from one attempt to the next, and never more than five minutes', () => {
  const run = start(saga(aStep('One')));
  const waits = Array.from({ length: 12 }, () => {
    const before = Date.parse(run.state.deadlineAt ?? '');
    run.untilDeadline();
    return Date.parse(run.state.deadlineAt ?? '') - before;
  });

  expect(waits.slice(0, 3)).toEqual([4_000, 8_000, 16_000]);
  expect(Math.max(...waits)).toBe(300_000);
});

test('needs attention after ten attempts, goes on asking, and recovers with the answer', () => {
  const run = start(saga(aStep('One'), aStep('Two')));

  for (let attempt = 2; attempt <= 9; attempt += 1) run.untilDeadline();
  expect(run.state.status).toBe('RUNNING');
  run.untilDeadline();
  expect(run.state.status).toBe('NEEDS_ATTENTION');
  run.untilDeadline();
  expect(run.sent).toHaveLength(11);

  run.answer('there.One', 'OneDone');
  expect(run.state.status).toBe('RUNNING');
  expect(run.sent.at(-1)).toBe('there.Two');
});

test('needs attention while undoing as well, and is compensated when the answer comes', () => {
  const run = start(saga(aStep('One'), aStep('Two')));
  run.answer('there.One', 'OneDone').answer('there.Two', 'TwoFailed');

  for (let attempt = 2; attempt <= 10; attempt += 1) run.untilDeadline();

  expect(run.state.status).toBe('NEEDS_ATTENTION');
  run.answer('there.UndoOne', 'OneUndone');
  expect(run.state.status).toBe('COMPENSATED');
});

test('leaves a patient step alone until its time is over, however often it was asked', () => {
  const run = start(saga(aStep('One', { patienceMs: dayMs })));

  for (let attempt = 2; attempt <= 200; attempt += 1) run.untilDeadline();
  expect(run.state.status).toBe('RUNNING');

  for (let attempt = 1; attempt <= 150; attempt += 1) run.untilDeadline();
  expect(run.state.status).toBe('NEEDS_ATTENTION');
});

test('asks anew when staff retry what needs attention, and only then', () => {
  const run = start(saga(aStep('One')));
  run.tell({ type: 'Retried' });
  expect(run.sent).toHaveLength(1);
  for (let attempt = 2; attempt <= 10; attempt += 1) run.untilDeadline();

  run.tell({ type: 'Retried' });

  expect(run.sent).toHaveLength(11);
  expect(run.state.status).toBe('RUNNING');
  expect(run.step('there.One')?.attempts).toBe(1);
});

test('a repeated answer changes nothing', () => {
  const run = start(saga(aStep('One'), aStep('Two'))).answer('there.One', 'OneDone');
  const before = run.state;

  run
    .answer('there.One', 'OneDone')
    .answer('there.One', 'OneFailed')
    .answer('there.Three', 'ThreeDone')
    .answer('there.Two', 'Unheard');

  expect(run.state).toBe(before);
  expect(run.sent).toHaveLength(2);
});

test('a success that comes after its step was given up is undone', () => {
  const run = start(saga(aStep('One', { isUndoneWhenFailed: true })));
  run.tell({ type: 'Abandoned', failure: null }).answer('there.UndoOne', 'OneUndone');
  expect(run.state.status).toBe('COMPENSATED');

  run.answer('there.One', 'OneDone');

  expect(run.sent).toEqual(['there.One', 'there.UndoOne', 'there.UndoOne']);
  expect(run.state.status).toBe('COMPENSATING');
  run.answer('there.UndoOne', 'OneUndone');
  expect(run.state.status).toBe('COMPENSATED');
  expect(run.acts).toEqual(['GiveUp']);
});

test('undoing a late success that is slow to be answered ends the saga once', () => {
  const run = start(saga(aStep('One', { isUndoneWhenFailed: true })));
  run.tell({ type: 'Abandoned', failure: null }).answer('there.UndoOne', 'OneUndone').answer('there.One', 'OneDone');

  run.untilDeadline().untilDeadline().answer('there.UndoOne', 'OneUndone');

  expect(run.state.status).toBe('COMPENSATED');
  expect(run.acts).toEqual(['GiveUp']);
});

test('a success that comes while its step is being undone needs no second undoing', () => {
  const run = start(saga(aStep('One', { isUndoneWhenFailed: true })));
  run.tell({ type: 'Abandoned', failure: null });

  run.answer('there.One', 'OneDone').answer('there.UndoOne', 'OneUndone');

  expect(run.sent).toEqual(['there.One', 'there.UndoOne']);
  expect(run.steps).toMatchObject({ 'there.One': 'COMPENSATED', 'there.UndoOne': 'SUCCEEDED' });
});

test('a refusal may be followed by a success all the same, which is then undone with what it told', () => {
  const run = start(saga(aStep('One'), aStep('Two')));
  run.answer('there.One', 'OneDone').answer('there.Two', 'TwoFailed');

  run.answer('there.Two', 'TwoDone');
  expect(run.sent.slice(2)).toEqual(['there.UndoOne']);
  run.answer('there.UndoOne', 'OneUndone');

  expect(run.sent.slice(3)).toEqual(['there.UndoTwo']);
  expect(run.state.facts.noted).toEqual(['OneDone', 'TwoFailed', 'TwoDone']);
  run.answer('there.UndoTwo', 'TwoUndone');
  expect(run.state.status).toBe('COMPENSATED');
});

test('leaving while a step runs awaits its answer, and then undoes what it did', () => {
  const leave = { code: 'GONE', message: 'The customer left.', step: null };
  const run = start(saga(aStep('One'), aStep('Two')));
  run.tell({ type: 'Abandoned', failure: leave });
  expect(run.sent).toEqual(['there.One']);

  run.answer('there.One', 'OneDone');

  expect(run.sent).toEqual(['there.One', 'there.UndoOne']);
  expect(run.state.failure).toEqual(leave);
});

test('leaving keeps its reason when the running step turns out to be refused', () => {
  const leave = { code: 'GONE', message: 'The customer left.', step: null };
  const run = start(saga(aStep('One')));

  run.tell({ type: 'Abandoned', failure: leave }).untilDeadline().answer('there.One', 'OneFailed');

  expect(run.state).toMatchObject({ status: 'COMPENSATED', failure: leave });
  expect(run.sent).toEqual(['there.One', 'there.One']);
});

test('leaving twice, or after the pivot, changes nothing', () => {
  const run = start(saga(aStep('One', { isPivot: true }), aStep('Two'))).answer('there.One', 'OneDone');
  const before = run.state;

  run.tell({ type: 'Abandoned', failure: null });

  expect(run.state).toBe(before);
});

test('past the pivot a refusal is only a reason to ask again later', () => {
  const run = start(saga(aStep('One', { isPivot: true }), aStep('Two'))).answer('there.One', 'OneDone');

  run.answer('there.Two', 'TwoFailed');

  expect(run.state).toMatchObject({ status: 'RUNNING', direction: 'forward' });
  expect(run.step('there.Two')).toMatchObject({ status: 'UNKNOWN', lastError: 'Two refused.' });
  run.untilDeadline().answer('there.Two', 'TwoDone');
  expect(run.state.status).toBe('COMPLETED');
});

test('a pivot that is skipped hands its part to the step before it', () => {
  const run = start(saga(aStep('One'), aStep('Two', { isPivot: true, when: () => false }), aStep('Three')));

  run.answer('there.One', 'OneDone').answer('there.Three', 'ThreeFailed');

  expect(run.state.direction).toBe('forward');
});

test('with two pivots of which one is skipped, passing the other is passing the pivot', () => {
  const rules = saga(
    aStep('One', { isPivot: true, when: () => false }),
    aStep('Two', { isPivot: true, undoneBy: undo('there.UndoTwo', 'x') }),
  );

  const refused = start(rules).answer('there.Two', 'TwoFailed');

  expect(refused.state.status).toBe('COMPENSATED');
});

test('waits for the customer until the named instant, and not for another attempt', () => {
  const payUntil = '2026-03-01T12:10:00.000Z';
  const pausing = { pauses: { ActNow: () => payUntil }, isUndoneWhenFailed: true };
  const run = start(saga(aStep('One'), aStep('Two', pausing))).answer('there.One', 'OneDone');

  run.answer('there.Two', 'ActNow');
  expect(run.state).toMatchObject({ isWaitingForCustomer: true, deadlineAt: payUntil, status: 'RUNNING' });
  run.wait(60_000);
  expect(run.sent).toHaveLength(2);

  run.untilDeadline();
  expect(run.state).toMatchObject({ isWaitingForCustomer: false, failure: { code: 'CHECKOUT_EXPIRED', step: null } });
  expect(run.sent.slice(2)).toEqual(['there.UndoTwo']);
});

test('goes on when the customer has acted', () => {
  const pausing = { pauses: { ActNow: () => '2026-03-01T12:10:00.000Z' } };
  const run = start(saga(aStep('One', pausing), aStep('Two'))).answer('there.One', 'ActNow');

  run.answer('there.One', 'OneDone');

  expect(run.state).toMatchObject({ isWaitingForCustomer: false, deadlineAt: '2026-03-01T12:00:01.000Z' });
  expect(run.sent).toEqual(['there.One', 'there.Two']);
});

test('an act that waits for another saga holds up what follows, without a deadline', () => {
  const run = start(saga({ name: 'orders.Wait', answers: { Over: (facts) => facts } }, aStep('Two')));
  expect(run.state.deadlineAt).toBeNull();
  expect(run.acts).toEqual(['Wait']);

  run.answer('orders.Wait', 'Over');

  expect(run.sent).toEqual(['there.Two']);
});

test('a compensation that is answered by something else is asked again later', () => {
  const run = start(saga(aStep('One'), aStep('Two')))
    .answer('there.One', 'OneDone')
    .answer('there.Two', 'TwoFailed');

  run.answer('there.UndoOne', 'UndoFailed');
  expect(run.step('there.UndoOne')).toMatchObject({ status: 'UNKNOWN', lastError: 'Answered by UndoFailed.' });
  run.untilDeadline();

  expect(run.sent.slice(2)).toEqual(['there.UndoOne', 'there.UndoOne']);
});

test('refuses to go on with a stored step that its rules do not know', () => {
  const old = start(saga(aStep('One')));
  const run = start(saga(aStep('Two')));

  run.state = old.state;

  expect(() => run.answer('there.One', 'OneDone')).toThrow('no step there.One');
});

// A saga is a list of steps, each with what undoes it. The list is all that a saga's own file says; how steps follow
// each other, are asked again, and are undone in reverse is the same for every saga and stands here. Pure: the time and
// what runs are given, messages to send and acts to do are returned.
import type {
  Advance,
  SagaFailure,
  SagaMessage,
  SagaRules,
  SagaState,
  SagaStep,
  SagaStepStatus,
  StepRule,
  Surroundings,
} from './saga-rules.ts';

const attemptsBeforeAttention = 10;
const longestWaitMs = 5 * 60_000;
const usualTimeoutMs = 10_000;

const subgraphOf = (step: string): string => step.slice(0, step.indexOf('.'));
const isOwn = ({ name }: { readonly name: string }): boolean => subgraphOf(name) === 'orders';
const commandOf = (step: string): string => step.slice(step.indexOf('.') + 1);
const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();
const isOpen = (step: SagaStep): boolean => step.status === 'RUNNING' || step.status === 'UNKNOWN';
const keep = <Facts>(state: SagaState<Facts>): Advance<Facts> => ({ state, send: [], acts: [] });

/** Replies arrive late, twice and out of order; one that does not fit the state changes nothing. */
export function advance<Facts>(
  rules: SagaRules<Facts>,
  state: SagaState<Facts>,
  message: SagaMessage,
  around: Surroundings,
): Advance<Facts> {
  const { now } = around;
  const open = state.steps.find(isOpen);

  switch (message.type) {
    case 'Started':
      return state.steps.length === 0 ? forward(rules, state, around) : keep(state);

    case 'Answered':
      return answered(rules, state, message, around);

    case 'DeadlinePassed': {
      if (!open || !state.deadlineAt || state.deadlineAt > now.toISOString()) return keep(state);
      // Silence is not a no: the other side is asked again and answers with what it did.
      if (!state.isWaitingForCustomer) return ask(rules, state, open, now);
      const failure = { code: 'CHECKOUT_EXPIRED', message: 'The customer did not finish paying in time.', step: null };
      return backward(rules, fail(state, open, failure, now), around);
    }

    case 'Abandoned': {
      if (state.direction === 'backward' || isPastPivot(rules, state)) return keep(state);
      const failure = message.failure ?? state.failure;
      const leaving: SagaState<Facts> = { ...state, direction: 'backward', status: 'COMPENSATING', failure };
      if (!open) return backward(rules, leaving, around);
      // What the running step did, only its answer can tell, unless undoing it needs no answer.
      const { isUndoneWhenFailed, isHeldBefore } = ruleOf(rules, open.name);
      if (!isUndoneWhenFailed && !isHeldBefore) return keep(leaving);
      return backward(rules, close(leaving, open, 'FAILED', now), around);
    }

    case 'Retried': {
      if (state.status !== 'NEEDS_ATTENTION' || !open) return keep(state);
      const anew = { ...open, attempts: 0 };
      return ask(rules, replaceStep(state, anew), anew, now);
    }
  }
}

function answered<Facts>(
  rules: SagaRules<Facts>,
  state: SagaState<Facts>,
  { step: name, event, payload }: Extract<SagaMessage, { type: 'Answered' }>,
  around: Surroundings,
): Advance<Facts> {
  const step = state.steps.find((candidate) => candidate.name === name);
  if (!step) return keep(state);
  if (step.compensates) return undoAnswered(rules, state, step, event, around);
  const rule = ruleOf(rules, name);
  const accept = rule.answers?.[event];
  if (accept) {
    const accepted = () => ({ ...state, facts: accept(state.facts, payload) });
    if (step.status === 'FAILED' && rule.undoneBy) return undoLateSuccess(rules, accepted(), step, rule, around);
    if (!isOpen(step)) return keep(state);
    const closed = close(accepted(), step, 'SUCCEEDED', around.now);
    return state.direction === 'forward' ? forward(rules, closed, around) : backward(rules, closed, around);
  }
  if (!isOpen(step)) return keep(state);
  const pause = rule.pauses?.[event];
  if (pause) return keep({ ...state, isWaitingForCustomer: true, deadlineAt: pause(payload) });
  const refuse = rule.refusals?.[event];
  if (!refuse) return keep(state);
  const { code, message, facts = state.facts } = refuse(state.facts, payload);
  if (isPastPivot(rules, state)) return askLater(state, step, message, around.now);
  return backward(rules, fail({ ...state, facts }, step, { code, message, step: name }, around.now), around);
}

function forward<Facts>(rules: SagaRules<Facts>, before: SagaState<Facts>, around: Surroundings): Advance<Facts> {
  let state: SagaState<Facts> = { ...before, status: 'RUNNING', isWaitingForCustomer: false };
  const acts: string[] = [];
  for (const rule of rules.steps) {
    if (state.steps.some((step) => step.name === rule.name)) continue;
    if (!isWanted(rule, state.facts, around)) {
      state = addStep(state, rule.name, 'SKIPPED', around.now);
      continue;
    }
    if (isOwn(rule)) {
      acts.push(commandOf(rule.name));
      state = addStep(state, rule.name, rule.answers ? 'RUNNING' : 'SUCCEEDED', around.now);
      // An act that waits for an answer, such as for another saga, holds up what follows.
      if (rule.answers) return { state: { ...state, deadlineAt: null }, send: [], acts };
      continue;
    }
    state = addStep(state, rule.name, 'RUNNING', around.now);
    const deadlineAt = later(around.now, rule.timeoutMs ?? usualTimeoutMs);
    const payload = rule.payload?.(state.facts) ?? {};
    return { state: { ...state, deadlineAt }, send: [{ name: commandOf(rule.name), step: rule.name, payload }], acts };
  }
  return { state: { ...state, status: 'COMPLETED', deadlineAt: null }, send: [], acts };
}

function backward<Facts>(rules: SagaRules<Facts>, before: SagaState<Facts>, around: Surroundings): Advance<Facts> {
  let state: SagaState<Facts> = {
    ...before,
    status: 'COMPENSATING',
    direction: 'backward',
    isWaitingForCustomer: false,
  };
  for (const rule of rules.steps.toReversed()) {
    const step = state.steps.find((candidate) => candidate.name === rule.name);
    if (!rule.undoneBy || !isToUndo(rule, step, state.facts, around)) continue;
    const { name } = rule.undoneBy;
    const undo = state.steps.find((candidate) => candidate.name === name);
    if (undo && isOpen(undo)) return keep(state);
    if (!undo) return sendUndo(addStep(state, name, 'RUNNING', around.now, rule.name), rule, around.now);
    // One ReleaseStock gives back whatever is held or allocated, so it undoes both steps.
    if (step?.status === 'SUCCEEDED') state = replaceStep(state, { ...step, status: 'COMPENSATED' });
  }
  // Undoing a late success of a saga that had ended must not end it a second time.
  const hasEnded = state.steps.some((step) => step.name === rules.whenUndone);
  if (!hasEnded) state = addStep(state, rules.whenUndone, 'SUCCEEDED', around.now);
  const acts = hasEnded ? [] : [commandOf(rules.whenUndone)];
  return { state: { ...state, status: 'COMPENSATED', deadlineAt: null }, send: [], acts };
}

function isToUndo<Facts>(
  rule: StepRule<Facts>,
  step: SagaStep | undefined,
  facts: Facts,
  around: Surroundings,
): boolean {
  if (step?.status === 'SUCCEEDED') return true;
  if (step?.status === 'FAILED') return rule.isUndoneWhenFailed === true || rule.isHeldBefore === true;
  return !step && rule.isHeldBefore === true && isWanted(rule, facts, around);
}

/** A step is skipped when its condition is not met, and when its subgraph does not run. */
const isWanted = <Facts>(rule: StepRule<Facts>, facts: Facts, around: Surroundings): boolean =>
  rule.when?.(facts) !== false && (isOwn(rule) || around.isRunning(subgraphOf(rule.name)));

function sendUndo<Facts>(state: SagaState<Facts>, { undoneBy }: StepRule<Facts>, now: Date): Advance<Facts> {
  if (!undoneBy) return keep(state);
  const { name, payload } = undoneBy;
  return {
    state: { ...state, status: 'COMPENSATING', deadlineAt: later(now, usualTimeoutMs) },
    send: [{ name: commandOf(name), step: name, payload: payload(state.facts) }],
    acts: [],
  };
}

function undoAnswered<Facts>(
  rules: SagaRules<Facts>,
  state: SagaState<Facts>,
  undo: SagaStep,
  event: string,
  around: Surroundings,
): Advance<Facts> {
  const rule = rules.steps.find((candidate) => candidate.name === undo.compensates);
  if (!isOpen(undo) || !rule?.undoneBy) return keep(state);
  if (!rule.undoneBy.answers.includes(event)) return askLater(state, undo, `Answered by ${event}.`, around.now);
  return backward(rules, close(state, undo, 'SUCCEEDED', around.now), around);
}

/** We gave up, but a slow subgraph said yes: it must give back what it now holds for nobody. */
function undoLateSuccess<Facts>(
  rules: SagaRules<Facts>,
  before: SagaState<Facts>,
  step: SagaStep,
  rule: StepRule<Facts>,
  around: Surroundings,
): Advance<Facts> {
  const state = replaceStep(before, { ...step, status: 'SUCCEEDED' });
  const undo = state.steps.find(({ name }) => name === rule.undoneBy?.name);
  if (undo?.status === 'SUCCEEDED') {
    const again: SagaStep = { ...undo, status: 'RUNNING', attempts: 1, compensates: rule.name, finishedAt: null };
    return sendUndo(replaceStep(state, again), rule, around.now);
  }
  // Whatever is being undone at the moment comes first; this step's turn comes after it.
  return state.steps.some((other) => other.compensates && isOpen(other)) ? keep(state) : backward(rules, state, around);
}

/** Sends a step's command once more: the receiver answers with what it did, or does it now. */
function ask<Facts>(rules: SagaRules<Facts>, state: SagaState<Facts>, step: SagaStep, now: Date): Advance<Facts> {
  const attempts = step.attempts + 1;
  const rule = rules.steps.find((candidate) => candidate.name === (step.compensates ?? step.name));
  const payload = step.compensates ? rule?.undoneBy?.payload(state.facts) : rule?.payload?.(state.facts);
  const wait = Math.min((rule?.timeoutMs ?? usualTimeoutMs) * 2 ** Math.min(attempts, 10), longestWaitMs);
  const patienceMs = step.compensates ? 0 : (rule?.patienceMs ?? 0);
  const isStuck =
    attempts >= attemptsBeforeAttention && later(new Date(step.startedAt), patienceMs) <= now.toISOString();
  const going = state.direction === 'forward' ? 'RUNNING' : 'COMPENSATING';
  return {
    state: {
      ...replaceStep(state, { ...step, status: 'UNKNOWN', attempts }),
      status: isStuck ? 'NEEDS_ATTENTION' : going,
      deadlineAt: later(now, wait),
    },
    send: payload ? [{ name: commandOf(step.name), step: step.name, payload }] : [],
    acts: [],
  };
}

/** Past the pivot, and for compensations, a no is only a reason to wait before asking again. */
function askLater<Facts>(state: SagaState<Facts>, step: SagaStep, lastError: string, now: Date): Advance<Facts> {
  const wait = Math.min(1_000 * 2 ** Math.min(step.attempts, 10), longestWaitMs);
  return keep({ ...replaceStep(state, { ...step, status: 'UNKNOWN', lastError }), deadlineAt: later(now, wait) });
}

/** Why it goes back is what came first: the reason to leave, or else the step that failed. */
function fail<Facts>(state: SagaState<Facts>, step: SagaStep, failure: SagaFailure, now: Date): SagaState<Facts> {
  const closed = close(state, { ...step, lastError: failure.message }, 'FAILED', now);
  return state.direction === 'backward' ? closed : { ...closed, direction: 'backward', failure };
}

/** A pivot that was skipped hands its part to the step before it: when all are skipped, passing that was the pivot. */
function isPastPivot<Facts>(rules: SagaRules<Facts>, state: SagaState<Facts>): boolean {
  const pivots = rules.steps
    .filter((rule) => rule.isPivot)
    .map((rule) => state.steps.find((step) => step.name === rule.name)?.status);
  return pivots.includes('SUCCEEDED') || (pivots.length > 0 && pivots.every((status) => status === 'SKIPPED'));
}

function ruleOf<Facts>(rules: SagaRules<Facts>, name: string): StepRule<Facts> {
  const rule = rules.steps.find((candidate) => candidate.name === name);
  if (!rule) throw new Error(`The saga has no step ${name}; its stored state is of another version.`);
  return rule;
}

function addStep<Facts>(
  state: SagaState<Facts>,
  name: string,
  status: SagaStepStatus,
  now: Date,
  compensates: string | null = null,
): SagaState<Facts> {
  const at = now.toISOString();
  const finishedAt = status === 'RUNNING' ? null : at;
  const step = { name, status, attempts: 1, compensates, lastError: null, startedAt: at, finishedAt };
  return { ...state, steps: [...state.steps, step] };
}

function replaceStep<Facts>(state: SagaState<Facts>, step: SagaStep): SagaState<Facts> {
  return { ...state, steps: state.steps.map((known) => (known.name === step.name ? step : known)) };
}

function close<Facts>(state: SagaState<Facts>, step: SagaStep, status: SagaStepStatus, now: Date): SagaState<Facts> {
  return replaceStep(state, { ...step, status, finishedAt: now.toISOString() });
}

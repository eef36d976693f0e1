// A saga is a list of steps, each with what undoes it. The list is all that a saga's own file says; how steps follow
// each other, are asked again, and are undone in reverse is the same for every saga and stands here. Pure: the time and
// what runs are given, messages to send and acts to do are returned.

export type SagaStatus = 'RUNNING' | 'COMPLETED' | 'COMPENSATING' | 'COMPENSATED' | 'NEEDS_ATTENTION';
export type SagaStepStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'UNKNOWN' | 'COMPENSATED' | 'SKIPPED';

/** Why a saga could not go on. `code` is an `OrderErrorCode` of the API. */
export interface SagaFailure {
  readonly code: string;
  readonly message: string;
  /** Null when time ran out. */
  readonly step: string | null;
}

/** One command with all its attempts, or one act of orders itself. */
export interface SagaStep {
  readonly name: string;
  readonly status: SagaStepStatus;
  readonly attempts: number;
  /** Name of the step that this one undoes. */
  readonly compensates: string | null;
  readonly lastError: string | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export interface SagaState<Facts> {
  readonly status: SagaStatus;
  readonly direction: 'forward' | 'backward';
  readonly facts: Facts;
  /** In the order they were started, compensations included. */
  readonly steps: readonly SagaStep[];
  /** When the running step is asked again, or gives up. */
  readonly deadlineAt: string | null;
  /** True while the customer has to act, which only a deadline ends. */
  readonly isWaitingForCustomer: boolean;
  readonly failure: SagaFailure | null;
}

type Payload = Readonly<Record<string, unknown>>;

/** A message that a saga sends. `step` is part of its command key, so that every attempt has the same one. */
export interface SagaCommand {
  readonly name: string;
  readonly step: string;
  readonly payload: Payload;
}

/** What undoes a step. Answered also when there was nothing to undo, and repeated until it is answered. */
export interface Compensation<Facts> {
  readonly name: string;
  readonly payload: (facts: Facts) => Payload;
  readonly answers: readonly string[];
}

/** A step: `<subgraph>.<Command>`, or `orders.<Act>` for what orders does itself in the same transaction. */
export interface StepRule<Facts> {
  readonly name: string;
  /** False skips the step. A step whose subgraph does not run is skipped as well. */
  readonly when?: (facts: Facts) => boolean;
  readonly payload?: (facts: Facts, now: Date) => Payload;
  /** Events that say yes, and what they add to the facts. */
  readonly answers?: Readonly<Record<string, (facts: Facts, payload: Payload) => Facts>>;
  /** Events that say no. */
  readonly refusals?: Readonly<Record<string, (facts: Facts, payload: Payload) => Omit<SagaFailure, 'step'>>>;
  /** Events that say: wait for the customer, until the instant that they name. */
  readonly pauses?: Readonly<Record<string, (payload: Payload) => string>>;
  readonly timeoutMs?: number;
  readonly undoneBy?: Compensation<Facts>;
  /** The compensation also runs when the step itself failed, because its subgraph may hold something from before. */
  readonly isUndoneWhenFailed?: boolean;
  /** From its success on there is only forward. */
  readonly isPivot?: boolean;
}

export interface SagaRules<Facts> {
  readonly steps: readonly StepRule<Facts>[];
  /** What orders does once everything is undone. */
  readonly whenUndone: string;
}

export type SagaMessage =
  | { readonly type: 'Started' }
  | { readonly type: 'Answered'; readonly step: string; readonly event: string; readonly payload: Payload }
  | { readonly type: 'DeadlinePassed' }
  /** Somebody decided that it should end: the customer left, or a hold ran out. */
  | { readonly type: 'Abandoned'; readonly failure: SagaFailure | null }
  /** Staff lets a saga that needs attention try again. */
  | { readonly type: 'Retried' };

export interface Surroundings {
  readonly now: Date;
  readonly isRunning: (subgraph: string) => boolean;
}

/** What to do after a message: keep the state, send the commands, do the acts, in this order and in one transaction. */
export interface Advance<Facts> {
  readonly state: SagaState<Facts>;
  readonly send: readonly SagaCommand[];
  readonly acts: readonly string[];
}

const attemptsBeforeAttention = 10;
const longestWaitMs = 5 * 60_000;
const subgraphOf = (step: string): string => step.slice(0, step.indexOf('.'));
const commandOf = (step: string): string => step.slice(step.indexOf('.') + 1);
const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

/** A saga before its first step. */
export function begin<Facts>(facts: Facts): SagaState<Facts> {
  return {
    status: 'RUNNING',
    direction: 'forward',
    facts,
    steps: [],
    deadlineAt: null,
    isWaitingForCustomer: false,
    failure: null,
  };
}

/** Replies arrive late, twice and out of order; one that does not fit the state changes nothing. */
export function advance<Facts>(
  rules: SagaRules<Facts>,
  state: SagaState<Facts>,
  message: SagaMessage,
  around: Surroundings,
): Advance<Facts> {
  const nothing: Advance<Facts> = { state, send: [], acts: [] };
  const { now } = around;
  const running = state.steps.find((step) => step.status === 'RUNNING' || step.status === 'UNKNOWN');

  switch (message.type) {
    case 'Started':
      return state.steps.length === 0 ? forward(rules, state, around) : nothing;

    case 'Answered': {
      const step = state.steps.find((candidate) => candidate.name === message.step);
      if (!step) return nothing;
      if (step.compensates) return undoAnswered(rules, state, step, message.event, around);
      const rule = ruleOf(rules, step.name);
      const isOpen = step.status === 'RUNNING' || step.status === 'UNKNOWN';
      const accept = rule.answers?.[message.event];
      if (accept && isOpen) {
        const facts = accept(state.facts, message.payload);
        return forward(rules, close({ ...state, facts }, step, 'SUCCEEDED', now), around);
      }
      if (accept && step.status === 'FAILED') return undoLateSuccess(rules, state, rule, now);
      const pause = rule.pauses?.[message.event];
      if (pause && isOpen) {
        return { ...nothing, state: { ...state, isWaitingForCustomer: true, deadlineAt: pause(message.payload) } };
      }
      const refuse = rule.refusals?.[message.event];
      if (!refuse || !isOpen) return nothing;
      const failure = { ...refuse(state.facts, message.payload), step: step.name };
      if (isPastPivot(rules, state)) return askLater(state, step, failure.message, now);
      return backward(rules, fail(state, step, failure, now), around);
    }

    case 'DeadlinePassed': {
      if (!running || !state.deadlineAt || state.deadlineAt > now.toISOString()) return nothing;
      if (state.isWaitingForCustomer) {
        const failure = { code: 'PAYMENT_DECLINED', message: 'The customer did not finish paying in time.', step: null };
        return backward(rules, fail(state, running, failure, now), around);
      }
      // Silence is not a no: the other side is asked again and answers with what it did.
      return ask(rules, state, running, now);
    }

    case 'Abandoned': {
      if (state.direction === 'backward' || isPastPivot(rules, state)) return nothing;
      const failure = message.failure ?? state.failure;
      const ended = running ? close(state, running, 'FAILED', now) : state;
      return backward(rules, { ...ended, direction: 'backward', status: 'COMPENSATING', failure }, around);
    }

    case 'Retried':
      if (state.status !== 'NEEDS_ATTENTION' || !running) return nothing;
      return ask(rules, replaceStep(state, { ...running, attempts: 0 }), { ...running, attempts: 0 }, now);
  }
}

function forward<Facts>(rules: SagaRules<Facts>, before: SagaState<Facts>, around: Surroundings): Advance<Facts> {
  let state: SagaState<Facts> = { ...before, status: 'RUNNING', isWaitingForCustomer: false };
  const acts: string[] = [];
  for (const rule of rules.steps) {
    if (state.steps.some((step) => step.name === rule.name)) continue;
    const isOwn = subgraphOf(rule.name) === 'orders';
    if (rule.when?.(state.facts) === false || (!isOwn && !around.isRunning(subgraphOf(rule.name)))) {
      state = addStep(state, rule.name, 'SKIPPED', around.now);
      continue;
    }
    if (isOwn) {
      state = addStep(state, rule.name, 'SUCCEEDED', around.now);
      acts.push(commandOf(rule.name));
      // An act that waits for answers, such as for another saga, holds up what follows.
      if (!rule.answers) continue;
      state = replaceStep(state, { ...lastStep(state), status: 'RUNNING', finishedAt: null });
      return { state: { ...state, deadlineAt: null }, send: [], acts };
    }
    state = addStep(state, rule.name, 'RUNNING', around.now);
    const deadlineAt = later(around.now, rule.timeoutMs ?? 10_000);
    const payload = rule.payload?.(state.facts, around.now) ?? {};
    return { state: { ...state, deadlineAt }, send: [{ name: commandOf(rule.name), step: rule.name, payload }], acts };
  }
  return { state: { ...state, status: 'COMPLETED', deadlineAt: null }, send: [], acts };
}

function backward<Facts>(rules: SagaRules<Facts>, before: SagaState<Facts>, around: Surroundings): Advance<Facts> {
  let state: SagaState<Facts> = { ...before, status: 'COMPENSATING', isWaitingForCustomer: false };
  for (const rule of rules.steps.toReversed()) {
    const step = state.steps.find((candidate) => candidate.name === rule.name);
    const isToUndo = step?.status === 'SUCCEEDED' || (step?.status === 'FAILED' && rule.isUndoneWhenFailed);
    if (!step || !isToUndo || !rule.undoneBy) continue;
    const { name, payload } = rule.undoneBy;
    const undo = state.steps.find((candidate) => candidate.name === name);
    if (undo?.status === 'SUCCEEDED') {
      // One ReleaseStock gives back whatever is held or allocated, so it undoes both steps.
      if (step.status === 'SUCCEEDED') state = replaceStep(state, { ...step, status: 'COMPENSATED' });
      continue;
    }
    state = addStep(state, name, 'RUNNING', around.now, rule.name);
    const send = [{ name: commandOf(name), step: name, payload: payload(state.facts) }];
    return { state: { ...state, deadlineAt: later(around.now, 10_000) }, send, acts: [] };
  }
  return { state: { ...state, status: 'COMPENSATED', deadlineAt: null }, send: [], acts: [commandOf(rules.whenUndone)] };
}

function undoAnswered<Facts>(
  rules: SagaRules<Facts>,
  state: SagaState<Facts>,
  undo: SagaStep,
  event: string,
  around: Surroundings,
): Advance<Facts> {
  const isOpen = undo.status === 'RUNNING' || undo.status === 'UNKNOWN';
  const rule = rules.steps.find((candidate) => candidate.name === undo.compensates);
  if (!isOpen || !rule?.undoneBy) return { state, send: [], acts: [] };
  if (!rule.undoneBy.answers.includes(event)) return askLater(state, undo, `Answered by ${event}.`, around.now);
  let next = close(state, undo, 'SUCCEEDED', around.now);
  const step = next.steps.find((candidate) => candidate.name === undo.compensates);
  if (step?.status === 'SUCCEEDED') next = replaceStep(next, { ...step, status: 'COMPENSATED' });
  // Undoing a late success of a saga that had already ended must not end it a second time.
  if (state.status === 'COMPENSATED') return { state: { ...next, deadlineAt: null }, send: [], acts: [] };
  return backward(rules, next, around);
}

/** We gave up, but a slow subgraph said yes: it must give back what it now holds for nobody. */
function undoLateSuccess<Facts>(
  rules: SagaRules<Facts>,
  state: SagaState<Facts>,
  rule: StepRule<Facts>,
  now: Date,
): Advance<Facts> {
  if (!rule.undoneBy) return { state, send: [], acts: [] };
  const undo = state.steps.find((step) => step.name === rule.undoneBy?.name);
  if (undo && undo.status !== 'SUCCEEDED') return { state, send: [], acts: [] };
  const opened = undo
    ? replaceStep(state, { ...undo, status: 'RUNNING', attempts: undo.attempts + 1, finishedAt: null })
    : addStep(state, rule.undoneBy.name, 'RUNNING', now, rule.name);
  const { name, payload } = rule.undoneBy;
  return {
    state: { ...opened, deadlineAt: later(now, 10_000) },
    send: [{ name: commandOf(name), step: name, payload: payload(state.facts) }],
    acts: [],
  };
}

/** Sends a step's command once more: the receiver answers with what it did, or does it now. */
function ask<Facts>(rules: SagaRules<Facts>, state: SagaState<Facts>, step: SagaStep, now: Date): Advance<Facts> {
  const attempts = step.attempts + 1;
  const rule = rules.steps.find((candidate) => candidate.name === (step.compensates ?? step.name));
  const payload = step.compensates ? rule?.undoneBy?.payload(state.facts) : rule?.payload?.(state.facts, now);
  const wait = Math.min((rule?.timeoutMs ?? 10_000) * 2 ** Math.min(attempts, 10), longestWaitMs);
  const isStuck = attempts >= attemptsBeforeAttention;
  const asked = replaceStep(state, { ...step, status: 'UNKNOWN', attempts });
  return {
    state: {
      ...asked,
      status: isStuck ? 'NEEDS_ATTENTION' : state.direction === 'forward' ? 'RUNNING' : 'COMPENSATING',
      deadlineAt: later(now, wait),
    },
    send: payload ? [{ name: commandOf(step.name), step: step.name, payload }] : [],
    acts: [],
  };
}

/** Past the pivot, and for compensations, a no is only a reason to wait before asking again. */
function askLater<Facts>(state: SagaState<Facts>, step: SagaStep, lastError: string, now: Date): Advance<Facts> {
  const wait = Math.min(1_000 * 2 ** Math.min(step.attempts, 10), longestWaitMs);
  const noted = replaceStep(state, { ...step, status: 'UNKNOWN', lastError });
  return { state: { ...noted, deadlineAt: later(now, wait) }, send: [], acts: [] };
}

function fail<Facts>(state: SagaState<Facts>, step: SagaStep, failure: SagaFailure, now: Date): SagaState<Facts> {
  const closed = close(state, { ...step, lastError: failure.message }, 'FAILED', now);
  return { ...closed, direction: 'backward', failure };
}

function isPastPivot<Facts>(rules: SagaRules<Facts>, state: SagaState<Facts>): boolean {
  // A pivot that was skipped hands its part to the step before it: passing it is passing the pivot.
  return rules.steps.some(
    (rule) =>
      rule.isPivot &&
      state.steps.some((step) => step.name === rule.name && (step.status === 'SUCCEEDED' || step.status === 'SKIPPED')),
  );
}

function ruleOf<Facts>(rules: SagaRules<Facts>, name: string): StepRule<Facts> {
  const rule = rules.steps.find((candidate) => candidate.name === name);
  if (!rule) throw new Error(`The saga has no step ${name}; its stored state is of another version.`);
  return rule;
}

const lastStep = <Facts>(state: SagaState<Facts>): SagaStep => {
  const step = state.steps.at(-1);
  if (!step) throw new Error('Expected a saga that has begun.');
  return step;
};

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

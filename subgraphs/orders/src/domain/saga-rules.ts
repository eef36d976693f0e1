// The words of which sagas are made: what a saga's own file says, what is stored of one, and what moves it.

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

export type SagaPayload = Readonly<Record<string, unknown>>;

/** A message that a saga sends. `step` is part of its command key, so that every attempt has the same one. */
export interface SagaCommand {
  readonly name: string;
  readonly step: string;
  readonly payload: SagaPayload;
}

/** A no: why, and what it teaches about the facts. */
export interface Refusal<Facts> {
  readonly code: string;
  readonly message: string;
  readonly facts?: Facts;
}

/** What undoes a step. Answered also when there was nothing to undo, and repeated until it is answered. */
export interface Compensation<Facts> {
  readonly name: string;
  readonly payload: (facts: Facts) => SagaPayload;
  readonly answers: readonly string[];
}

/** A step: `<subgraph>.<Command>`, or `orders.<Act>` for what orders does itself in the same transaction. */
export interface StepRule<Facts> {
  readonly name: string;
  /** False skips the step. A step whose subgraph does not run is skipped as well. */
  readonly when?: (facts: Facts) => boolean;
  readonly payload?: (facts: Facts) => SagaPayload;
  /** Events that say yes, and what they add to the facts. */
  readonly answers?: Readonly<Record<string, (facts: Facts, payload: SagaPayload) => Facts>>;
  /** Events that say no. */
  readonly refusals?: Readonly<Record<string, (facts: Facts, payload: SagaPayload) => Refusal<Facts>>>;
  /** Events that say: wait for the customer, until the instant that they name. */
  readonly pauses?: Readonly<Record<string, (payload: SagaPayload) => string>>;
  readonly timeoutMs?: number;
  /** How long it may take before a person has to look, however often it was asked. */
  readonly patienceMs?: number;
  readonly undoneBy?: Compensation<Facts>;
  /** The compensation also runs when the step failed: its subgraph may have done it all the same. */
  readonly isUndoneWhenFailed?: boolean;
  /** Its subgraph holds something since before the saga: the compensation runs even when the step never started. */
  readonly isHeldBefore?: boolean;
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
  | { readonly type: 'Answered'; readonly step: string; readonly event: string; readonly payload: SagaPayload }
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

/** How long steps past the pivot may take before they need a person. */
export const dayMs = 24 * 60 * 60_000;

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

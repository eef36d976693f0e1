import {
  begin,
  type SagaCommand,
  type SagaMessage,
  type SagaRules,
  type SagaState,
  type StepRule,
} from '../src/domain/saga-rules.ts';
import { advance } from '../src/domain/saga.ts';

const start = Date.parse('2026-03-01T12:00:00.000Z');

/** A saga at work, with the clock in the test's hands. */
export class SagaDriver<Facts> {
  state: SagaState<Facts>;
  sent: string[] = [];
  /** Called with what leaves. */
  onSend: ((command: SagaCommand) => void) | null = null;
  acts: string[] = [];
  onAct: ((acts: readonly string[]) => void) | null = null;
  private clock = start;
  private readonly rules: SagaRules<Facts>;
  private readonly isRunning: (subgraph: string) => boolean;

  constructor(rules: SagaRules<Facts>, facts: Facts, isRunning: (subgraph: string) => boolean = () => true) {
    this.rules = rules;
    this.isRunning = isRunning;
    this.state = begin(facts);
  }

  start(): this {
    return this.tell({ type: 'Started' });
  }

  tell(message: SagaMessage): this {
    const before = this.state;
    const step = advance(this.rules, before, message, { now: new Date(this.clock), isRunning: this.isRunning });
    this.state = step.state;
    this.sent.push(...step.send.map((command) => command.step));
    this.acts.push(...step.acts);
    if (this.onSend) step.send.forEach(this.onSend);
    this.onAct?.(step.acts);
    return this;
  }

  answer(step: string, event: string, payload: Record<string, unknown> = {}): this {
    return this.tell({ type: 'Answered', step, event, payload });
  }

  /** Lets the time of the present deadline come. */
  untilDeadline(): this {
    this.clock = Math.max(this.clock, Date.parse(this.state.deadlineAt ?? new Date(this.clock).toISOString()));
    return this.tell({ type: 'DeadlinePassed' });
  }

  wait(ms: number): this {
    this.clock += ms;
    return this.tell({ type: 'DeadlinePassed' });
  }

  /** Status and attempts by step. */
  get steps(): Record<string, string> {
    return Object.fromEntries(this.state.steps.map((step) => [step.name, step.status]));
  }

  step(name: string) {
    return this.state.steps.find((step) => step.name === name);
  }
}

interface Facts {
  readonly a: boolean;
  readonly noted: readonly string[];
}

/** What undoes a step of another subgraph. */
export const undo = (name: string, answer: string) => ({ name, payload: () => ({}), answers: [answer] });

const noting =
  (event: string) =>
  (facts: Facts): Facts => ({ ...facts, noted: [...facts.noted, event] });

/** A step of another subgraph that is answered by `<name>Done` or `<name>Failed`. */
export function aStep(name: string, more: Partial<StepRule<Facts>> = {}): StepRule<Facts> {
  return {
    name: `there.${name}`,
    payload: () => ({ for: name }),
    answers: { [`${name}Done`]: noting(`${name}Done`) },
    refusals: {
      [`${name}Failed`]: (facts) => ({
        code: 'NO',
        message: `${name} refused.`,
        facts: noting(`${name}Failed`)(facts),
      }),
    },
    timeoutMs: 1_000,
    undoneBy: undo(`there.Undo${name}`, `${name}Undone`),
    ...more,
  };
}

export const noFacts: Facts = { a: true, noted: [] };

import { eventContracts, type EventPayloads } from '@ordergraph/schema';
import type { SagaCommand } from '../src/domain/saga-rules.ts';

/** An answer on its way back. */
export interface Answer {
  readonly step: string;
  readonly event: string;
  readonly payload: Record<string, unknown>;
}

type Choice = 'yes' | 'no' | 'wait for the customer';

/** What the other subgraphs hold and have done. */
export interface Holdings {
  stock: 'none' | 'held' | 'allocated';
  points: 'none' | 'held' | 'spent';
  money: 'none' | 'asking' | 'authorized' | 'captured';
  shipment: 'none' | 'prepared';
  reversal: 'none' | 'prepared' | 'done';
}

/**
 * The subgraphs that a saga talks to, as one small model: each takes its commands in order, decides once per command
 * key, and answers a repetition with the outcome that it has stored.
 */
export class SagaWorld {
  readonly holdings: Holdings;
  /** How often each command had its effect. */
  readonly effects = new Map<string, number>();
  private readonly outcomes = new Map<string, Answer>();
  private readonly commands = new Map<string, SagaCommand[]>();
  private readonly answers = new Map<string, Answer[]>();

  constructor(holdings: Partial<Holdings>) {
    this.holdings = { stock: 'none', points: 'none', money: 'none', shipment: 'none', reversal: 'none', ...holdings };
  }

  take(command: SagaCommand): void {
    // A command that does not fit its contract would never leave.
    eventContracts.writePayload(command.name as keyof EventPayloads, command.payload as never);
    this.queue(this.commands, command.step).push(command);
  }

  get isQuiet(): boolean {
    return [...this.commands.values(), ...this.answers.values()].every((queue) => queue.length === 0);
  }

  /** Lets one subgraph decide on its next command. */
  decide(at: number, choice: Choice): void {
    const queue = nth(this.commands, at);
    const command = queue?.shift();
    if (!command) return;
    const known = this.outcomes.get(command.step);
    const answer = known ?? { step: command.step, ...this.effect(command, choice) };
    this.outcomes.set(command.step, answer);
    this.queue(this.answers, command.step).push(answer);
  }

  /** The next answer of one subgraph. With `isRepeated` it comes once more later. */
  next(at: number, isRepeated: boolean): Answer | undefined {
    const queue = nth(this.answers, at);
    return isRepeated ? queue?.[0] : queue?.shift();
  }

  /** The customer confirms or refuses a payment that waits for them. */
  customerActs(isYes: boolean): void {
    if (this.holdings.money !== 'asking') return;
    this.holdings.money = isYes ? 'authorized' : 'none';
    const step = 'payments.AuthorizePayment';
    const answer = isYes
      ? { step, event: 'PaymentAuthorized', payload: {} }
      : { step, event: 'PaymentFailed', payload: { code: 'refused' } };
    this.outcomes.set(step, answer);
    this.queue(this.answers, step).push(answer);
  }

  private queue<Entry>(queues: Map<string, Entry[]>, step: string): Entry[] {
    const subgraph = step.slice(0, step.indexOf('.'));
    const queue = queues.get(subgraph) ?? [];
    queues.set(subgraph, queue);
    return queue;
  }

  private effect({ name, step }: SagaCommand, choice: Choice): { event: string; payload: Record<string, unknown> } {
    const { holdings } = this;
    const yes = (event: string, change: Partial<Holdings>, payload = {}) => {
      this.effects.set(step, (this.effects.get(step) ?? 0) + 1);
      Object.assign(holdings, change);
      return { event, payload };
    };
    const no = (event: string, payload = {}) => ({ event, payload });
    const isNo = choice === 'no';
    switch (name) {
      case 'ReserveStock':
      case 'ConfirmReservation':
        return isNo ? no('StockReservationFailed', { shortages: [] }) : yes('StockReserved', { stock: 'held' });
      case 'AllocateStock':
        return isNo ? no('StockReservationFailed', { shortages: [] }) : yes('StockAllocated', { stock: 'allocated' });
      case 'ReleaseStock':
        return yes('StockReleased', { stock: 'none' });
      case 'RestockItems':
        return yes('StockRestocked', {});
      case 'HoldPoints':
      case 'ConfirmPointsHold':
        return isNo ? no('PointsHoldFailed') : yes('PointsHeld', { points: 'held' }, { redemptionId: ids.redemption });
      case 'ReleasePointsHold':
        return yes('PointsHoldReleased', { points: 'none' });
      case 'CapturePointsHold':
        return yes('PointsRedeemed', { points: 'spent' });
      case 'PreparePointsReversal':
        return isNo ? no('PointsReversalRefused') : yes('PointsReversalPrepared', { reversal: 'prepared' });
      case 'CommitPointsReversal':
        return yes('PointsReversed', { reversal: 'done' });
      case 'CancelPointsReversal':
        return yes('PointsReversalCancelled', { reversal: 'none' });
      case 'AuthorizePayment': {
        if (isNo) return no('PaymentFailed', { code: 'declined' });
        if (choice === 'yes') return yes('PaymentAuthorized', { money: 'authorized' });
        holdings.money = 'asking';
        return no('PaymentActionRequired', { deadlineAt: '2026-03-01T12:10:00.000Z' });
      }
      case 'CapturePayment':
        return isNo ? no('PaymentFailed', { code: 'declined' }) : yes('PaymentSuccess', { money: 'captured' });
      case 'VoidPayment':
        return yes(
          holdings.money === 'captured' ? 'RefundSucceeded' : 'PaymentVoided',
          { money: 'none' },
          { refundId: ids.refund },
        );
      case 'RefundPayment':
        return isNo ? no('RefundFailed', { code: 'account_closed' }) : yes('RefundSucceeded', { money: 'none' });
      case 'PrepareShipment':
        return yes('ShipmentCreated', { shipment: 'prepared' });
      case 'ResumeShipment':
        return yes('ShipmentResumed', { shipment: 'prepared' });
      case 'StopShipment':
        return isNo ? no('ShipmentStopRefused') : yes('ShipmentStopped', { shipment: 'none' });
      case 'RefundEverything':
        return isNo ? no('RefundUndone') : yes('RefundCompleted', { money: 'none' }, { refundId: ids.refund });
      default:
        throw new Error(`The model knows no command ${name}.`);
    }
  }

  /** Another saga of orders, which this one started by an act. */
  startRefund(): void {
    this.queue(this.commands, 'orders.RefundEverything').push({
      name: 'RefundEverything',
      step: 'orders.RefundEverything',
      payload: {},
    });
  }
}

function nth<Entry>(queues: Map<string, Entry[]>, at: number): Entry[] | undefined {
  const filled = [...queues.values()].filter((queue) => queue.length > 0);
  return filled[at % filled.length];
}

const uuid = (digit: number): string => `00000000-0000-7000-8000-00000000000${digit}`;

/** The ids that sagas in tests are about. */
export const ids = {
  order: uuid(1),
  cart: uuid(2),
  payment: uuid(3),
  refund: uuid(4),
  redemption: uuid(5),
  customer: uuid(6),
  variant: uuid(7),
  line: uuid(8),
};

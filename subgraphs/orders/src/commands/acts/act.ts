import type { Transaction } from '@ordergraph/events';
import type { SagaMessage } from '../../domain/saga-rules.ts';
import type { HeldSaga } from '../sagas.ts';

/** Moves another saga from within an act: a refund that a cancellation waits for. */
export type Move = (tx: Transaction, saga: HeldSaga, message: SagaMessage) => Promise<boolean>;

/** What orders itself does as a step of a saga, in the transaction that moves the saga. */
export type Act = (tx: Transaction, saga: HeldSaga, move: Move) => Promise<void>;

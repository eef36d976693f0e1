import type { Transaction } from '@ordergraph/events';
import { newId, query, write } from '@ordergraph/tenancy';
import { cancelSaga } from '../domain/cancel-saga.ts';
import { checkoutSaga } from '../domain/checkout-saga.ts';
import { placeSaga } from '../domain/place-saga.ts';
import { refundSaga } from '../domain/refund-saga.ts';
import { begin, type SagaRules, type SagaState } from '../domain/saga-rules.ts';
import type { Cart } from '../entities/cart.entity.ts';
import type { Order } from '../entities/order.entity.ts';
import type { FactsOfKind, SagaKind } from '../entities/saga.entity.ts';

/** The rules of each kind of saga. */
export const rulesOf: { readonly [Kind in SagaKind]: SagaRules<FactsOfKind[Kind]> } = {
  CHECKOUT: checkoutSaga,
  PLACE: placeSaga,
  REFUND: refundSaga,
  CANCEL: cancelSaga,
};

/** A saga in the hands of the transaction that advances it. */
export interface HeldSaga<Kind extends SagaKind = SagaKind> {
  readonly id: string;
  readonly kind: Kind;
  readonly cartId: string;
  readonly orderId: string | null;
  readonly state: SagaState<FactsOfKind[Kind]>;
  /** Its first move writes it. */
  readonly isNew?: boolean;
  /** Its cart and its order, where the transaction holds their rows already: its acts need not read them again. */
  readonly cart?: Cart | null;
  readonly order?: Order | null;
}

/** Narrows a saga to its kind, whose facts are then known. */
export function isKind<Kind extends SagaKind>(saga: HeldSaga, kind: Kind): saga is HeldSaga<Kind> {
  return saga.kind === kind;
}

/** When the sweeper has to look at a saga: its step's deadline, or for a finished checkout the end of its holds. */
function deadlineOf(saga: HeldSaga): string | null {
  if (isKind(saga, 'CHECKOUT') && saga.state.status === 'COMPLETED') return saga.state.facts.expiresAt;
  return saga.state.deadlineAt;
}

const hasEnded = (saga: HeldSaga): boolean => saga.state.status === 'COMPLETED' || saga.state.status === 'COMPENSATED';

/** A new saga. It is written, with whatever its first step makes of it, when it is moved. */
export const newSaga = <Kind extends SagaKind>(
  kind: Kind,
  facts: FactsOfKind[Kind],
  subject: Pick<HeldSaga, 'cartId' | 'orderId' | 'cart' | 'order'>,
): HeldSaga<Kind> => ({ ...subject, id: newId(), kind, state: begin(facts), isNew: true });

/** Takes a saga for advancing: nobody else does until this transaction ends, so none of its moves can be lost. */
export async function holdSaga(tx: Transaction, id: string): Promise<HeldSaga | null> {
  const rows = await query<{
    id: string;
    kind: SagaKind;
    cart_id: string;
    order_id: string | null;
    state: HeldSaga['state'];
  }>(tx.em, 'select id, kind, cart_id, order_id, state from "orders"."saga" where id = $1 for update', [id]);
  const row = rows[0];
  return row ? { id: row.id, kind: row.kind, cartId: row.cart_id, orderId: row.order_id, state: row.state } : null;
}

/** Writes a saga's new state. Its commands are in the same transaction's outbox, and leave after it. */
export function saveSaga(tx: Transaction, saga: HeldSaga): void {
  const { id, kind, cartId, orderId, state } = saga;
  const stored = [id, state.status, JSON.stringify(state), deadlineOf(saga), hasEnded(saga) ? tx.now : null];
  if (saga.isNew) {
    write(
      tx.em,
      `insert into "orders"."saga" (id, status, state, deadline_at, finished_at, tenant_id, kind, cart_id, order_id,
         correlation_id, started_at)
       values ($1, $2, $3::jsonb, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [...stored, tx.tenantId, kind, cartId, orderId, tx.correlationId, tx.now],
    );
  } else {
    write(
      tx.em,
      `update "orders"."saga" set status = $2, state = $3::jsonb, deadline_at = $4, finished_at = $5 where id = $1`,
      stored,
    );
  }
}

/** Ends the watch over a finished checkout: its order has taken over stock, points and prices. */
export function handOverCheckout(tx: Transaction, sagaId: string): void {
  // The caller holds the cart, which everybody else locks after the saga: waiting for the saga here could wait for ever.
  // Whoever holds it at this moment finds the cart taken, and hands over by itself.
  write(
    tx.em,
    `update "orders"."saga" set deadline_at = null
     where id = (select id from "orders"."saga" where id = $1 and status = 'COMPLETED' for update skip locked)`,
    [sagaId],
  );
}

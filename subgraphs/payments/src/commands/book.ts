import type { Transaction } from '@ordergraph/events';
import { insertRows, newId } from '@ordergraph/tenancy';
import { postingsOf } from '../domain/postings.ts';
import { Journal, type JournalKind } from '../entities/journal.entity.ts';
import { Posting } from '../entities/posting.entity.ts';
import type { ProviderOperation } from '../entities/provider-operation.entity.ts';
import { amountIn } from './lock-payment.ts';

/** An entry of the ledger, told from the operation that led to it. */
export interface Entry {
  readonly kind: JournalKind;
  readonly status?: 'SUCCEEDED' | 'FAILED';
  readonly amountMinor?: bigint;
  readonly errorCode?: string | null;
  /** Tells apart what one operation leads to besides its own entry. */
  readonly part?: string;
}

/** Adds an entry to the ledger, with its two sides when money moved. Answers the entry's id. */
export function book(tx: Transaction, operation: ProviderOperation, entry: Entry): string {
  const { kind, status = 'SUCCEEDED', amountMinor = operation.amountMinor, part } = entry;
  // The line keeps the id under which it was seen while it was under way.
  const id = part ? newId() : operation.id;
  insertRows(tx.em, Journal, [
    {
      id,
      tenantId: tx.tenantId,
      kind,
      status,
      key: part ? `${operation.key}:${part}` : operation.key,
      paymentId: operation.paymentId,
      refundId: operation.refundId,
      orderId: operation.orderId,
      amountMinor,
      currencyCode: operation.currencyCode,
      gatewayReference: operation.reference,
      errorCode: entry.errorCode ?? null,
      actor: tx.actor,
      occurredAt: tx.now,
    },
  ]);
  if (status === 'FAILED' || kind === 'AUTHORIZATION' || kind === 'VOID') return id;
  const sides = postingsOf(kind, amountIn(operation, amountMinor)).map(({ account, amount }) => ({
    id: newId(),
    tenantId: tx.tenantId,
    journalId: id,
    account,
    currencyCode: amount.currencyCode,
    amountMinor: amount.minor,
  }));
  insertRows(tx.em, Posting, sides);
  return id;
}

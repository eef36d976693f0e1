import type { Transaction } from '@ordergraph/events';
import type { Sealed } from '@ordergraph/sealing';
import { write } from '@ordergraph/tenancy';

/** What a customer's event tells; null where it does not tell it. */
export interface CustomerFacts {
  readonly customerId: string;
  readonly email: Sealed | null;
  /** Set when the address is another than before. */
  readonly emailChangedAt: string | null;
  readonly languageCode: string | null;
}

/** Keeps the customer's entry of the address book; what the event does not tell stays as it was. */
export async function keepCustomer(tx: Transaction, facts: CustomerFacts): Promise<void> {
  write(
    tx.em,
    `insert into "notifications"."customer_copy" as c (id, tenant_id, email, email_changed_at, language_code)
     values ($1, $2, $3::jsonb, $4, $5)
     on conflict (id) do update set
       email = coalesce(excluded.email, c.email),
       email_changed_at = coalesce(excluded.email_changed_at, c.email_changed_at),
       language_code = coalesce(excluded.language_code, c.language_code)`,
    [
      facts.customerId,
      tx.tenantId,
      facts.email && JSON.stringify(facts.email),
      facts.emailChangedAt,
      facts.languageCode,
    ],
  );
}

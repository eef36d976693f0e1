import type { Transaction } from '@ordergraph/events';
import type { Sealed } from '@ordergraph/sealing';
import { fullName } from '../domain/customer-rules.ts';

/** Email and name as events carry them: readable until the customer's key is destroyed. */
export async function sealContact(
  tx: Transaction,
  customerId: string,
  customer: { readonly email: string; readonly firstName?: string | null; readonly lastName?: string | null },
): Promise<{ email: Sealed; name: Sealed | null }> {
  const contact = { email: customer.email, name: fullName(customer) };
  return tx.sealing.sealMany(tx.em, tx.tenantId, customerId, contact);
}

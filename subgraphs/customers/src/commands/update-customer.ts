import { LockMode } from '@mikro-orm/postgresql';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { CustomerErrorCode } from '../../generated/graphql.ts';
import { customerProblems } from '../domain/customer-rules.ts';
import { isSameValue } from '../domain/same-value.ts';
import { Customer, type StoredAddress } from '../entities/customer.entity.ts';
import { sealContact } from './seal-contact.ts';
import { writeSearchTokens } from './write-search-tokens.ts';

/** What is to change; absent fields stay. */
export interface CustomerChanges {
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly phone?: string | null;
  readonly languageCode?: string | null;
  readonly acceptsMarketing?: boolean;
  readonly addresses?: readonly StoredAddress[];
  readonly groups?: readonly string[];
}

const fieldNames = [
  'firstName',
  'lastName',
  'phone',
  'languageCode',
  'acceptsMarketing',
  'addresses',
  'groups',
] as const;

/** Changes a shopper's own data. */
export async function updateCustomer(
  tx: Transaction,
  customerId: string,
  changes: CustomerChanges,
  expectedVersion: number | null,
): Promise<Outcome<{ customerId: string }, CustomerErrorCode>> {
  const customer = await tx.em.findOne(Customer, customerId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!customer) return refuse('NOT_FOUND', 'There is no customer with this id.', ['id']);
  if (expectedVersion !== null && customer.version !== expectedVersion) {
    const message = `Expected version ${expectedVersion}, but the customer is at ${customer.version}. Read it again, then retry.`;
    return refuse('VERSION_MISMATCH', message, ['expectedVersion']);
  }
  const problems = customerProblems(changes);
  if (problems.length > 0) return { refusals: problems.map((problem) => ({ code: 'INVALID', ...problem })) };

  const changedPaths = fieldNames.filter(
    (name) => changes[name] !== undefined && !isSameValue(changes[name], customer[name]),
  );
  if (changedPaths.length === 0) return done({ customerId });
  const { addresses, groups, ...fields } = changes;
  tx.em.assign(customer, {
    ...fields,
    ...(addresses ? { addresses: [...addresses] } : {}),
    ...(groups ? { groups: [...groups] } : {}),
    updatedAt: tx.now,
  });
  await tx.em.flush();

  const { email = null, firstName = null, lastName = null, phone = null, languageCode = null } = customer;
  await writeSearchTokens(tx, customerId, { email, firstName, lastName, phone });
  const contact =
    email === null ? { email: null, name: null } : await sealContact(tx, customerId, { email, firstName, lastName });
  tx.publish('CustomerUpdated', {
    customerId,
    ...contact,
    languageCode,
    groups: customer.groups,
    acceptsMarketing: customer.acceptsMarketing,
    changedPaths,
  });
  return done({ customerId });
}

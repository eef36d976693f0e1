import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import type { CustomerErrorCode } from '../../generated/graphql.ts';
import { customerProblems, emailKeyOf } from '../domain/customer-rules.ts';
import type { StoredAddress } from '../entities/customer.entity.ts';
import { sealContact } from './seal-contact.ts';
import { writeSearchTokens } from './write-search-tokens.ts';

/** A customer as the command takes it. An id is given by importers, which derive it so that a repetition finds it. */
export interface NewCustomer {
  readonly id?: string;
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phone: string | null;
  readonly languageCode: string | null;
  readonly acceptsMarketing: boolean;
  readonly addresses?: readonly StoredAddress[];
  readonly groups?: readonly string[];
}

/** Adds a shopper, unless the merchant has one with this email. */
export async function createCustomer(
  tx: Transaction,
  input: NewCustomer,
): Promise<Outcome<{ customerId: string }, CustomerErrorCode>> {
  const problems = customerProblems(input);
  if (problems.length > 0) return { refusals: problems.map((problem) => ({ code: 'INVALID', ...problem })) };

  const customerId = input.id ?? newId();
  const email = input.email.trim();
  const { firstName, lastName, phone, languageCode, acceptsMarketing, addresses = [], groups = [] } = input;
  // The index decides, so that two calls at once cannot both win; and no error of the database ever quotes the email.
  const inserted = await query(
    tx.em,
    `insert into "customers"."customer" (id, tenant_id, email, email_key, first_name, last_name, phone, language_code,
       addresses, accepts_marketing, groups, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $12)
     on conflict do nothing returning id`,
    [
      customerId,
      tx.tenantId,
      email,
      emailKeyOf(email),
      firstName,
      lastName,
      phone,
      languageCode,
      JSON.stringify(addresses),
      acceptsMarketing,
      [...groups],
      tx.now,
    ],
  );
  if (inserted.length === 0) {
    return refuse('EMAIL_TAKEN', 'Another customer has this email. Sign in with it, or take another one.', ['email']);
  }
  await writeSearchTokens(tx, customerId, { email, firstName, lastName, phone });
  tx.publish('CustomerCreated', {
    customerId,
    ...(await sealContact(tx, customerId, { email, firstName, lastName })),
    languageCode,
    groups: [...groups],
    acceptsMarketing,
  });
  return done({ customerId });
}

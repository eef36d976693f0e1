import { once, refuseWhileRunning, type RequestContext } from '@ordergraph/subgraph-server';
import { createHash } from 'node:crypto';
import type { CustomerCreateInput, MutationResolvers } from '../../generated/graphql.ts';
import { createCustomer, type NewCustomer } from '../commands/create-customer.ts';
import { emailKeyOf } from '../domain/customer-rules.ts';
import type { Customer } from '../entities/customer.entity.ts';
import { loadersOf } from './loaders.ts';

/** Whose idempotency keys these are. Nobody who signs up has an id yet; their email, hashed, keeps their keys apart. */
function keyOwner({ viewer }: RequestContext, input: CustomerCreateInput): string {
  const { type, id } = viewer.actor;
  return `${type}:${id ?? createHash('sha256').update(emailKeyOf(input.email)).digest('base64url')}`;
}

/** What somebody without a token gets back: what they sent, and never what has become of the customer since. */
const asSent = (row: Customer, sent: NewCustomer) => ({
  ...sent,
  id: row.id,
  addresses: [],
  groups: [],
  createdAt: row.createdAt,
  updatedAt: row.createdAt,
  version: 1,
});

export const customerCreate: MutationResolvers['customerCreate'] = async (_parent, { input }, context) => {
  const { idempotencyKey, ...fields } = input;
  const call = { operation: 'customerCreate', key: idempotencyKey, input: fields, actor: keyOwner(context, input) };
  const customer = {
    email: fields.email,
    firstName: fields.firstName ?? null,
    lastName: fields.lastName ?? null,
    phone: fields.phone ?? null,
    languageCode: fields.languageCode ?? null,
    acceptsMarketing: fields.acceptsMarketing,
  };
  const { value, refusals } = await refuseWhileRunning(() =>
    context.transact((tx) => once(tx, 'customers', call, () => createCustomer(tx, customer))),
  );
  if (!value) return { customer: null, userErrors: refusals };
  const row = await loadersOf(context).customer.clear(value.customerId).load(value.customerId);
  const isSelfService = context.viewer.actor.type === 'ANONYMOUS' || context.viewer.actor.type === 'CUSTOMER';
  return { customer: row && isSelfService ? asSent(row, customer) : row, userErrors: [] };
};

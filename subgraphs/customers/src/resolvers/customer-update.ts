import { decodeId, isStaffOrApp, refuseWhileRunning } from '@ordergraph/subgraph-server';
import type { CustomerUpdateInput, MailingAddressInput, MutationResolvers } from '../../generated/graphql.ts';
import { updateCustomer, type CustomerChanges } from '../commands/update-customer.ts';
import type { StoredAddress } from '../entities/customer.entity.ts';
import { loadersOf } from './loaders.ts';
import { reaches } from './reach.ts';

function addressOf(input: MailingAddressInput): StoredAddress {
  const { name = null, line1, line2 = null, city, region = null, postalCode = null, countryCode, phone = null } = input;
  return { name, line1, line2, city, region, postalCode, countryCode, phone };
}

/** The fields that are there; null clears them. */
function changesOf(input: CustomerUpdateInput): CustomerChanges {
  const { firstName, lastName, phone, languageCode, acceptsMarketing, addresses, groups } = input;
  return {
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(phone === undefined ? {} : { phone }),
    ...(languageCode === undefined ? {} : { languageCode }),
    ...(acceptsMarketing === undefined ? {} : { acceptsMarketing: acceptsMarketing ?? false }),
    ...(addresses === undefined ? {} : { addresses: (addresses ?? []).map(addressOf) }),
    ...(groups === undefined ? {} : { groups: [...new Set(groups ?? [])] }),
  };
}

export const customerUpdate: MutationResolvers['customerUpdate'] = async (_parent, { input }, context) => {
  const customerId = decodeId('Customer', input.id);
  if (!customerId || !reaches(context, customerId)) {
    const message = 'There is no customer with this id.';
    return { customer: null, userErrors: [{ code: 'NOT_FOUND', message, field: ['id'] }] };
  }
  if (input.groups !== undefined && !isStaffOrApp(context)) {
    const message = 'Only staff and apps put customers into groups. Leave the field out.';
    return { customer: null, userErrors: [{ code: 'INVALID', message, field: ['groups'] }] };
  }
  const { value, refusals } = await refuseWhileRunning(() =>
    context.transact((tx) => updateCustomer(tx, customerId, changesOf(input), input.expectedVersion ?? null)),
  );
  if (!value) return { customer: null, userErrors: refusals };
  return { customer: await loadersOf(context).customer.clear(customerId).load(customerId), userErrors: [] };
};

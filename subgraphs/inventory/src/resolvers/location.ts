import { decodeId, encodeId, isStaffOrApp, tenantOf } from '@ordergraph/subgraph-server';
import type { LocationResolvers, MutationResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { upsertLocation } from '../commands/upsert-location.ts';
import { Location as LocationEntity } from '../entities/location.entity.ts';
import { loadersOf } from './loaders.ts';

export const location: QueryResolvers['location'] = (_parent, { id }, context) => {
  const locationId = decodeId('Location', id);
  return locationId ? loadersOf(context).location.load(locationId) : null;
};

export const locations: QueryResolvers['locations'] = (_parent, _args, context) =>
  context.em.find(LocationEntity, { tenantId: tenantOf(context) }, { orderBy: { priority: 'asc', id: 'asc' } });

export const locationUpsert: MutationResolvers['locationUpsert'] = async (_parent, { input }, context) => {
  const { id, address, ...fields } = input;
  const { value, refusals } = await context.transact((tx) =>
    upsertLocation(tx, {
      ...fields,
      ...(id == null ? {} : { id: decodeId('Location', id) }),
      address: {
        name: address.name ?? null,
        line1: address.line1,
        line2: address.line2 ?? null,
        city: address.city,
        region: address.region ?? null,
        postalCode: address.postalCode ?? null,
        countryCode: address.countryCode,
        phone: address.phone ?? null,
      },
    }),
  );
  const loader = loadersOf(context).location;
  return {
    location: value ? await loader.clear(value.locationId).load(value.locationId) : null,
    userErrors: [...(refusals ?? [])],
  };
};

export const Location: LocationResolvers = {
  __resolveReference: ({ id }, context) => {
    const locationId = decodeId('Location', id);
    return locationId && isStaffOrApp(context) ? loadersOf(context).location.load(locationId) : null;
  },
  id: (row) => encodeId('Location', row.id),
};

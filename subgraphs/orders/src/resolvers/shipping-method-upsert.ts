import { parseMoney } from '@ordergraph/money';
import { decodeId } from '@ordergraph/subgraph-server';
import type { MutationResolvers } from '../../generated/graphql.ts';
import { upsertShippingMethod } from '../commands/upsert-shipping-method.ts';
import { ShippingMethod } from '../entities/shipping-method.entity.ts';

export const shippingMethodUpsert: MutationResolvers['shippingMethodUpsert'] = async (_parent, { input }, context) => {
  const id = input.id == null ? null : decodeId('ShippingMethod', input.id);
  if (input.id != null && !id) {
    return {
      shippingMethod: null,
      userErrors: [{ code: 'NOT_FOUND', message: 'There is no such shipping method.', field: ['id'] }],
    };
  }
  const { value, refusals } = await context.transact((tx) =>
    upsertShippingMethod(tx, {
      ...input,
      id,
      price: parseMoney(input.price),
      freeFrom: input.freeFrom ? parseMoney(input.freeFrom) : null,
    }),
  );
  if (!value) return { shippingMethod: null, userErrors: [...refusals] };
  return {
    shippingMethod: await context.em.findOneOrFail(ShippingMethod, { id: value.shippingMethodId }),
    userErrors: [],
  };
};

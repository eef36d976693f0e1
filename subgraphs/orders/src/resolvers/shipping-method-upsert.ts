import { MoneyError, readMoney } from '@ordergraph/money';
import { decodeId, done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { MutationResolvers, OrderErrorCode, ShippingMethodUpsertInput } from '../../generated/graphql.ts';
import { upsertShippingMethod, type ShippingMethodInput } from '../commands/upsert-shipping-method.ts';
import { ShippingMethod } from '../entities/shipping-method.entity.ts';

/** The input with its id and amounts read, or what of it cannot be. */
function readMethod(input: ShippingMethodUpsertInput): Outcome<ShippingMethodInput, OrderErrorCode> {
  const id = input.id == null ? null : decodeId('ShippingMethod', input.id);
  if (input.id != null && !id) return refuse('NOT_FOUND', 'There is no such shipping method.', ['id']);
  const price = readMoney(input.price);
  if (price instanceof MoneyError) return refuse('INVALID', price.message, ['price']);
  const freeFrom = input.freeFrom ? readMoney(input.freeFrom) : null;
  if (freeFrom instanceof MoneyError) return refuse('INVALID', freeFrom.message, ['freeFrom']);
  return done({ ...input, id, price, freeFrom });
}

export const shippingMethodUpsert: MutationResolvers['shippingMethodUpsert'] = async (_parent, { input }, context) => {
  const read = readMethod(input);
  if (read.refusals) return { shippingMethod: null, userErrors: [...read.refusals] };
  const { value, refusals } = await context.transact((tx) => upsertShippingMethod(tx, read.value));
  if (!value) return { shippingMethod: null, userErrors: [...refusals] };
  return {
    shippingMethod: await context.em.findOneOrFail(ShippingMethod, { id: value.shippingMethodId }),
    userErrors: [],
  };
};

import { encodeId } from '@ordergraph/subgraph-server';
import type { Customer, Payment, ProductVariant, Refund } from './models.ts';

/** Entities of other subgraphs, by the ids that orders keeps. */
export const customerRef = (id: string | null | undefined): Customer | null =>
  id ? { __typename: 'Customer', id: encodeId('Customer', id) } : null;

export const variantRef = (id: string | null | undefined): ProductVariant | null =>
  id ? { __typename: 'ProductVariant', id: encodeId('ProductVariant', id) } : null;

export const paymentRef = (id: string | null | undefined): Payment | null =>
  id ? { __typename: 'Payment', id: encodeId('Payment', id) } : null;

export const refundRef = (id: string | null | undefined): Refund | null =>
  id ? { __typename: 'Refund', id: encodeId('Refund', id) } : null;

import { deadLetterResolvers } from '@ordergraph/subgraph-server';
import { paymentCapture, paymentCreate, paymentVoid } from './mutations.ts';
import { Order } from './order.ts';
import { Payment, payment, payments, PaymentTransaction } from './payment.ts';
import { Refund, refund, refunds } from './refund.ts';

const deadLetters = deadLetterResolvers('payments', 'payment');

/** The resolver map of payments. */
export const resolvers = {
  Query: { payment, payments, refund, refunds, ...deadLetters.queries },
  Mutation: { paymentCreate, paymentCapture, paymentVoid, ...deadLetters.mutations },
  Payment,
  PaymentTransaction,
  Refund,
  Order,
};

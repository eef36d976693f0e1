import { deadLetterResolvers } from '@ordergraph/subgraph-server';
import { ActorRef } from './actor-ref.ts';
import { customerCreate } from './customer-create.ts';
import { customerUpdate } from './customer-update.ts';
import { Customer, customer, me } from './customer.ts';
import { customers } from './customers.ts';
import { DataRequest, dataRequestCreate, dataRequests } from './data-request.ts';

const deadLetters = deadLetterResolvers('customers', 'customer');

/** The resolver map of customers. */
export const resolvers = {
  Query: { me, customer, customers, dataRequests, ...deadLetters.queries },
  Mutation: { customerCreate, customerUpdate, dataRequestCreate, ...deadLetters.mutations },
  Customer,
  ActorRef,
  DataRequest,
};

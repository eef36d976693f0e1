// What the resolvers of each GraphQL type start from; codegen takes these names as its mappers.
import type { Connection } from '@ordergraph/subgraph-server';
import type { Customer as CustomerEntity } from '../entities/customer.entity.ts';
import type { DataRequest as DataRequestEntity } from '../entities/data-request.entity.ts';

/** What resolvers read of a customer. */
export type Customer = Omit<CustomerEntity, 'tenantId' | 'emailKey'>;
export type CustomerConnection = Connection<CustomerEntity>;
export type DataRequest = DataRequestEntity;

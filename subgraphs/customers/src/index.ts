import { join } from 'node:path';
import { defineSubgraph } from '@ordergraph/subgraph-server';
import { Customer } from './entities/customer.entity.ts';
import { DataRequest } from './entities/data-request.entity.ts';
import { SearchToken } from './entities/search-token.entity.ts';
import { handlers } from './event-handlers/index.ts';
import { resolvers } from './resolvers/index.ts';

export { createCustomer } from './commands/create-customer.ts';
export type { NewCustomer } from './commands/create-customer.ts';

/** Customers: the merchant's shoppers, and their rights over their own data. */
export const definition = defineSubgraph({
  name: 'customers',
  entities: [Customer, DataRequest, SearchToken],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers,
  openFields: ['me'],
});

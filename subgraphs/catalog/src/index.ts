import { join } from 'node:path';
import { defineSubgraph } from '@ordergraph/subgraph-server';
import { ProductVariant } from './entities/product-variant.entity.ts';
import { Product } from './entities/product.entity.ts';
import { handlers } from './event-handlers/index.ts';
import { resolvers } from './resolvers/index.ts';

/** Catalog: what is for sale, and what the merchant asks for it. */
export const definition = defineSubgraph({
  name: 'catalog',
  entities: [Product, ProductVariant],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers,
});

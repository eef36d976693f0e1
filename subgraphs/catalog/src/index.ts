import { join } from 'node:path';
import { defineSubgraph } from '@ordergraph/subgraph-server';
import { Category } from './entities/category.entity.ts';
import { Merchant } from './entities/merchant.entity.ts';
import { ProductVariant } from './entities/product-variant.entity.ts';
import { Product } from './entities/product.entity.ts';
import { SearchToken } from './entities/search-token.entity.ts';
import { handlers } from './event-handlers/index.ts';
import { resolvers } from './resolvers/index.ts';

export { createProduct } from './commands/create-product.ts';
export type { NewProduct } from './commands/create-product.ts';
export { upsertCategory } from './commands/upsert-category.ts';
export type { CategoryUpsert } from './commands/upsert-category.ts';
export { upsertVariants } from './commands/upsert-variants.ts';
export type { VariantUpsert } from './commands/upsert-variants.ts';
export type { VariantInput } from './commands/variant-rows.ts';

/** Catalog: what is for sale, and what the merchant asks for it. */
export const definition = defineSubgraph({
  name: 'catalog',
  entities: [Category, Merchant, Product, ProductVariant, SearchToken],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers,
});

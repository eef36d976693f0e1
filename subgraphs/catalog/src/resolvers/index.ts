import { deadLetterResolvers } from '@ordergraph/subgraph-server';
import { categories, Category, category, categoryUpsert } from './category.ts';
import { productArchive } from './product-archive.ts';
import { productCreate } from './product-create.ts';
import { productUpdate } from './product-update.ts';
import { ProductVariant, productVariant } from './product-variant.ts';
import { productVariantsUpsert } from './product-variants-upsert.ts';
import { Product, product } from './product.ts';
import { products } from './products.ts';

const deadLetters = deadLetterResolvers('catalog', 'catalog');

/** The resolver map of catalog. */
export const resolvers = {
  Query: { product, productVariant, products, category, categories, ...deadLetters.queries },
  Mutation: {
    productCreate,
    productUpdate,
    productArchive,
    productVariantsUpsert,
    categoryUpsert,
    ...deadLetters.mutations,
  },
  Category,
  Product,
  ProductVariant,
};

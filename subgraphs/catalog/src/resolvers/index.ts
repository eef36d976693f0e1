import { deadLetterResolvers } from '@ordergraph/subgraph-server';
import { productCreate } from './product-create.ts';
import { Product, product } from './product.ts';

const deadLetters = deadLetterResolvers('catalog', 'catalog');

/** The resolver map of catalog. */
export const resolvers = {
  Query: { product, ...deadLetters.queries },
  Mutation: { productCreate, ...deadLetters.mutations },
  Product,
};

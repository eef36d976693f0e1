import type { QueryResolvers } from '../../generated/graphql.ts';
import { productPage } from './product-page.ts';

export const products: QueryResolvers['products'] = (_parent, args, context, info) => {
  // The schema's default must not win over the relevance that a search sorts by.
  const isSortGiven = info.fieldNodes.some((node) => node.arguments?.some(({ name }) => name.value === 'sortKey'));
  return productPage(context, args, isSortGiven ? args.sortKey : null);
};

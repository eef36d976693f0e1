import { decodeId, encodeId } from '@ordergraph/subgraph-server';
import type { CategoryResolvers, MutationResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { upsertCategory } from '../commands/upsert-category.ts';
import { parentsFirst } from '../domain/category-tree.ts';
import { Category as CategoryEntity } from '../entities/category.entity.ts';
import { againOnCollision } from './again-on-collision.ts';
import { loadersOf } from './loaders.ts';
import { unknownId } from './unknown-id.ts';

export const category: QueryResolvers['category'] = (_parent, { id }, context) => {
  const categoryId = decodeId('Category', id);
  return categoryId ? loadersOf(context).category.load(categoryId) : null;
};

export const categories: QueryResolvers['categories'] = async (_parent, _args, context) =>
  parentsFirst(await context.em.findAll(CategoryEntity));

export const categoryUpsert: MutationResolvers['categoryUpsert'] = async (_parent, { input }, context) => {
  const id = input.id == null ? null : decodeId('Category', input.id);
  if (input.id != null && !id) return { category: null, userErrors: [unknownId('id')] };
  const parentId = input.parentId == null ? input.parentId : decodeId('Category', input.parentId);
  if (input.parentId != null && !parentId) return { category: null, userErrors: [unknownId('parentId')] };
  const { handle, name } = input;
  const { value, refusals } = await againOnCollision(() =>
    context.transact((tx) => upsertCategory(tx, { id, handle, name, ...(parentId === undefined ? {} : { parentId }) })),
  );
  if (!value) return { category: null, userErrors: refusals };
  return { category: await loadersOf(context).category.clear(value.categoryId).load(value.categoryId), userErrors: [] };
};

export const Category: CategoryResolvers = {
  __resolveReference({ id }, context) {
    const categoryId = decodeId('Category', id);
    return categoryId ? loadersOf(context).category.load(categoryId) : null;
  },
  id: (row) => encodeId('Category', row.id),
  parent: (row, _args, context) => (row.parentId ? loadersOf(context).category.load(row.parentId) : null),
};

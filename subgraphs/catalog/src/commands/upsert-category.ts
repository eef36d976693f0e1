import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import type { CatalogErrorCode } from '../../generated/graphql.ts';
import { makesCycle } from '../domain/category-tree.ts';
import { handleProblems, nameProblems } from '../domain/product-rules.ts';
import { Category } from '../entities/category.entity.ts';
import { refusalsOf } from './refusals.ts';

/** A category to create when `id` is null, to change otherwise. An absent parent stays, or is none for a new category. */
export interface CategoryUpsert {
  readonly id: string | null;
  readonly handle: string;
  readonly name: string;
  readonly parentId?: string | null;
}

/** Creates a category, or changes one. */
export async function upsertCategory(
  tx: Transaction,
  input: CategoryUpsert,
): Promise<Outcome<{ categoryId: string }, CatalogErrorCode>> {
  const { id, handle, name } = input;
  const malformed = refusalsOf('INVALID', [...handleProblems(handle), ...nameProblems(name)]);
  if (malformed.length > 0) return { refusals: malformed };

  // Two moves at once could close a circle that neither sees: one tree is changed by one call at a time.
  await query(tx.em, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`catalog:categories:${tx.tenantId}`]);
  const tree = await tx.em.findAll(Category);
  const category = tree.find((node) => node.id === id);
  if (id !== null && !category) return refuse('NOT_FOUND', 'There is no category with this id.', ['id']);
  const parentId = input.parentId === undefined ? (category?.parentId ?? null) : input.parentId;
  if (parentId !== null && !tree.some((node) => node.id === parentId)) {
    return refuse('NOT_FOUND', 'There is no category with this id.', ['parentId']);
  }
  if (tree.some((node) => node.handle === handle && node.id !== id)) {
    return refuse('HANDLE_TAKEN', `Another category has the handle ${handle}.`, ['handle']);
  }
  if (id !== null && makesCycle(tree, id, parentId)) {
    return refuse('CATEGORY_CYCLE', 'A category cannot lie below itself; choose a parent outside of it.', ['parentId']);
  }

  const categoryId = id ?? newId();
  if (category) tx.em.assign(category, { handle, name, parentId });
  else tx.em.create(Category, { id: categoryId, tenantId: tx.tenantId, handle, name, parentId });
  await tx.em.flush();
  tx.publish('CategoryUpserted', { categoryId, handle, name, parentId });
  return done({ categoryId });
}

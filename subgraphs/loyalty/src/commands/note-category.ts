import type { EventHandler } from '@ordergraph/events';
import { write } from '@ordergraph/tenancy';

/** Keeps that there is a category, and what it lies in. */
export const noteCategory: EventHandler<'CategoryUpserted'> = async (tx, { categoryId, parentId }) => {
  write(
    tx.em,
    `insert into "loyalty"."category_copy" (id, tenant_id, parent_id) values ($1, $2, $3)
     on conflict (id) do update set parent_id = excluded.parent_id`,
    [categoryId, tx.tenantId, parentId ?? null],
  );
};

/** Keeps in which category a product is. */
export const noteProduct: EventHandler<'ProductCreated' | 'ProductUpdated'> = async (tx, product) => {
  write(
    tx.em,
    `insert into "loyalty"."product_copy" (id, tenant_id, category_id) values ($1, $2, $3)
     on conflict (id) do update set category_id = excluded.category_id`,
    [product.productId, tx.tenantId, product.categoryId ?? null],
  );
};

import { read } from '@ordergraph/tenancy';

type EntityManager = Parameters<typeof read>[0];

/**
 * In which categories products are, by product: its own and all that this one lies in. Products without a category, and
 * those that loyalty has not heard of, have none.
 */
export async function categoriesOf(
  em: EntityManager,
  tenantId: string,
  productIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (productIds.length === 0) return new Map();
  // `union` drops what was there already, so that it ends whatever catalog says.
  const rows = await read<{ id: string; categoryIds: string[] }>(
    em,
    `with recursive above as (
       select id, category_id from "loyalty"."product_copy"
       where tenant_id = $1 and id = any($2::uuid[]) and category_id is not null
       union
       select above.id, category.parent_id from above
       join "loyalty"."category_copy" category on category.tenant_id = $1 and category.id = above.category_id
       where category.parent_id is not null
     ) select id, array_agg(category_id) as "categoryIds" from above group by id`,
    [tenantId, productIds],
  );
  return new Map(rows.map(({ id, categoryIds }) => [id, categoryIds]));
}

import {
  codedError,
  connectionOf,
  decodeId,
  decodeIds,
  pageOf,
  type Connection,
  type PageArguments,
  type RequestContext,
} from '@ordergraph/subgraph-server';
import { query } from '@ordergraph/tenancy';
import type { InputMaybe, ProductSortKey, ProductWhereInput } from '../../generated/graphql.ts';
import { searchRanges } from '../domain/search-words.ts';
import type { Product } from '../entities/product.entity.ts';
import { loadersOf } from './loaders.ts';
import { seesAll } from './visible.ts';

/** What `products` is asked for. */
export interface ProductListArguments extends PageArguments {
  readonly where?: InputMaybe<ProductWhereInput>;
  readonly search?: InputMaybe<string>;
  readonly reverse: boolean;
}

// Column and type of the sort value, and whether the list starts with the largest.
const sorts = {
  TITLE: { column: 'product.title', type: 'text', isDescending: false },
  CREATED_AT: { column: 'product.created_at', type: 'timestamptz', isDescending: true },
  UPDATED_AT: { column: 'product.updated_at', type: 'timestamptz', isDescending: true },
  RELEVANCE: { column: 'found.relevance', type: 'bigint', isDescending: true },
} as const;

// Each word narrows the list; what remains is as relevant as it holds the words often.
const found = (ranges: string): string => `
  join (
    select token.product_id, sum(token.occurrences) as relevance
    from jsonb_to_recordset(${ranges}::jsonb) as word("from" text, "to" text)
    join "catalog"."search_token" as token
      on token.token collate "C" >= word."from" and token.token collate "C" <= word."to"
    group by token.product_id
    having count(distinct word."from") = jsonb_array_length(${ranges}::jsonb)
  ) as found on found.product_id = product.id`;

const belowCategory = (category: string): string => `
  product.category_id in (
    with recursive branch as (
      select ${category}::uuid as id
      union select child.id from "catalog"."category" as child join branch on child.parent_id = branch.id
    ) select id from branch
  )`;

/** The statement's text and its parameters, in step. */
function selection(context: RequestContext, { where, search }: ProductListArguments) {
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions: string[] = [];
  if (!seesAll(context)) conditions.push(`product.status = 'ACTIVE'`);
  if (where?.status != null) conditions.push(`product.status = ${bind(where.status)}`);
  if (where?.ids != null) conditions.push(`product.id = any(${bind(decodeIds('Product', where.ids))}::uuid[])`);
  if (where?.tag != null) conditions.push(`${bind(where.tag)} = any(product.tags)`);
  if (where?.sku != null) {
    conditions.push(
      `product.id in (select product_id from "catalog"."product_variant" where sku = ${bind(where.sku)})`,
    );
  }
  if (where?.categoryId != null) {
    const categoryId = decodeId('Category', where.categoryId);
    conditions.push(categoryId ? belowCategory(bind(categoryId)) : 'false');
  }
  const ranges = searchRanges(search ?? '');
  const isSearch = ranges.length > 0;
  if (!isSearch && search?.trim()) conditions.push('false');
  const from = `"catalog"."product" as product${isSearch ? found(bind(JSON.stringify(ranges))) : ''}`;
  return { parameters, bind, conditions, from, isSearch };
}

const whereOf = (conditions: readonly string[]): string =>
  conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';

/**
 * One page of products. The cursor holds sort value and id of a row, so a page starts right behind it wherever that now
 * is: nothing is skipped or repeated while products are added, and deep pages cost what the first one costs.
 */
export async function productPage(
  context: RequestContext,
  args: ProductListArguments,
  sortKey: ProductSortKey | null,
): Promise<Connection<Product>> {
  const { size, isBackward, cursor } = pageOf(args);
  const { parameters, bind, conditions, from, isSearch } = selection(context, args);
  const key = sortKey ?? (isSearch ? 'RELEVANCE' : 'CREATED_AT');
  const { column, type, isDescending } = sorts[key === 'RELEVANCE' && !isSearch ? 'CREATED_AT' : key];
  const isAscending = isDescending === (args.reverse !== isBackward);
  const countParameters = [...parameters];
  const behind = [...conditions];
  if (cursor) {
    const [cursorKey, value, id] = context.cursors.open(cursor);
    if (cursorKey !== column) {
      throw codedError(
        'BAD_USER_INPUT',
        'The cursor is of a list in another order. Keep `sortKey` and `search` while paging.',
      );
    }
    behind.push(`(${column}, product.id) ${isAscending ? '>' : '<'} (${bind(value)}::${type}, ${bind(id)}::uuid)`);
  }
  const direction = isAscending ? 'asc' : 'desc';
  const rows = await context.transact((tx) =>
    query<{ id: string; value: string }>(
      tx.em,
      `select product.id, ${column}::text as value from ${from} ${whereOf(behind)}
       order by ${column} ${direction}, product.id ${direction} limit ${bind(size + 1)}`,
      parameters,
    ),
  );
  const values = new Map(rows.map(({ id, value }) => [id, value]));
  const products = await Promise.all(rows.map(({ id }) => loadersOf(context).product.load(id)));
  return connectionOf({
    rows: products.filter((row) => row !== null),
    page: args,
    cursorOf: (row) => context.cursors.seal([column, values.get(row.id), row.id]),
    count: async () => {
      const [counted] = await context.transact((tx) =>
        query<{ count: number }>(
          tx.em,
          `select count(*)::int as count from (select from ${from} ${whereOf(conditions)} limit 10001) as row`,
          countParameters,
        ),
      );
      return counted?.count ?? 0;
    },
  });
}

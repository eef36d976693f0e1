import { pageOf, type Connection, type PageArguments, type RequestContext } from '@ordergraph/subgraph-server';
import type { Merchant as MerchantEntity } from '../entities/merchant.entity.ts';

/** What everybody who sees a merchant sees of it. */
export type MerchantRow = Pick<
  MerchantEntity,
  | 'id'
  | 'handle'
  | 'name'
  | 'status'
  | 'defaultCurrencyCode'
  | 'currencyCodes'
  | 'countryCode'
  | 'timeZone'
  | 'languageCode'
  | 'taxesIncluded'
  | 'capturePolicy'
  | 'taxRates'
  | 'returnWindowDays'
  | 'checkoutHoldSeconds'
  | 'createdAt'
  | 'version'
>;

// By column, so that what operators read over all tenants is exactly this and exactly what was granted.
const properties: Record<string, keyof MerchantRow> = {
  id: 'id',
  handle: 'handle',
  name: 'name',
  status: 'status',
  default_currency_code: 'defaultCurrencyCode',
  currency_codes: 'currencyCodes',
  country_code: 'countryCode',
  time_zone: 'timeZone',
  language_code: 'languageCode',
  taxes_included: 'taxesIncluded',
  capture_policy: 'capturePolicy',
  tax_rates: 'taxRates',
  return_window_days: 'returnWindowDays',
  checkout_hold_seconds: 'checkoutHoldSeconds',
  created_at: 'createdAt',
  version: 'version',
};

/** The columns of a merchant that the relay role may read. */
export const merchantColumns = Object.keys(properties).map((column) => `"${column}"`);

const selected = Object.entries(properties)
  .map(([column, property]) => `"${column}" as "${property}"`)
  .join(', ');
const maxCount = 10_000;

/** The merchant of a request that has none: platform operators see every merchant. */
export async function readMerchantAsOperator(context: RequestContext, id: string): Promise<MerchantRow | null> {
  const rows = await context.crossTenant<MerchantRow>(`select ${selected} from "accounts"."merchant" where id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** Reads one page of all merchants, the newest first. */
export async function findMerchantPage(context: RequestContext, page: PageArguments): Promise<Connection<MerchantRow>> {
  const { size, isBackward, cursor } = pageOf(page);
  const [comparison, direction] = isBackward ? ['>', 'asc'] : ['<', 'desc'];
  const rows = await context.crossTenant<MerchantRow>(
    `select ${selected} from "accounts"."merchant"
     ${cursor === null ? '' : `where (created_at, id) ${comparison} ($2::timestamptz, $3::uuid)`}
     order by created_at ${direction}, id ${direction} limit $1`,
    [size + 1, ...(cursor === null ? [] : context.cursors.open(cursor))],
  );
  const hasMore = rows.length > size;
  const visible = rows.slice(0, size);
  if (isBackward) visible.reverse();
  const edges = visible.map((node) => ({ node, cursor: context.cursors.seal([node.createdAt, node.id]) }));
  return {
    edges,
    nodes: visible,
    pageInfo: {
      hasNextPage: isBackward ? cursor !== null : hasMore,
      hasPreviousPage: isBackward ? hasMore : cursor !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: async () => {
      const [row] = await context.crossTenant<{ count: number }>(
        `select count(*)::int as count from (select id from "accounts"."merchant" limit ${maxCount + 1}) as counted`,
      );
      return row && row.count <= maxCount ? row.count : null;
    },
  };
}

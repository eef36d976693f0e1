import { perRequest } from '@ordergraph/subgraph-server';
import type { RequestContext } from '@ordergraph/subgraph-server';
import DataLoader from 'dataloader';
import { ApiKey } from '../entities/api-key.entity.ts';
import { Merchant } from '../entities/merchant.entity.ts';
import { Role } from '../entities/role.entity.ts';
import { StaffMember } from '../entities/staff-member.entity.ts';
import { readMerchantAsOperator, type MerchantRow } from './merchant-rows.ts';

interface Identified {
  readonly id: string;
}

/** One query per entity and request, however many fields ask. */
function loaderOf<Row extends Identified>(read: (ids: string[]) => Promise<Row[]>): DataLoader<string, Row | null> {
  return new DataLoader<string, Row | null>(async (ids) => {
    const rows = new Map((await read([...ids])).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });
}

// A request may change something and read it again: what the EntityManager remembers of before must not win.
const current = { refresh: true } as const;

export const loadersOf = perRequest((context) => ({
  apiKey: loaderOf((ids) => context.em.find(ApiKey, { id: { $in: ids } }, current)),
  role: loaderOf((ids) => context.em.find(Role, { id: { $in: ids } }, current)),
  staffMember: loaderOf((ids) => context.em.find(StaffMember, { id: { $in: ids } }, current)),
  merchant: new DataLoader<string, MerchantRow | null>((ids) =>
    Promise.all(ids.map((id) => readMerchant(context, id))),
  ),
}));

/** A request sees its own merchant, and an operator's request any. */
function readMerchant(context: RequestContext, id: string): Promise<MerchantRow | null> {
  return context.viewer.actor.type === 'PLATFORM_OPERATOR'
    ? readMerchantAsOperator(context, id)
    : context.em.findOne(Merchant, { id }, current);
}

/** What a mutation answers with: the row as it stands after the change. */
export function reload<Row>(loader: DataLoader<string, Row | null>, id: string | undefined): Promise<Row | null> {
  return id === undefined ? Promise.resolve(null) : loader.clear(id).load(id);
}

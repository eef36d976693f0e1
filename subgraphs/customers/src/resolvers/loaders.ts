import { perRequest } from '@ordergraph/subgraph-server';
import DataLoader from 'dataloader';
import { Customer } from '../entities/customer.entity.ts';
import { DataRequest } from '../entities/data-request.entity.ts';

// A request with two mutations reads the same row twice, and must see what the second one made of it.
const fresh = { disableIdentityMap: true } as const;

/** One query per entity and request, however many fields ask. */
export const loadersOf = perRequest(({ em }) => ({
  customer: new DataLoader<string, Customer | null>(async (ids) => {
    const rows = await em.find(Customer, { id: { $in: [...ids] } }, fresh);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
  dataRequest: new DataLoader<string, DataRequest | null>(async (ids) => {
    const rows = await em.find(DataRequest, { id: { $in: [...ids] } }, fresh);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
}));

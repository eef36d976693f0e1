import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';

/** Units of each variant that came in under a reference. Changes nothing. */
export async function findReceivedUnits(tx: Transaction, reference: string): Promise<ReadonlyMap<string, number>> {
  const rows = await query<{ variant_id: string; units: number }>(
    tx.em,
    `select variant_id, sum(delta_on_hand)::int as units from "inventory"."movement"
     where tenant_id = $1 and kind = 'RECEIVED' and reference = $2 group by variant_id`,
    [tx.tenantId, reference],
  );
  return new Map(rows.map((row) => [row.variant_id, row.units]));
}

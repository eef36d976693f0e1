import { decodeId, type RequestContext } from '@ordergraph/subgraph-server';
import type { MutationResolvers } from '../../generated/graphql.ts';
import { adjustStock } from '../commands/adjust-stock.ts';
import { releaseHold } from '../commands/release-hold.ts';
import { setOverride } from '../commands/set-override.ts';
import { setStock } from '../commands/set-stock.ts';
import type { InventoryLevel } from '../entities/inventory-level.entity.ts';
import { loadersOf } from './loaders.ts';
import { runOnce } from './repeatable.ts';

export const inventoryAdjust: MutationResolvers['inventoryAdjust'] = async (_parent, { input }, context) => {
  const { value, refusals } = await runOnce(context, 'inventoryAdjust', input, (tx) =>
    adjustStock(tx, { ...input, changes: input.changes.map((change) => ({ ...change, ...placeOf(change) })) }),
  );
  return {
    inventoryLevels: value ? await loadLevels(context, value.levelIds) : null,
    userErrors: [...(refusals ?? [])],
  };
};

export const inventorySet: MutationResolvers['inventorySet'] = async (_parent, { input }, context) => {
  const { value, refusals } = await runOnce(context, 'inventorySet', input, (tx) =>
    setStock(tx, { ...input, quantities: input.quantities.map((line) => ({ ...line, ...placeOf(line) })) }),
  );
  return {
    inventoryLevels: value ? await loadLevels(context, value.levelIds) : null,
    userErrors: [...(refusals ?? [])],
  };
};

export const inventoryOverrideSet: MutationResolvers['inventoryOverrideSet'] = async (_parent, { input }, context) => {
  const { value, refusals } = await runOnce(context, 'inventoryOverrideSet', input, (tx) =>
    setOverride(tx, {
      ...placeOf(input),
      reason: input.reason,
      quantity: input.quantity ?? null,
      expiresAt: input.expiresAt == null ? null : new Date(input.expiresAt),
    }),
  );
  const [inventoryLevel = null] = value ? await loadLevels(context, [value.levelId]) : [];
  return { inventoryLevel, userErrors: [...(refusals ?? [])] };
};

export const stockReservationRelease: MutationResolvers['stockReservationRelease'] = async (
  _parent,
  { input },
  context,
) => {
  const { value, refusals } = await runOnce(context, 'stockReservationRelease', input, (tx) =>
    releaseHold(tx, { id: decodeId('StockReservation', input.id), reason: input.reason }),
  );
  const loader = loadersOf(context).reservation;
  return {
    stockReservation: value ? await loader.clear(value.reservationId).load(value.reservationId) : null,
    userErrors: [...(refusals ?? [])],
  };
};

const placeOf = ({ variantId, locationId }: { readonly variantId: string; readonly locationId: string }) => ({
  variantId: decodeId('ProductVariant', variantId),
  locationId: decodeId('Location', locationId),
});

async function loadLevels(context: RequestContext, ids: readonly string[]): Promise<InventoryLevel[]> {
  const loader = loadersOf(context).level;
  // A mutation earlier in the same request may have read them before this one changed them.
  for (const id of ids) loader.clear(id);
  const levels = await Promise.all(ids.map((id) => loader.load(id)));
  return levels.filter((level) => level !== null);
}

import { LockMode } from '@mikro-orm/postgresql';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { InventoryErrorCode } from '../../generated/graphql.ts';
import type { AllocationStrategy } from '../domain/choose-levels.ts';
import { maxUnits } from '../domain/level.ts';
import { InventorySettings } from '../entities/inventory-settings.entity.ts';
import { fallbackSettings } from '../ledger/lock-stock.ts';

/** What changes; absent fields stay. */
export interface SettingsChange {
  readonly allocationStrategy?: AllocationStrategy | null;
  readonly defaultLowStockThreshold?: number | null;
  readonly showsQuantity?: boolean | null;
  readonly expectedVersion?: number | null;
}

/** Changes how the merchant's stock behaves. */
export async function updateSettings(
  tx: Transaction,
  { expectedVersion, ...change }: SettingsChange,
): Promise<Outcome<{ version: number }, InventoryErrorCode>> {
  const threshold = change.defaultLowStockThreshold ?? 0;
  if (threshold < 0 || threshold > maxUnits) {
    return refuse('INVALID', `A threshold is 0 to ${maxUnits}, got ${threshold}.`, ['defaultLowStockThreshold']);
  }
  const found = await tx.em.findOne(
    InventorySettings,
    { tenantId: tx.tenantId },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  const version = found?.version ?? 1;
  if (expectedVersion != null && expectedVersion !== version) {
    return refuse('VERSION_MISMATCH', `The settings are at version ${version}. Read them again.`, ['expectedVersion']);
  }
  const settings = found ?? tx.em.create(InventorySettings, { tenantId: tx.tenantId, ...fallbackSettings });
  settings.allocationStrategy = change.allocationStrategy ?? settings.allocationStrategy;
  settings.defaultLowStockThreshold = change.defaultLowStockThreshold ?? settings.defaultLowStockThreshold;
  settings.showsQuantity = change.showsQuantity ?? settings.showsQuantity;
  await tx.em.flush();
  return done({ version: settings.version });
}

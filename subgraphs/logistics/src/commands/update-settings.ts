import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { findRow, insertRows, updateRow } from '@ordergraph/tenancy';
import type { ShipmentErrorCode } from '../../generated/graphql.ts';
import { LogisticsSettings } from '../entities/logistics-settings.entity.ts';

/** How parcels leave where the merchant said nothing. */
export const fallbackSettings = { isDispatchAutomatic: false, dispatchDelaySeconds: 0 } as const;

const longestDelaySeconds = 604_800;

/** What changes; absent fields stay. */
export interface LogisticsSettingsChange {
  readonly isDispatchAutomatic?: boolean | null;
  readonly dispatchDelaySeconds?: number | null;
}

/**
 * Changes how the merchant's parcels leave. Counts for parcels that are prepared from now on. A change that changes nothing is
 * no new version.
 */
export async function updateSettings(
  tx: Transaction,
  change: LogisticsSettingsChange,
): Promise<Outcome<{ version: number }, ShipmentErrorCode>> {
  const delay = change.dispatchDelaySeconds ?? 0;
  if (delay < 0 || delay > longestDelaySeconds) {
    return refuse('INVALID', `A delay is 0 to ${longestDelaySeconds} seconds, got ${delay}.`, ['dispatchDelaySeconds']);
  }
  const found = await findRow(tx.em, LogisticsSettings, {}, { lock: 'wait' });
  const before = found ?? { tenantId: tx.tenantId, ...fallbackSettings, version: 1 };
  const after = {
    isDispatchAutomatic: change.isDispatchAutomatic ?? before.isDispatchAutomatic,
    dispatchDelaySeconds: change.dispatchDelaySeconds ?? before.dispatchDelaySeconds,
  };
  const isChange =
    after.isDispatchAutomatic !== before.isDispatchAutomatic ||
    after.dispatchDelaySeconds !== before.dispatchDelaySeconds;
  if (!isChange) return done({ version: before.version });
  const version = before.version + 1;
  if (found) updateRow(tx.em, LogisticsSettings, found, { ...after, version });
  else insertRows(tx.em, LogisticsSettings, [{ ...before, ...after, version }]);
  return done({ version });
}

import type { Transaction } from '@ordergraph/events';
import type { MerchantCreated } from '@ordergraph/schema';
import { newId } from '@ordergraph/tenancy';
import { InventorySettings } from '../entities/inventory-settings.entity.ts';
import { Location } from '../entities/location.entity.ts';
import { fallbackSettings } from '../ledger/lock-stock.ts';

/** Gives a new merchant a place for goods and settings to begin with. */
export async function openMerchant(tx: Transaction, { name, countryCode }: MerchantCreated): Promise<void> {
  tx.em.create(Location, {
    id: newId(),
    tenantId: tx.tenantId,
    name: 'Main warehouse',
    // Nobody has said yet where it is; the merchant's staff complete it.
    address: {
      name,
      line1: 'Main warehouse',
      line2: null,
      city: 'Not set',
      region: null,
      postalCode: null,
      countryCode,
      phone: null,
    },
    isActive: true,
    priority: 100,
  });
  if (!(await tx.em.findOne(InventorySettings, { tenantId: tx.tenantId }))) {
    tx.em.create(InventorySettings, { tenantId: tx.tenantId, ...fallbackSettings });
  }
  await tx.em.flush();
}

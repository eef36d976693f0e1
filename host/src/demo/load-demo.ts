import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { allScopes, builtInRoleId, createMerchant, inviteStaffMember } from '@ordergraph/accounts-subgraph';
import { createProduct, upsertCategory } from '@ordergraph/catalog-subgraph';
import { createCustomer } from '@ordergraph/customers-subgraph';
import type { Transaction } from '@ordergraph/events';
import { findDefaultLocation, receiveStock } from '@ordergraph/inventory-subgraph';
import { updateSettings } from '@ordergraph/logistics-subgraph';
import { parseMoney } from '@ordergraph/money';
import { upsertShippingMethod } from '@ordergraph/orders-subgraph';
import { once, type Outcome } from '@ordergraph/subgraph-server';
import type { RunningSubgraphs } from '../subgraphs.ts';
import { derivedId } from './derived-id.ts';
import type { DemoMerchant, DemoProduct } from './demo-merchant.ts';
import { demoMerchants } from './merchants.ts';

const locationTimeoutMs = 10_000;

/**
 * Opens the demo shops, through the same commands as everything else. Each step has an idempotency key, so that a load
 * which was killed goes on where it was; a note in the directory says that nothing is left to do.
 */
export async function loadDemo(
  subgraphs: RunningSubgraphs,
  directory: string,
  onProgress: (message: string) => void,
): Promise<void> {
  const note = join(directory, 'demo-loaded');
  if (existsSync(note)) return;
  onProgress('Opening the demo shops');
  await Promise.all(demoMerchants.map((merchant) => loadMerchant(subgraphs, merchant)));
  writeFileSync(note, `${new Date().toISOString()}\n`);
}

async function loadMerchant(subgraphs: RunningSubgraphs, merchant: DemoMerchant): Promise<void> {
  const step = stepsOf(subgraphs, merchant.id);
  const money = (amount: string) => parseMoney({ amount, currencyCode: merchant.shop.defaultCurrencyCode });

  await step('accounts', 'merchant', (tx) =>
    createMerchant(tx, { ...merchant.shop, handle: merchant.handle, ownerEmail: merchant.owner.email }),
  );
  await Promise.all([
    inTurn(merchant.staff, ({ id, name, email, role }) =>
      step('accounts', email, (tx) =>
        inviteStaffMember(tx, {
          id,
          name,
          email,
          roleIds: [builtInRoleId(merchant.id, role)],
          grantableScopes: allScopes,
        }),
      ),
    ),
    inTurn(merchant.customers, ({ city, postalCode, line1, ...person }) =>
      step('customers', person.email, (tx) =>
        createCustomer(tx, {
          ...person,
          phone: null,
          acceptsMarketing: false,
          addresses: [
            {
              name: `${person.firstName} ${person.lastName}`,
              line1,
              line2: null,
              city,
              region: null,
              postalCode,
              countryCode: merchant.shop.countryCode,
              phone: null,
            },
          ],
        }),
      ),
    ),
    loadCatalog(merchant, step, money),
    inTurn(merchant.shipping, ({ price, freeFrom, ...method }) =>
      step('orders', method.handle, (tx) =>
        upsertShippingMethod(tx, {
          ...method,
          id: null,
          price: money(price),
          freeFrom: freeFrom === null ? null : money(freeFrom),
          isActive: true,
        }),
      ),
    ),
    step('logistics', 'settings', (tx) => updateSettings(tx, merchant.logistics)),
    loadStock(subgraphs, merchant, step),
  ]);
}

type Step = ReturnType<typeof stepsOf>;

async function loadCatalog(
  merchant: DemoMerchant,
  step: Step,
  money: (amount: string) => ReturnType<typeof parseMoney>,
): Promise<void> {
  const categoryIds = new Map<string, string>();
  for (const { handle, name } of merchant.categories) {
    const { categoryId } = await step('catalog', `category ${handle}`, (tx) =>
      upsertCategory(tx, { id: null, handle, name }),
    );
    categoryIds.set(handle, categoryId);
  }
  await inTurn(merchant.products, (product) =>
    step('catalog', product.handle, (tx) =>
      createProduct(tx, {
        id: derivedId(merchant.handle, product.handle),
        handle: product.handle,
        title: product.title,
        description: product.description,
        status: 'ACTIVE',
        categoryId: categoryIds.get(product.category) ?? null,
        tags: product.tags,
        media: [],
        variants: variantsOf(merchant, product).map((variant) => ({
          ...variant,
          basePrices: [money(product.price)],
          barcode: null,
          weightGrams: product.weightGrams,
          requiresShipping: true,
          taxCode: product.taxCode,
        })),
      }),
    ),
  );
}

/** A new merchant's first location is inventory's answer to an event, so goods wait for that one thing. */
async function loadStock(subgraphs: RunningSubgraphs, merchant: DemoMerchant, step: Step): Promise<void> {
  const { runtime } = subgraphs.find('inventory');
  const until = performance.now() + locationTimeoutMs;
  while (!(await runtime.transactAsSystem(merchant.id, findDefaultLocation))) {
    if (performance.now() > until) {
      throw new Error(`Inventory has no location for ${merchant.shop.name} after ${locationTimeoutMs / 1000} s.`);
    }
    await pause(10);
  }
  await step('inventory', 'opening stock', (tx) =>
    receiveStock(
      tx,
      merchant.products.flatMap((product) =>
        variantsOf(merchant, product).map(({ id }) => ({
          variantId: id,
          quantity: product.stock,
          reason: 'Opening stock',
        })),
      ),
    ),
  );
}

function variantsOf({ handle }: DemoMerchant, product: DemoProduct) {
  const { choice } = product;
  const values = choice?.values ?? [''];
  return values.map((value) => {
    const sku = [product.handle, value].filter(Boolean).join('-').toUpperCase();
    return {
      id: derivedId(handle, product.handle, value),
      sku,
      title: value || product.title,
      options: choice ? [{ name: choice.name, value }] : [],
    };
  });
}

/** Runs a command of a subgraph for one merchant, once in the life of the database. */
function stepsOf(subgraphs: RunningSubgraphs, merchantId: string) {
  return async function step<Value, Code extends string>(
    subgraph: string,
    key: string,
    command: (tx: Transaction) => Promise<Outcome<Value, Code>>,
  ): Promise<Value> {
    return subgraphs.find(subgraph).runtime.transactAsSystem(merchantId, async (tx) => {
      const outcome = await once(tx, subgraph, { operation: 'demo', key, input: key, actor: 'SYSTEM:demo' }, () =>
        command(tx),
      );
      // Thrown inside the transaction, so that the refusal is not what a repetition finds.
      if (!outcome.value) throw new Error(`The demo shop cannot be opened: ${outcome.refusals?.[0]?.message}`);
      return outcome.value;
    });
  };
}

async function inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (const item of items) await work(item);
}

import { createProduct, upsertVariants, type VariantInput } from '@ordergraph/catalog-subgraph';
import { findReceivedUnits, receiveStock } from '@ordergraph/inventory-subgraph';
import { multiplyPrice } from '@ordergraph/money';
import { done } from '@ordergraph/subgraph-server';
import { currencyCode } from './classify.ts';
import type { PriceChanges } from './list-prices.ts';
import type { Shop } from './shop.ts';
import type { SurveyedProduct } from './survey.ts';

/** The product of a stock code. */
export const productIdOf = (shop: Shop, code: string): string => shop.id('product', code);
export const variantIdOf = (shop: Shop, code: string): string => shop.id('variant', code);

const openingReference = 'online-retail opening stock';
const batchSize = 50;

function variantOf(product: SurveyedProduct, unitPrice: string): VariantInput {
  return {
    sku: product.code,
    title: product.title,
    options: [],
    // The catalog's prices have the currency's digits; an order's lines keep those of the log.
    basePrices: [multiplyPrice(unitPrice, 1, currencyCode)],
    barcode: null,
    weightGrams: null,
    requiresShipping: true,
    taxCode: 'standard',
  };
}

function batchesOf<Item>(items: readonly Item[]): Item[][] {
  const batches = [];
  for (let at = 0; at < items.length; at += batchSize) batches.push(items.slice(at, at + batchSize));
  return batches;
}

/** Adds the log's products to the catalog, as they were called and priced first. */
export async function addProducts(shop: Shop, products: readonly SurveyedProduct[]): Promise<void> {
  const keyOf = ({ code }: SurveyedProduct): string => `product ${code}`;
  const known = await shop.outcomes('catalog', products.map(keyOf));
  for (const batch of batchesOf(products.filter((product) => !known.has(keyOf(product))))) {
    await shop.steps(
      'catalog',
      batch.map((product) => ({
        key: keyOf(product),
        command: (tx) =>
          createProduct(tx, {
            id: productIdOf(shop, product.code),
            handle: product.code.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
            title: product.title,
            description: null,
            status: 'ACTIVE',
            categoryId: null,
            tags: [],
            media: [],
            variants: [{ id: variantIdOf(shop, product.code), ...variantOf(product, product.firstPrice) }],
          }),
      })),
    );
  }
}

/** Puts on the shelves what must have been there before the log begins. A longer log of the same shop adds the difference. */
export async function receiveOpeningStock(
  shop: Shop,
  products: readonly SurveyedProduct[],
  occurredAt: Date,
): Promise<void> {
  const received = await shop.read('inventory', (tx) => findReceivedUnits(tx, openingReference));
  const missing = products
    .map(({ code, openingStock }) => {
      const variantId = variantIdOf(shop, code);
      return { variantId, quantity: openingStock - (received.get(variantId) ?? 0) };
    })
    .filter(({ quantity }) => quantity > 0);
  for (const batch of batchesOf(missing)) {
    await shop.read('inventory', async (tx) => {
      const { refusals } = await receiveStock(
        tx,
        batch.map((receipt) => ({ ...receipt, occurredAt, reference: openingReference, reason: 'Opening stock' })),
      );
      if (refusals) throw new Error(`inventory refuses the opening stock: ${refusals[0]?.message}`);
    });
  }
}

/** The key of a day's price changes. */
export const priceKeyOf = ({ day }: PriceChanges): string => `prices ${day}`;

/** Brings the catalog's prices to where the log has them at the end of a day. */
export async function changePrices(
  shop: Shop,
  products: ReadonlyMap<string, SurveyedProduct>,
  changes: PriceChanges,
): Promise<void> {
  await shop.step('catalog', priceKeyOf(changes), async (tx) => {
    for (const { code, unitPrice } of changes.changes) {
      const product = products.get(code);
      if (!product) continue;
      const variant = { id: variantIdOf(shop, code), ...variantOf(product, unitPrice) };
      const { refusals } = await upsertVariants(tx, productIdOf(shop, code), [variant]);
      if (refusals) return { refusals };
    }
    return done({});
  });
}

import { LockMode } from '@mikro-orm/postgresql';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import type { CatalogErrorCode } from '../../generated/graphql.ts';
import { isSameValue } from '../domain/same-value.ts';
import { ProductVariant } from '../entities/product-variant.entity.ts';
import { Product } from '../entities/product.entity.ts';
import { refusalsOf } from './refusals.ts';
import {
  catalogVariant,
  clashingVariants,
  fieldsOf,
  malformedVariants,
  type VariantFields,
  type VariantInput,
} from './variant-rows.ts';
import { writeSearchTokens } from './write-search-tokens.ts';

/** A variant to create when `id` is null, to change otherwise. All of its fields are replaced. */
export interface VariantUpsert extends VariantInput {
  readonly id: string | null;
}

type Row = VariantFields & { readonly id: string };

async function changeVariants(tx: Transaction, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await query(
    tx.em,
    `update "catalog"."product_variant" as variant
     set sku = new.sku, title = new.title, options = new.options, base_prices = new."basePrices", barcode = new.barcode,
       weight_grams = new."weightGrams", requires_shipping = new."requiresShipping", tax_code = new."taxCode"
     from jsonb_to_recordset($1::jsonb) as new(id uuid, sku text, title text, options jsonb, "basePrices" jsonb,
       barcode text, "weightGrams" int, "requiresShipping" boolean, "taxCode" text)
     where variant.id = new.id`,
    [JSON.stringify(rows)],
  );
}

const fieldNames = [
  'sku',
  'title',
  'options',
  'basePrices',
  'barcode',
  'weightGrams',
  'requiresShipping',
  'taxCode',
] as const;

const isChanged = (row: Row, before: ProductVariant): boolean =>
  fieldNames.some((name) => !isSameValue(row[name], before[name]));

/** Creates or changes variants of one product, all or none. */
export async function upsertVariants(
  tx: Transaction,
  productId: string,
  variants: readonly VariantUpsert[],
): Promise<Outcome<{ variantIds: string[] }, CatalogErrorCode>> {
  const malformed = malformedVariants(variants);
  if (malformed.length > 0) return { refusals: malformed };
  const product = await tx.em.findOne(Product, productId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!product) return refuse('NOT_FOUND', 'There is no product with this id.', ['productId']);
  const known = await tx.em.find(ProductVariant, { productId }, { disableIdentityMap: true });
  const knownById = new Map(known.map((variant) => [variant.id, variant]));

  const ids = variants.map(({ id }) => id);
  const idProblems = ids.flatMap((id, index) => {
    const field = ['variants', String(index), 'id'];
    if (id === null || (knownById.has(id) && ids.indexOf(id) === index)) return [];
    return [{ code: knownById.has(id) ? ('INVALID' as const) : ('NOT_FOUND' as const), field }];
  });
  if (idProblems.length > 0) {
    return {
      refusals: idProblems.flatMap(({ code, field }) => {
        const message =
          code === 'INVALID' ? 'The variant stands twice in the list.' : 'The product has no variant with this id.';
        return refusalsOf(code, [{ field, message }]);
      }),
    };
  }
  const clashes = await clashingVariants(
    tx,
    variants,
    ids.filter((id) => id !== null),
  );
  if (clashes.length > 0) return { refusals: clashes };

  const rows: Row[] = variants.map((variant) => ({ id: variant.id ?? newId(), ...fieldsOf(variant) }));
  const created = rows.filter(({ id }) => !knownById.has(id));
  const changed = rows.filter((row) => {
    const before = knownById.get(row.id);
    return before !== undefined && isChanged(row, before);
  });
  const variantIds = rows.map(({ id }) => id);
  if (created.length + changed.length === 0) return done({ variantIds });

  // A new variant may take the SKU that a changed one gives up.
  await changeVariants(tx, changed);
  const next = Math.max(-1, ...known.map(({ position }) => position)) + 1;
  await tx.em.insertMany(
    ProductVariant,
    created.map((row, index) => ({ ...row, tenantId: tx.tenantId, productId, position: next + index })),
  );
  const skus = new Map([...known, ...rows].map(({ id, sku }) => [id, sku]));
  if (known.length !== skus.size || known.some(({ id, sku }) => skus.get(id) !== sku)) {
    const { title, description, tags } = product;
    await writeSearchTokens(tx, productId, { title, description: description ?? null, tags, skus: [...skus.values()] });
  }
  const written = new Set([...created, ...changed]);
  tx.publish('ProductVariantsUpserted', {
    productId,
    variants: rows.filter((row) => written.has(row)).map((row) => catalogVariant(row.id, row)),
  });
  return done({ variantIds });
}

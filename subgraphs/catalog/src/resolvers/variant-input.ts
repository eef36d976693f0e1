import { isCurrencyCode, MoneyError, readMoney, type Money } from '@ordergraph/money';
import { decodeId, type Refusal } from '@ordergraph/subgraph-server';
import type { CatalogErrorCode, MoneyInput, ProductVariantInput } from '../../generated/graphql.ts';
import type { VariantUpsert } from '../commands/upsert-variants.ts';
import { unknownId } from './unknown-id.ts';

type Read<Value> = { readonly value: Value } | { readonly refusal: Refusal<CatalogErrorCode> };

function readPrice(price: MoneyInput, field: readonly string[]): Read<Money> {
  if (!isCurrencyCode(price.currencyCode)) {
    const message = `${price.currencyCode} is not a currency that prices can be written in.`;
    return { refusal: { code: 'CURRENCY_MISMATCH', message, field } };
  }
  const value = readMoney(price);
  return value instanceof MoneyError ? { refusal: { code: 'INVALID', message: value.message, field } } : { value };
}

/** The variants of an input with their ids and prices read, or what cannot be read of them. */
export function readVariants(inputs: readonly ProductVariantInput[]): {
  readonly variants: VariantUpsert[];
  readonly refusals: Refusal<CatalogErrorCode>[];
} {
  const refusals: Refusal<CatalogErrorCode>[] = [];
  const variants = inputs.map((input, at): VariantUpsert => {
    const path = ['variants', String(at)];
    const id = input.id == null ? null : decodeId('ProductVariant', input.id);
    if (input.id != null && !id) refusals.push(unknownId(...path, 'id'));
    const basePrices = input.basePrices.flatMap((price, index) => {
      const read = readPrice(price, [...path, 'basePrices', String(index)]);
      if ('value' in read) return [read.value];
      refusals.push(read.refusal);
      return [];
    });
    return { ...input, id, basePrices, barcode: input.barcode ?? null, weightGrams: input.weightGrams ?? null };
  });
  return { variants, refusals };
}

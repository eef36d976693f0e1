import type { Problem } from './problem.ts';

/** The part of a product that rules look at; absent fields are not checked. */
export interface ProductFields {
  readonly handle?: string;
  readonly title?: string;
  readonly description?: string | null;
  readonly tags?: readonly string[];
  readonly media?: readonly { readonly altText: string }[];
}

/** The part of a variant that rules look at. */
export interface VariantFields {
  readonly sku: string;
  readonly title: string;
  readonly options: readonly { readonly name: string; readonly value: string }[];
  readonly barcode: string | null;
  readonly weightGrams: number | null;
  readonly taxCode: string;
}

/** How many variants one call may carry. */
export const maxVariants = 100;
const maxListed = 250;
const handlePattern = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/;

function textProblem(text: string, max: number, field: readonly string[]): Problem[] {
  const isFine = text.trim().length > 0 && text.length <= max;
  return isFine
    ? []
    : [{ field, message: `Expected 1 to ${max} characters that are not all blank, got ${text.length}.` }];
}

/** Why this cannot be a handle; empty when it can. */
export function handleProblems(handle: string): Problem[] {
  if (handle.length <= 120 && handlePattern.test(handle)) return [];
  const message = 'Expected at most 120 lower-case letters and digits, with single "-" or "_" between them.';
  return [{ field: ['handle'], message }];
}

/** Why this cannot be the name of a category; empty when it can. */
export const nameProblems = (name: string): Problem[] => textProblem(name, 255, ['name']);

/** Everything that is malformed in a product's own fields. */
export function productProblems(product: ProductFields): Problem[] {
  const { handle, title, description, tags = [], media = [] } = product;
  const problems: Problem[] = [];
  if (handle !== undefined) problems.push(...handleProblems(handle));
  if (title !== undefined) problems.push(...textProblem(title, 255, ['title']));
  if (description && description.length > 20_000) {
    problems.push({ field: ['description'], message: `Expected at most 20000 characters, got ${description.length}.` });
  }
  if (tags.length > maxListed) {
    problems.push({ field: ['tags'], message: `Expected at most ${maxListed} tags, got ${tags.length}.` });
  }
  if (media.length > maxListed) {
    problems.push({ field: ['media'], message: `Expected at most ${maxListed} pictures, got ${media.length}.` });
  }
  tags.forEach((tag, index) => problems.push(...textProblem(tag, 100, ['tags', String(index)])));
  media.forEach(({ altText }, index) => {
    if (altText.length <= 1000) return;
    problems.push({ field: ['media', String(index), 'altText'], message: 'Expected at most 1000 characters.' });
  });
  return problems;
}

function variantProblem(variant: VariantFields, path: readonly string[]): Problem[] {
  const problems = [
    ...textProblem(variant.sku, 100, [...path, 'sku']),
    ...textProblem(variant.title, 255, [...path, 'title']),
    ...textProblem(variant.taxCode, 50, [...path, 'taxCode']),
  ];
  if (variant.sku !== variant.sku.trim()) {
    problems.push({ field: [...path, 'sku'], message: 'Expected a SKU without blanks around it.' });
  }
  if (variant.barcode !== null) problems.push(...textProblem(variant.barcode, 100, [...path, 'barcode']));
  if (variant.weightGrams !== null && variant.weightGrams < 0) {
    problems.push({ field: [...path, 'weightGrams'], message: `Expected 0 or more, got ${variant.weightGrams}.` });
  }
  if (variant.options.length > 10) {
    problems.push({
      field: [...path, 'options'],
      message: `Expected at most 10 options, got ${variant.options.length}.`,
    });
  }
  variant.options.forEach(({ name, value }, index) => {
    problems.push(...textProblem(name, 100, [...path, 'options', String(index), 'name']));
    problems.push(...textProblem(value, 100, [...path, 'options', String(index), 'value']));
  });
  return problems;
}

/** Everything that is malformed in a list of variants. */
export function variantProblems(variants: readonly VariantFields[]): Problem[] {
  if (variants.length < 1 || variants.length > maxVariants) {
    return [{ field: ['variants'], message: `Expected 1 to ${maxVariants} variants, got ${variants.length}.` }];
  }
  return variants.flatMap((variant, index) => variantProblem(variant, ['variants', String(index)]));
}

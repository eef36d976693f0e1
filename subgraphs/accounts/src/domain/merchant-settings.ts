import { isCurrencyCode } from '@ordergraph/money';
import { textProblems, type Problem } from './problem.ts';

/** The tax on one class of goods; the rate is an exact fraction as text, such as `0.2`. */
export interface TaxRate {
  readonly taxCode: string;
  readonly title: string;
  readonly rate: string;
}

/** What a merchant can set about their shop. */
export interface MerchantSettings {
  readonly name: string;
  readonly defaultCurrencyCode: string;
  readonly currencyCodes: readonly string[];
  readonly countryCode: string;
  readonly timeZone: string;
  readonly languageCode: string;
  readonly taxesIncluded: boolean;
  readonly capturePolicy: 'ON_PLACEMENT' | 'MANUAL';
  readonly taxRates: readonly TaxRate[];
  readonly returnWindowDays: number;
  readonly checkoutHoldSeconds: number;
}

/** The settings of a merchant as they travel in events: all of them, and nothing else of the row. */
export function settingsOf(merchant: MerchantSettings) {
  return {
    name: merchant.name,
    defaultCurrencyCode: merchant.defaultCurrencyCode,
    currencyCodes: [...merchant.currencyCodes],
    countryCode: merchant.countryCode,
    timeZone: merchant.timeZone,
    languageCode: merchant.languageCode,
    taxesIncluded: merchant.taxesIncluded,
    capturePolicy: merchant.capturePolicy,
    taxRates: merchant.taxRates.map(({ taxCode, title, rate }) => ({ taxCode, title, rate })),
    returnWindowDays: merchant.returnWindowDays,
    checkoutHoldSeconds: merchant.checkoutHoldSeconds,
  };
}

/** The settings in the form that is stored: trimmed, and each currency once, the default one first. */
export function normalizeSettings(settings: MerchantSettings): MerchantSettings {
  return {
    ...settingsOf(settings),
    name: settings.name.trim(),
    currencyCodes: [...new Set([settings.defaultCurrencyCode, ...settings.currencyCodes])],
  };
}

const maxCurrencies = 50;
const maxTaxRates = 100;

function isTimeZone(text: string): boolean {
  // Offsets such as `+01:00` are no zones: they know no summer time.
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function rangeProblems(field: string, value: number, least: number, most: number): Problem[] {
  if (Number.isInteger(value) && value >= least && value <= most) return [];
  return [{ field: [field], message: `Expected ${least} to ${most}, got ${value}.` }];
}

function currencyProblems(settings: MerchantSettings): Problem[] {
  const problems: Problem[] = [];
  if (!isCurrencyCode(settings.defaultCurrencyCode)) {
    problems.push({
      field: ['defaultCurrencyCode'],
      message: `${settings.defaultCurrencyCode} is no currency of ISO 4217.`,
    });
  }
  if (settings.currencyCodes.length > maxCurrencies) {
    return [...problems, { field: ['currencyCodes'], message: `Expected at most ${maxCurrencies} currencies.` }];
  }
  settings.currencyCodes.forEach((code, index) => {
    if (code === settings.defaultCurrencyCode || isCurrencyCode(code)) return;
    problems.push({ field: ['currencyCodes', String(index)], message: `${code} is no currency of ISO 4217.` });
  });
  return problems;
}

function taxRateProblems(rates: readonly TaxRate[]): Problem[] {
  if (rates.length > maxTaxRates) return [{ field: ['taxRates'], message: `Expected at most ${maxTaxRates} rates.` }];
  return rates.flatMap((rate, index) => {
    const at = (name: string, message: string): Problem => ({ field: ['taxRates', String(index), name], message });
    const problems: Problem[] = [];
    if (!/^[A-Za-z0-9_-]{1,50}$/.test(rate.taxCode)) {
      problems.push(at('taxCode', 'Expected 1 to 50 letters, digits, `-` or `_`.'));
    }
    if (rates.findIndex((other) => other.taxCode === rate.taxCode) < index) {
      problems.push(at('taxCode', `Expected one rate for ${rate.taxCode}; this is the second.`));
    }
    if (rate.title.trim().length < 1 || rate.title.length > 100)
      problems.push(at('title', 'Expected 1 to 100 characters.'));
    if (!/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/.test(rate.rate)) {
      problems.push(
        at('rate', `Expected a fraction from 0 to 1 with at most 6 decimals, such as 0.2; got ${rate.rate}.`),
      );
    }
    return problems;
  });
}

/** Everything that is wrong with settings; empty when they can be stored. */
export function settingsProblems(settings: MerchantSettings): Problem[] {
  return [
    ...textProblems('name', settings.name, 200),
    ...currencyProblems(settings),
    ...(isTimeZone(settings.timeZone)
      ? []
      : [
          {
            field: ['timeZone'],
            message: `Expected an IANA time zone such as Europe/Berlin, got ${settings.timeZone}.`,
          },
        ]),
    ...taxRateProblems(settings.taxRates),
    ...rangeProblems('returnWindowDays', settings.returnWindowDays, 0, 365),
    ...rangeProblems('checkoutHoldSeconds', settings.checkoutHoldSeconds, 60, 3600),
  ];
}

/** The names of the settings that differ. */
export function changedPaths(before: MerchantSettings, after: MerchantSettings): string[] {
  const was: Record<string, unknown> = settingsOf(before);
  return Object.entries(settingsOf(after))
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name]))
    .map(([name]) => name);
}

/** The problems of a merchant's short name. */
export function handleProblems(handle: string): Problem[] {
  if (handle.length <= 60 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(handle)) return [];
  return [
    {
      field: ['handle'],
      message: 'Expected at most 60 lower-case letters and digits, with single dashes between them.',
    },
  ];
}

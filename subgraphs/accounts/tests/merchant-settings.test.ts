import { expect, test } from 'vitest';
import {
  changedPaths,
  handleProblems,
  normalizeSettings,
  settingsProblems,
  type MerchantSettings,
} from '../src/domain/merchant-settings.ts';

const settings = (over: Partial<MerchantSettings> = {}): MerchantSettings => ({
  name: 'Shop',
  defaultCurrencyCode: 'EUR',
  currencyCodes: [],
  countryCode: 'DE',
  timeZone: 'Europe/Berlin',
  languageCode: 'de',
  taxesIncluded: true,
  capturePolicy: 'ON_PLACEMENT',
  taxRates: [{ taxCode: 'standard', title: 'VAT 19 %', rate: '0.19' }],
  returnWindowDays: 30,
  checkoutHoldSeconds: 600,
  ...over,
});

test('keeps each currency once, the default one first', () => {
  expect(normalizeSettings(settings({ currencyCodes: ['USD', 'EUR', 'USD'] })).currencyCodes).toEqual(['EUR', 'USD']);
});

test('accepts settings in their limits', () => {
  expect(settingsProblems(settings())).toEqual([]);
  expect(settingsProblems(settings({ returnWindowDays: 0, checkoutHoldSeconds: 3600, timeZone: 'UTC' }))).toEqual([]);
});

const standard = { taxCode: 'standard', title: 'VAT', rate: '0.2' };

test.each<[string, Partial<MerchantSettings>, string]>([
  ['an empty name', { name: '  ' }, 'name'],
  ['a currency that is none', { defaultCurrencyCode: 'ZZZ' }, 'defaultCurrencyCode'],
  ['a further currency that is none', { currencyCodes: ['USD', 'ZZZ'] }, 'currencyCodes.1'],
  ['a time zone that is none', { timeZone: 'Europe/Nowhere' }, 'timeZone'],
  ['an offset for a time zone', { timeZone: '+01:00' }, 'timeZone'],
  ['two rates for one tax code', { taxRates: [standard, standard] }, 'taxRates.1.taxCode'],
  ['a rate in per cent', { taxRates: [{ ...standard, rate: '20' }] }, 'taxRates.0.rate'],
  ['a negative rate', { taxRates: [{ ...standard, rate: '-0.2' }] }, 'taxRates.0.rate'],
  ['a return window above a year', { returnWindowDays: 366 }, 'returnWindowDays'],
  ['a hold below a minute', { checkoutHoldSeconds: 59 }, 'checkoutHoldSeconds'],
])('refuses %s and says where', (_name, over, field) => {
  expect(settingsProblems(settings(over)).map((problem) => problem.field.join('.'))).toEqual([field]);
});

test('names the settings that differ', () => {
  const after = settings({ returnWindowDays: 14, taxRates: [] });

  expect(changedPaths(settings(), after)).toEqual(['taxRates', 'returnWindowDays']);
  expect(changedPaths(settings(), settings())).toEqual([]);
});

test.each(['a', 'my-shop', 'shop24'])('takes the handle %s', (handle) => {
  expect(handleProblems(handle)).toEqual([]);
});

test.each(['', 'My-Shop', 'a--b', '-a', 'a b', 'x'.repeat(61)])('refuses the handle "%s"', (handle) => {
  expect(handleProblems(handle)).toHaveLength(1);
});

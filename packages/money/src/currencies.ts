import { MoneyError, shown } from './money-error.ts';

// ISO 4217, list one of 2026-01-01, by number of decimals. Metals, bond units, special drawing rights and test codes are
// left out: the standard gives them no minor unit, so no amount can be written in them.
const codesByExponent: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
  `,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const exponents: ReadonlyMap<string, number> = new Map(
  Object.entries(codesByExponent).flatMap(([exponent, codes]) =>
    codes
      .trim()
      .split(/\s+/)
      .map((code) => [code, Number(exponent)]),
  ),
);

/** Whether the code is an active ISO 4217 currency that has a minor unit. */
export function isCurrencyCode(code: string): boolean {
  return exponents.has(code);
}

/** How many decimals amounts of this currency have. */
export function exponentOf(currencyCode: string): number {
  const exponent = exponents.get(currencyCode);
  if (exponent === undefined) {
    throw new MoneyError(`Expected an active ISO 4217 currency code such as "EUR"; got ${shown(currencyCode)}.`);
  }
  return exponent;
}

/** All currency codes that money can be written in, in alphabetical order. */
export const currencyCodes: readonly string[] = [...exponents.keys()].sort();

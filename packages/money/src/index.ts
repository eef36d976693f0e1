export { allocate } from './allocate.ts';
export { currencyCodes, exponentOf, isCurrencyCode } from './currencies.ts';
export { formatMoney, parseMoney, readMoney } from './decimal-money.ts';
export type { DecimalMoney } from './decimal-money.ts';
export { add, compare, isNegative, isZero, min, money, negate, subtract, sum, zero } from './money.ts';
export type { Money } from './money.ts';
export { MoneyError } from './money-error.ts';
export { multiplyPrice, prorate, taxOn, taxWithin } from './rounding.ts';

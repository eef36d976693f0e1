/** What a line charges for. Goods have stock; a service has none; shipping is part of an order's shipping total. */
export type CodeKind = 'GOODS' | 'SHIPPING' | 'SERVICE';

const shipping = new Set(['POST', 'DOT']);
const services = new Map([
  ['M', 'Manual'],
  ['D', 'Discount'],
  ['C2', 'Carriage'],
  ['S', 'Samples'],
  ['B', 'Bad debt'],
  ['BANK CHARGES', 'Bank charges'],
  ['AMAZONFEE', 'Amazon fee'],
  ['CRUK', 'CRUK commission'],
]);
const voucher = /^GIFT_0001_\d+$/;

/** What a stock code stands for. */
export function kindOfCode(code: string): CodeKind {
  if (shipping.has(code)) return 'SHIPPING';
  return services.has(code) || voucher.test(code) ? 'SERVICE' : 'GOODS';
}

/** What to call a service that the log does not describe. */
export const nameOfService = (code: string): string => services.get(code) ?? code;

import { createHash } from 'node:crypto';

/**
 * The id of the refund that undoes a payment for a saga (UUIDv5: the payment is the namespace, the saga the name).
 * Whoever undoes the same payment for the same saga comes to the same id, so that there is one refund.
 */
export function derivedRefundId(paymentId: string, sagaId: string): string {
  const namespace = Buffer.from(paymentId.replaceAll('-', ''), 'hex');
  const hash = createHash('sha1').update(namespace).update(sagaId).digest().subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

import { createHash } from 'node:crypto';

/** The same UUID for the same merchant and parts (RFC 9562, version 8), so that a repetition finds what it made. */
export function derivedId(merchantId: string, ...parts: readonly string[]): string {
  const hex = createHash('sha256')
    .update(JSON.stringify(['import', merchantId, ...parts]))
    .digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

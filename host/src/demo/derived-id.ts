import { createHash } from 'node:crypto';

/** The same UUID for the same parts (RFC 9562, version 8): the demo's records have the same ids in every installation. */
export function derivedId(...parts: readonly string[]): string {
  const hex = createHash('sha256')
    .update(JSON.stringify(['demo', ...parts]))
    .digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

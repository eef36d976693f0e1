import { createHmac, timingSafeEqual } from 'node:crypto';
import { codedError } from './errors.ts';
import type { CursorSeal } from './request-context.ts';

const tagBytes = 12;

/** Cursors carry the sort values of a row, authenticated under a secret and bound to one tenant and one subgraph. */
export function createCursorSeal(secret: string, scope: string): CursorSeal {
  const tagOf = (body: Buffer): Buffer =>
    createHmac('sha256', secret).update(scope).update('\0').update(body).digest().subarray(0, tagBytes);

  return {
    seal(values) {
      // Amounts of money are bigint, which JSON has none of; the database compares their digits just as well.
      const body = Buffer.from(
        JSON.stringify(values, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
      );
      return Buffer.concat([tagOf(body), body]).toString('base64url');
    },
    open(cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      const body = bytes.subarray(tagBytes);
      if (bytes.length <= tagBytes || !timingSafeEqual(bytes.subarray(0, tagBytes), tagOf(body))) {
        throw codedError(
          'BAD_USER_INPUT',
          'The cursor is not one of this list. Pass a `cursor` or `endCursor` as you received it.',
        );
      }
      const values: unknown = JSON.parse(body.toString('utf8'));
      return Array.isArray(values) ? values : [];
    },
  };
}

import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header that carries a webhook's signature: `t=<unix seconds>,v1=<hex>`. */
export const signatureHeader = 'webhook-signature';

const toleranceSeconds = 300;

const digestOf = (secret: string, seconds: number, body: Buffer): Buffer =>
  createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();

/** Signs a webhook's raw bytes together with the time of sending. */
export function signWebhook(secret: string, body: Buffer, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${digestOf(secret, seconds, body).toString('hex')}`;
}

/** Whether one of the active secrets signed these bytes, not longer than 300 s ago. */
export function isSignedWebhook(secrets: readonly string[], header: string, body: Buffer, now: Date): boolean {
  const parts = header.split(',').map((part) => part.split('=', 2));
  const seconds = Number(parts.find(([name]) => name === 't')?.[1]);
  if (!Number.isInteger(seconds) || Math.abs(now.getTime() / 1000 - seconds) > toleranceSeconds) return false;
  const signatures = parts.filter(([name]) => name === 'v1').map(([, value]) => Buffer.from(value ?? '', 'hex'));
  return secrets.some((secret) => {
    const expected = digestOf(secret, seconds, body);
    return signatures.some((given) => given.length === expected.length && timingSafeEqual(given, expected));
  });
}

import { createHmac, timingSafeEqual } from 'node:crypto';

/** Makes and checks the tokens of tracking links. A token names a parcel of one merchant until it expires. */
export interface TrackingTokens {
  make(tenantId: string, shipmentId: string, expiresAt: Date): string;
  /** The parcel's id; null for a token that is forged, of another merchant, or over. */
  read(tenantId: string, token: string, now: Date): string | null;
  /** Where somebody with the token follows the parcel. */
  link(token: string): string;
}

/** How long a link is good that was made without saying so. */
export const linkDays = 31;

const idBytes = 16;
const bodyBytes = idBytes + 4;
const tagBytes = 32;

/** Tokens are HMAC-SHA-256 over merchant, parcel and end, and say nothing but the parcel and the end. */
export function createTrackingTokens(secret: string, trackingUrl: string): TrackingTokens {
  const tagOf = (tenantId: string, body: Buffer): Buffer =>
    createHmac('sha256', secret).update(`tracking link\0${tenantId}\0`).update(body).digest();

  return {
    make(tenantId, shipmentId, expiresAt) {
      const body = Buffer.alloc(bodyBytes);
      Buffer.from(shipmentId.replaceAll('-', ''), 'hex').copy(body);
      body.writeUInt32BE(Math.floor(expiresAt.getTime() / 1_000), idBytes);
      return Buffer.concat([body, tagOf(tenantId, body)]).toString('base64url');
    },
    read(tenantId, token, now) {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length !== bodyBytes + tagBytes || bytes.toString('base64url') !== token) return null;
      const body = bytes.subarray(0, bodyBytes);
      if (!timingSafeEqual(bytes.subarray(bodyBytes), tagOf(tenantId, body))) return null;
      if (body.readUInt32BE(idBytes) * 1_000 <= now.getTime()) return null;
      const hex = body.subarray(0, idBytes).toString('hex');
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    },
    link: (token) => `${trackingUrl}/${token}`,
  };
}

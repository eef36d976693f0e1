/** What the page reads in a token, for its own use; who may do what is decided by the server, which checks it. */
export interface Token {
  readonly text: string;
  readonly subject: string;
  readonly name: string | null;
  readonly isCustomer: boolean;
  readonly merchantId: string | null;
  /** Null where it does not say. */
  readonly issuedAtMs: number | null;
  /** By the clock of its issuer, like all times in it. */
  readonly expiresAtMs: number;
}

/** Reads a JSON web token without checking it. Null for what is none, or has expired by `nowMs` of the server's clock. */
export function readToken(text: string, nowMs: number): Token | null {
  try {
    const [, payload = ''] = text.split('.');
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims !== 'object' || claims === null) return null;
    // Claims of an unknown shape are read one by one, each with its type checked.
    const { sub, name, actor_type: actorType, merchants, iat, exp } = claims as Record<string, unknown>;
    if (typeof sub !== 'string' || typeof exp !== 'number' || exp * 1_000 <= nowMs) return null;
    const merchant: unknown = Array.isArray(merchants) ? merchants[0] : null;
    return {
      text,
      subject: sub,
      name: typeof name === 'string' ? name : null,
      isCustomer: actorType === 'CUSTOMER',
      merchantId: typeof merchant === 'string' ? merchant : null,
      issuedAtMs: typeof iat === 'number' ? iat * 1_000 : null,
      expiresAtMs: exp * 1_000,
    };
  } catch {
    return null;
  }
}

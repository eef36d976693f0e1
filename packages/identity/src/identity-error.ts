/** Why a caller was turned away; the codes are those that a client sees in `errors[].extensions.code`. */
export type IdentityErrorCode = 'UNAUTHENTICATED' | 'TENANT_MISMATCH' | 'BAD_USER_INPUT' | 'ISSUER_UNAVAILABLE';

/** A caller who cannot be identified, or not at this moment, or who asks for a merchant that the token does not name. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly code: IdentityErrorCode;

  constructor(code: IdentityErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

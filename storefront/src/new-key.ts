/** A key for one attempt of a person to do something; repeated with it, a call has no second effect. */
export function newKey(): string {
  // Not `randomUUID`, which browsers keep from pages without TLS.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

import { codedError } from './errors.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The opaque id of an entity in the API: unpadded base64url of `<Type>:<uuid>`. */
export function encodeId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** The UUID in an opaque id of that type; null when it is anything else, which then names nothing. */
export function decodeId(type: string, opaque: string): string | null {
  const text = Buffer.from(opaque, 'base64url').toString('utf8');
  const id = text.slice(type.length + 1);
  return text.startsWith(`${type}:`) && uuid.test(id) ? id : null;
}

/** The UUIDs of a list of opaque ids; ids of other types drop out, as ids that name nothing do. */
export function decodeIds(type: string, opaque: readonly string[]): string[] {
  if (opaque.length > 250) throw codedError('LIMIT_EXCEEDED', `At most 250 ids, got ${opaque.length}. Ask in parts.`);
  return opaque.map((id) => decodeId(type, id)).filter((id) => id !== null);
}

import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { decrypt, encrypt, keyBytes } from './envelope.ts';
import { SealingError, SubjectErasedError } from './sealing-error.ts';
import { keyContext, SubjectKeys } from './subject-keys.ts';
import type { Subject } from './subject-keys.ts';

/** A personal value as it travels; readable until its subject's key is destroyed. */
export interface Sealed {
  /** The person it is about; a guest's is the cart. */
  readonly subject: string;
  readonly keyId: string;
  /** Base64 of `iv | tag | data`. */
  readonly ciphertext: string;
}

/** The same fields, sealed; null and undefined stay null. */
export type SealedFields<V> = {
  [K in keyof V]-?: Extract<V[K], null | undefined> extends never ? Sealed : Sealed | null;
};

/**
 * Seals and unseals personal values. Every method takes a fork of the EntityManager whose session variable `app.tenant_id` is
 * the tenant, and works inside its transaction when there is one.
 */
export interface Sealing {
  /** Seals one value under the subject's key, which is made if need be. Throws `SubjectErasedError` after erasure. */
  seal(em: SqlEntityManager, tenantId: string, subjectId: string, value: NonNullable<unknown>): Promise<Sealed>;
  /** Seals each field under the subject's key; absent values stay null. Throws `SubjectErasedError` after erasure. */
  sealMany<V extends object>(
    em: SqlEntityManager,
    tenantId: string,
    subjectId: string,
    values: V,
  ): Promise<SealedFields<V>>;
  /** The value, or null once the subject's key was destroyed. Throws `SealingError` when the sealed value was changed. */
  unseal<T>(em: SqlEntityManager, tenantId: string, sealed: Sealed): Promise<T | null>;
  /** Destroys the subject's key for good, with the transaction; only the eraser's role may. Gives the key's id. */
  destroyKey(em: SqlEntityManager, tenantId: string, subjectId: string): Promise<string>;
  /** Stops using a cached key of the subject: for a process that hears of an erasure done elsewhere. */
  forgetKey(tenantId: string, subjectId: string): void;
}

/** Makes a `Sealing` on the schema of `sealingDdl`. The master key wraps every subject's key and is never stored. */
export function createSealing({ masterKey, cacheSize = 5000 }: { masterKey: Buffer; cacheSize?: number }): Sealing {
  if (masterKey.length !== keyBytes) {
    throw new TypeError(`Expected a master key of ${keyBytes} bytes; got ${masterKey.length}.`);
  }
  const keys = new SubjectKeys(masterKey, cacheSize);

  async function sealAll(
    em: SqlEntityManager,
    subject: Subject,
    values: readonly NonNullable<unknown>[],
  ): Promise<Sealed[]> {
    if (values.length === 0) return [];
    const { keyId, dataKey } = await keys.findOrCreate(em, subject);
    if (!dataKey) throw new SubjectErasedError(subject.subjectId);
    return values.map((value) => ({
      subject: subject.subjectId,
      keyId,
      ciphertext: encrypt(dataKey, Buffer.from(JSON.stringify(value)), keyContext(subject, keyId)).toString('base64'),
    }));
  }

  return {
    async seal(em, tenantId, subjectId, value) {
      const [sealed] = await sealAll(em, subjectOf(tenantId, subjectId), [value]);
      if (!sealed) throw new SealingError('Expected one sealed value.');
      return sealed;
    },

    async sealMany<V extends object>(em: SqlEntityManager, tenantId: string, subjectId: string, values: V) {
      const fields = Object.entries(values);
      const present = fields.filter(([, value]) => value !== null && value !== undefined);
      const sealed = await sealAll(
        em,
        subjectOf(tenantId, subjectId),
        present.map(([, value]) => value),
      );
      const byName = new Map(present.map(([name], index) => [name, sealed[index]]));
      // Object.fromEntries forgets which names it was given; they are those of `values`.
      return Object.fromEntries(fields.map(([name]) => [name, byName.get(name) ?? null])) as SealedFields<V>;
    },

    async unseal(em, tenantId, sealed) {
      const subject = subjectOf(tenantId, sealed.subject);
      const key = await keys.find(em, subject);
      if (key?.keyId !== sealed.keyId) {
        throw new SealingError(`Subject ${subject.subjectId} has no key ${sealed.keyId} in this tenant.`);
      }
      if (!key.dataKey) return null;
      const plain = decrypt(
        key.dataKey,
        Buffer.from(sealed.ciphertext, 'base64'),
        keyContext(subject, key.keyId),
        'sealed value',
      );
      // The tag proves that these bytes are what `seal` was given, so the caller's type for the field holds.
      return JSON.parse(plain.toString());
    },

    destroyKey: async (em, tenantId, subjectId) => keys.destroy(em, subjectOf(tenantId, subjectId)),

    forgetKey: (tenantId, subjectId) => keys.forget(subjectOf(tenantId, subjectId)),
  };
}

function subjectOf(tenantId: string, subjectId: string): Subject {
  return { tenantId: uuid(tenantId, 'tenant id'), subjectId: uuid(subjectId, 'subject id') };
}

// PostgreSQL gives ids back in lower case; one spelling keeps cache and additional data equal on both ways.
function uuid(text: string, what: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
    throw new TypeError(`Expected a ${what} that is a UUID; got "${String(text).slice(0, 40)}".`);
  }
  return text.toLowerCase();
}

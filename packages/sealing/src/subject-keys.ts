import { randomBytes } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { forTenant, newId, query, read, transact } from '@ordergraph/tenancy';
import { LRUCache } from 'lru-cache';
import { decrypt, encrypt, keyBytes } from './envelope.ts';
import { SealingError } from './sealing-error.ts';

/** A person, or a guest's cart, within a tenant. */
export interface Subject {
  readonly tenantId: string;
  readonly subjectId: string;
}

/** The key of one subject. `dataKey` is null once it was destroyed. */
export interface SubjectKey {
  readonly keyId: string;
  readonly dataKey: Buffer | null;
}

interface KeyRow {
  key_id: string;
  wrapped_key: Buffer | null;
  is_committed: boolean;
}

// now() is the start of the transaction, so a row that this very transaction made carries it exactly, also after a savepoint.
const columns = 'key_id, wrapped_key, created_at <> now() as is_committed';
const selectKey = `select ${columns} from sealing.subject_key where tenant_id = $1::uuid and subject_id = $2::uuid`;
const selectOrInsertKey = `
  with existing as (${selectKey}),
  made as (
    insert into sealing.subject_key (tenant_id, subject_id, key_id, wrapped_key)
    select $1::uuid, $2::uuid, $3::uuid, $4::bytea where not exists (select from existing)
    on conflict (tenant_id, subject_id) do nothing
    returning ${columns}
  )
  select * from existing union all select * from made`;
const destroyKey = `
  insert into sealing.subject_key as present (tenant_id, subject_id, key_id, wrapped_key, destroyed_at)
  values ($1::uuid, $2::uuid, $3::uuid, null, now())
  on conflict (tenant_id, subject_id)
    do update set wrapped_key = null, destroyed_at = coalesce(present.destroyed_at, now())
  returning key_id`;

const secondsCached = 60;

/** Reads, makes and destroys the keys of subjects; keeps those it read in a bounded cache for a minute. */
export class SubjectKeys {
  readonly #masterKey: Buffer;
  readonly #cache: LRUCache<string, SubjectKey | 'bypass'>;

  constructor(masterKey: Buffer, cacheSize: number) {
    this.#masterKey = masterKey;
    this.#cache = new LRUCache({ max: cacheSize, ttl: secondsCached * 1000 });
  }

  /** The subject's key, or null when it never had one. */
  async find(em: SqlEntityManager, subject: Subject): Promise<SubjectKey | null> {
    const cached = this.#cached(em, subject);
    if (cached) return cached;

    const [row] = await read<KeyRow>(em, selectKey, [subject.tenantId, subject.subjectId]);
    return row ? this.#unwrapped(subject, row) : null;
  }

  /** The subject's key, made now if there is none. */
  async findOrCreate(em: SqlEntityManager, subject: Subject): Promise<SubjectKey> {
    const cached = this.#cached(em, subject);
    if (cached) return cached;

    const keyId = newId();
    const wrapped = encrypt(this.#masterKey, randomBytes(keyBytes), keyContext(subject, keyId));
    const [row] = await change<KeyRow>(em, subject, selectOrInsertKey, [keyId, wrapped]);
    if (row) return this.#unwrapped(subject, row);

    // Another transaction made the key while this statement ran: only a statement that starts later can see it.
    const made = await this.find(em, subject);
    if (!made)
      throw new SealingError(
        `The key of subject ${subject.subjectId} was made elsewhere and cannot be read in this transaction.`,
      );
    return made;
  }

  /** Destroys the subject's key for good, also before it ever had one; gives the key's id. */
  async destroy(em: SqlEntityManager, subject: Subject): Promise<string> {
    expectOwnTenant(em, subject);
    const [row] = await change<{ key_id: string }>(em, subject, destroyKey, [newId()]);
    if (!row) throw new SealingError(`The key of subject ${subject.subjectId} could not be destroyed.`);
    this.forget(subject);
    return row.key_id;
  }

  /** Uses the database alone for this subject until every cached copy would have expired. */
  forget(subject: Subject): void {
    // Not merely deleted: until the destroying transaction commits, a reader would put the old key back.
    this.#cache.set(cacheKey(subject), 'bypass');
  }

  #cached(em: SqlEntityManager, subject: Subject): SubjectKey | null {
    // The cache knows no row-level security, so it must not answer for a tenant that the database would refuse.
    expectOwnTenant(em, subject);
    const cached = this.#cache.get(cacheKey(subject));
    return cached === undefined || cached === 'bypass' ? null : cached;
  }

  #unwrapped(subject: Subject, row: KeyRow): SubjectKey {
    const { key_id: keyId, wrapped_key: wrapped } = row;
    const dataKey = wrapped && decrypt(this.#masterKey, wrapped, keyContext(subject, keyId), 'wrapped key');
    // A copy with memory of its own: Node cuts small buffers out of large ones, which a cached key would keep alive.
    const key: SubjectKey = { keyId, dataKey: dataKey && Buffer.alloc(dataKey.length, dataKey) };
    // A key made by a transaction that may still roll back must not outlive it.
    if (row.is_committed && !this.#cache.has(cacheKey(subject))) this.#cache.set(cacheKey(subject), key);
    return key;
  }
}

/** Changes the subject's key in the transaction that `em` is in, or in one of its own. */
async function change<Row>(
  em: SqlEntityManager,
  { tenantId, subjectId }: Subject,
  statement: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const all = [tenantId, subjectId, ...parameters];
  if (em.getTransactionContext()) return query<Row>(em, statement, all);
  const own = forTenant(em, tenantId);
  return transact(own, () => query<Row>(own, statement, all));
}

/** What a ciphertext is bound to. All three are UUIDs of fixed length, so no two subjects share it. */
export function keyContext({ tenantId, subjectId }: Subject, keyId: string): string {
  return tenantId + subjectId + keyId;
}

function cacheKey({ tenantId, subjectId }: Subject): string {
  return `${tenantId}:${subjectId}`;
}

function expectOwnTenant(em: SqlEntityManager, { tenantId }: Subject): void {
  const present = em.getSessionContext()?.variables?.['app.tenant_id'];
  if (typeof present !== 'string' || present.toLowerCase() !== tenantId) {
    throw new SealingError(
      `Expected an EntityManager fork whose app.tenant_id is ${tenantId}; got ${String(present)}.`,
    );
  }
}

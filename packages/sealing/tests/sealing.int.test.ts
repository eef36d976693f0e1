import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSealing, SealingError, SubjectErasedError } from '../src/index.ts';
import { aDatabase } from './database.ts';

type Database = Awaited<ReturnType<typeof aDatabase>>;

const masterKey = randomBytes(32);
const tenant = randomUUID();
const otherTenant = randomUUID();
const email = 'ada@example.com';
let database: Database;

beforeAll(async () => {
  database = await aDatabase();
  await database.migrate();
});
afterAll(async () => await database?.[Symbol.asyncDispose]());

/** A process of its own: nothing cached. */
const aSealing = () => createSealing({ masterKey });
const orders = () => database.as('sealing_orders', tenant);
const customers = () => database.as('sealing_customers', tenant);
const keyRows = async (subject: string) =>
  await orders().execute<{ key_id: string; wrapped_key: Buffer | null; destroyed_at: Date | null }[]>(
    'select * from sealing.subject_key where subject_id = ?',
    [subject],
  );

describe('sealing', () => {
  test.each([email, 42, true, ['a', null], { street: 'Musterstraße 1', city: null }, ''])(
    'gives back %j in another process and subgraph',
    async (value) => {
      const sealed = await aSealing().seal(orders(), tenant, randomUUID(), value);

      expect(await aSealing().unseal(customers(), tenant, sealed)).toEqual(value);
    },
  );

  test('gives one subject one key, whoever seals first', async () => {
    const subject = randomUUID();

    const sealed = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        aSealing().seal(index % 2 ? orders() : customers(), tenant, subject, index),
      ),
    );

    expect(await keyRows(subject)).toHaveLength(1);
    expect(new Set(sealed.map(({ keyId }) => keyId)).size).toBe(1);
    const opened = await Promise.all(sealed.map(async (value) => await aSealing().unseal(orders(), tenant, value)));
    expect(opened).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('seals many fields at once and leaves absent ones null', async () => {
    const subject = randomUUID();
    const name: string | null = null;

    const sealed = await aSealing().sealMany(orders(), tenant, subject, { email, name, phone: undefined });

    expect(sealed).toEqual({
      email: { subject, keyId: expect.any(String), ciphertext: expect.any(String) },
      name: null,
      phone: null,
    });
    expect(await aSealing().unseal(orders(), tenant, sealed.email)).toBe(email);
  });

  test('makes no key for fields that are all absent', async () => {
    const subject = randomUUID();

    await aSealing().sealMany(orders(), tenant, subject, { name: null });

    expect(await keyRows(subject)).toEqual([]);
  });

  test('takes ids in either spelling', async () => {
    const sealed = await aSealing().seal(orders(), tenant.toUpperCase(), randomUUID().toUpperCase(), email);

    expect(await aSealing().unseal(orders(), tenant, { ...sealed, subject: sealed.subject.toUpperCase() })).toBe(email);
  });

  test('refuses a value that was moved to another subject or key, or changed', async () => {
    const sealing = aSealing();
    const [ada, ben] = [
      await sealing.seal(orders(), tenant, randomUUID(), email),
      await sealing.seal(orders(), tenant, randomUUID(), 'ben'),
    ];

    for (const forged of [
      { ...ada, subject: ben.subject },
      { ...ada, keyId: ben.keyId },
      { ...ben, ciphertext: ada.ciphertext },
      { ...ada, ciphertext: `AAAA${ada.ciphertext.slice(4)}` },
      { ...ada, ciphertext: '' },
    ]) {
      await expect(sealing.unseal(orders(), tenant, forged)).rejects.toThrow(SealingError);
    }
  });

  test('opens nothing with a key that was copied to another subject', async () => {
    const [subject, thief] = [randomUUID(), randomUUID()];
    const sealed = await aSealing().seal(orders(), tenant, subject, email);
    await orders().execute(
      `insert into sealing.subject_key (tenant_id, subject_id, key_id, wrapped_key)
       select tenant_id, ?, key_id, wrapped_key from sealing.subject_key where subject_id = ?`,
      [thief, subject],
    );

    await expect(aSealing().unseal(orders(), tenant, { ...sealed, subject: thief })).rejects.toThrow(
      /wrapped key does not open/,
    );
  });

  test('opens nothing without the master key', async () => {
    const sealed = await aSealing().seal(orders(), tenant, randomUUID(), email);

    await expect(createSealing({ masterKey: randomBytes(32) }).unseal(orders(), tenant, sealed)).rejects.toThrow(
      SealingError,
    );
  });
});

describe('a transaction', () => {
  test('takes the keys it made with it when it rolls back', async () => {
    const sealing = aSealing();
    const subject = randomUUID();
    const rolledBack = orders().transactional(async (em) => {
      await sealing.seal(em, tenant, subject, 'first');
      // The second finds the key of this very transaction, which must not be cached either.
      await em.transactional(async (nested) => await sealing.seal(nested, tenant, subject, 'second'));
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await keyRows(subject)).toEqual([]);

    const sealed = await sealing.seal(orders(), tenant, subject, email);

    expect(await aSealing().unseal(orders(), tenant, sealed)).toBe(email);
  });

  test('forgets a key made in a savepoint that rolls back', async () => {
    const sealing = aSealing();
    const subject = randomUUID();

    const sealed = await orders().transactional(async (em) => {
      await em
        .transactional(async (nested) => {
          await sealing.seal(nested, tenant, subject, 'first');
          await sealing.seal(nested, tenant, subject, 'second');
          throw new Error('only the inner one');
        })
        .catch(() => {});
      return await sealing.seal(em, tenant, subject, email);
    });

    expect(await aSealing().unseal(orders(), tenant, sealed)).toBe(email);
  });

  test('reads a key once and uses it for a minute', async () => {
    const sealing = aSealing();
    const subject = randomUUID();
    const sealed = await sealing.seal(orders(), tenant, subject, email);
    await sealing.unseal(orders(), tenant, sealed);
    // Destroyed by another process: this one has not heard of it yet.
    await aSealing().destroyKey(customers(), tenant, subject);

    expect(await sealing.unseal(orders(), tenant, sealed)).toBe(email);
    sealing.forgetKey(tenant, subject);

    expect(await sealing.unseal(orders(), tenant, sealed)).toBeNull();
  });
});

describe('erasure', () => {
  test('makes every copy unreadable, and nothing can be sealed for the subject again', async () => {
    const sealing = aSealing();
    const subject = randomUUID();
    const sealed = await sealing.seal(orders(), tenant, subject, email);
    expect(await sealing.unseal(orders(), tenant, sealed)).toBe(email);

    const keyId = await sealing.destroyKey(customers(), tenant, subject);

    expect(keyId).toBe(sealed.keyId);
    expect(await sealing.unseal(orders(), tenant, sealed)).toBeNull();
    expect(await aSealing().unseal(orders(), tenant, sealed)).toBeNull();
    await expect(sealing.seal(orders(), tenant, subject, email)).rejects.toThrow(SubjectErasedError);
    await expect(aSealing().sealMany(orders(), tenant, subject, { email })).rejects.toThrow(SubjectErasedError);
    expect(await keyRows(subject)).toMatchObject([{ wrapped_key: null, destroyed_at: expect.anything() }]);
  });

  test('holds also for a subject that never had a key', async () => {
    const subject = randomUUID();

    await aSealing().destroyKey(customers(), tenant, subject);

    await expect(aSealing().seal(orders(), tenant, subject, email)).rejects.toThrow(SubjectErasedError);
  });

  test('can be repeated and gives the same key and time', async () => {
    const subject = randomUUID();
    const first = await aSealing().destroyKey(customers(), tenant, subject);
    const before = await keyRows(subject);

    expect(await aSealing().destroyKey(customers(), tenant, subject)).toBe(first);
    expect(await keyRows(subject)).toEqual(before);
  });

  test('that rolls back has not happened', async () => {
    const sealing = aSealing();
    const subject = randomUUID();
    const sealed = await sealing.seal(orders(), tenant, subject, email);

    await customers()
      .transactional(async (em) => {
        await sealing.destroyKey(em, tenant, subject);
        throw new Error('legal hold');
      })
      .catch(() => {});

    expect(await sealing.unseal(orders(), tenant, sealed)).toBe(email);
  });

  test('is in force from its commit, although somebody read the key while it was under way', async () => {
    const sealing = aSealing();
    const subject = randomUUID();
    const sealed = await sealing.seal(orders(), tenant, subject, email);

    await customers().transactional(async (em) => {
      await sealing.destroyKey(em, tenant, subject);
      expect(await sealing.unseal(orders(), tenant, sealed)).toBe(email);
    });

    expect(await sealing.unseal(orders(), tenant, sealed)).toBeNull();
  });
});

describe('the database', () => {
  test('shows a tenant no key of another, and none without a tenant', async () => {
    const subject = randomUUID();
    await aSealing().seal(orders(), tenant, subject, email);
    const count = 'select count(*)::int as keys from sealing.subject_key where subject_id = ?';

    expect(await orders().execute(count, [subject])).toEqual([{ keys: 1 }]);
    expect(await database.as('sealing_orders', otherTenant).execute(count, [subject])).toEqual([{ keys: 0 }]);
    expect(await database.as('sealing_orders', null).execute(count, [subject])).toEqual([{ keys: 0 }]);
    expect(await database.as('sealing_owner', tenant).execute(count, [subject])).toEqual([{ keys: 0 }]);
  });

  test('keeps the same subject id of two tenants apart', async () => {
    const subject = randomUUID();
    const sealing = aSealing();
    const ours = await sealing.seal(orders(), tenant, subject, 'ours');
    const theirs = await sealing.seal(database.as('sealing_orders', otherTenant), otherTenant, subject, 'theirs');
    await sealing.destroyKey(customers(), tenant, subject);

    expect(await sealing.unseal(orders(), tenant, ours)).toBeNull();
    expect(await sealing.unseal(database.as('sealing_orders', otherTenant), otherTenant, theirs)).toBe('theirs');
    await expect(sealing.unseal(database.as('sealing_orders', otherTenant), otherTenant, ours)).rejects.toThrow(
      SealingError,
    );
  });

  test('lets no tenant write a key for another', async () => {
    const insert = orders().execute(
      'insert into sealing.subject_key (tenant_id, subject_id, key_id, wrapped_key) values (?, ?, ?, ?)',
      [otherTenant, randomUUID(), randomUUID(), randomBytes(60)],
    );

    await expect(insert).rejects.toThrow(/row-level security/);
  });

  test('lets only the eraser destroy a key', async () => {
    const subject = randomUUID();
    const sealed = await aSealing().seal(orders(), tenant, subject, email);

    await expect(aSealing().destroyKey(orders(), tenant, subject)).rejects.toThrow(/permission denied/);
    await expect(orders().execute('update sealing.subject_key set wrapped_key = null')).rejects.toThrow(
      /permission denied/,
    );
    await expect(orders().execute('delete from sealing.subject_key')).rejects.toThrow(/permission denied/);
    await expect(customers().execute('delete from sealing.subject_key')).rejects.toThrow(/permission denied/);
    await expect(customers().execute('truncate sealing.subject_key')).rejects.toThrow(/permission denied/);

    expect(await aSealing().unseal(orders(), tenant, sealed)).toBe(email);
  });

  test('lets nobody pretend that a key was destroyed, or bring one back', async () => {
    const subject = randomUUID();
    await aSealing().seal(orders(), tenant, subject, email);
    const pretended = orders().execute(
      'insert into sealing.subject_key (tenant_id, subject_id, key_id) values (?, ?, ?)',
      [tenant, randomUUID(), randomUUID()],
    );
    await expect(pretended).rejects.toThrow(/destroyed_without_key/);
    await aSealing().destroyKey(customers(), tenant, subject);

    const revived = customers().execute(
      'update sealing.subject_key set wrapped_key = ?, destroyed_at = null where subject_id = ?',
      [randomBytes(60), subject],
    );
    await expect(revived).rejects.toThrow(/row-level security/);
  });

  test('is closed to roles that were not named', async () => {
    await expect(database.as('sealing_stranger', tenant).execute('select * from sealing.subject_key')).rejects.toThrow(
      /permission denied/,
    );
  });

  test('can be migrated again without losing a key', async () => {
    const sealed = await aSealing().seal(orders(), tenant, randomUUID(), email);

    await database.migrate();

    expect(await aSealing().unseal(orders(), tenant, sealed)).toBe(email);
  });
});

describe('a caller', () => {
  test('gets no cached key for a tenant that its EntityManager does not work for', async () => {
    const sealing = aSealing();
    const sealed = await sealing.seal(orders(), tenant, randomUUID(), email);
    await sealing.unseal(orders(), tenant, sealed);

    for (const em of [database.as('sealing_orders', otherTenant), database.as('sealing_orders', null)]) {
      await expect(sealing.unseal(em, tenant, sealed)).rejects.toThrow(
        `Expected an EntityManager fork whose app.tenant_id is ${tenant}`,
      );
      await expect(sealing.seal(em, tenant, sealed.subject, email)).rejects.toThrow(SealingError);
      await expect(sealing.destroyKey(em, tenant, sealed.subject)).rejects.toThrow(SealingError);
    }
  });

  test('is told when an id is no UUID', async () => {
    await expect(aSealing().seal(orders(), tenant, 'ada', email)).rejects.toThrow(
      'Expected a subject id that is a UUID; got "ada".',
    );
    await expect(aSealing().destroyKey(orders(), 'acme', randomUUID())).rejects.toThrow(
      'Expected a tenant id that is a UUID; got "acme".',
    );
  });
});

import { findRedisServer, startRedisServer, waitFor, type TestHouse } from '@ordergraph/testing';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRedisBalanceStore, balanceKey } from '../src/balance-cache/redis-balance-store.ts';
import { emptyBalance } from '../src/domain/ledger.ts';
import { encodeId } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import { Club, startClubHouse } from './club.ts';

const subscription = `subscription ($customerId: ID, $after: String) {
  loyaltyBalanceUpdated(customerId: $customerId, after: $after) {
    cursor isSnapshot balance { available held asOfSequence } transaction { sequence kind points availableAfter } } }`;

interface Update {
  readonly cursor: string;
  readonly isSnapshot: boolean;
  readonly balance: { available: number; held: number; asOfSequence: number };
  readonly transaction: { sequence: number; kind: string; points: number; availableAfter: number } | null;
}

async function next(updates: AsyncIterableIterator<ExecutionResult>): Promise<Update> {
  const { value } = await updates.next();
  const result = value as ExecutionResult<{ loyaltyBalanceUpdated: Update }>;
  if (!result?.data) throw new Error(`Expected an update, got ${JSON.stringify(result)}`);
  return result.data.loyaltyBalanceUpdated;
}

describe('loyaltyBalanceUpdated', () => {
  let house: TestHouse;
  let club: Club;
  beforeAll(async () => {
    house = await startClubHouse();
  });
  beforeEach(async () => {
    club = await new Club(house).opens();
    await club.gives(5);
  });
  afterAll(() => house.stop());

  test('tells the whole, then every line of the ledger, once and in order', async () => {
    const updates = await house.subscribe('loyalty', club.viewer('CUSTOMER'), subscription);
    expect(await next(updates)).toMatchObject({ isSnapshot: true, balance: { available: 5, asOfSequence: 1 } });

    await club.pays(await club.orders());
    const redemption = await club.redemption(newId(), 7);
    await club.hears('ReleasePointsHold', { cartId: newId(), redemptionId: redemption, reason: 'Left.' });
    const lines = [await next(updates), await next(updates), await next(updates)];

    expect(
      lines.map(({ transaction, balance }) => [transaction?.kind, balance.available, balance.asOfSequence]),
    ).toEqual([
      ['EARN', 15, 2],
      ['REDEEM_HOLD', 8, 3],
      ['REDEEM_RELEASE', 15, 4],
    ]);
    await updates.return?.();
  });

  test('continues behind a cursor without leaving a line out', async () => {
    const first = await house.subscribe('loyalty', club.viewer('CUSTOMER'), subscription);
    const { cursor } = await next(first);
    await first.return?.();
    for (let n = 0; n < 150; n += 1) await club.gives(1);

    const again = await house.subscribe('loyalty', club.viewer(), subscription, {
      customerId: club.customer,
      after: cursor,
    });
    const sequences: number[] = [];
    while (sequences.length < 150) sequences.push((await next(again)).transaction?.sequence ?? 0);

    expect(sequences).toEqual(Array.from({ length: 150 }, (_none, index) => index + 2));
    await again.return?.();
  });

  test('a customer sees their own points whatever id they name, and a guest none', async () => {
    const other = await new Club(house).opens();
    const updates = await house.subscribe('loyalty', club.viewer('CUSTOMER'), subscription, {
      customerId: other.customer,
    });
    expect(await next(updates)).toMatchObject({ balance: { available: 5 } });
    await updates.return?.();

    await expect(house.subscribe('loyalty', club.viewer('ANONYMOUS'), subscription)).rejects.toThrow(/UNAUTHENTICATED/);
  });

  test('begins at nothing for a customer whom loyalty has not heard of, and leaves no first point out', async () => {
    const fresh = await new Club(house).opens();
    const updates = await house.subscribe(
      'loyalty',
      fresh.viewer('CUSTOMER'),
      subscription.replace(
        'isSnapshot',
        `isSnapshot loyaltyAccount { id version tier { id } pointsToNextTier customer { id } program { name }
           balance { available asOfSequence } transactions { nodes { id } } expiring { points } redemptions { id } }`,
      ),
    );

    const nothing = { available: 0, asOfSequence: 0 };
    expect(await next(updates)).toMatchObject({
      isSnapshot: true,
      balance: { ...nothing, held: 0 },
      transaction: null,
      loyaltyAccount: {
        id: encodeId('LoyaltyAccount', fresh.customerId),
        version: 0,
        customer: { id: fresh.customer },
        balance: nothing,
        transactions: { nodes: [] },
        expiring: [],
        redemptions: [],
      },
    });
    await fresh.gives(5);
    expect(await next(updates)).toMatchObject({
      isSnapshot: false,
      transaction: { sequence: 1, points: 5 },
      loyaltyAccount: { version: 1, balance: { available: 5 } },
    });
    await updates.return?.();
  });

  test('refuses staff a customer that is not there, in the same words as one of another merchant', async () => {
    const rival = await new Club(house).opens();
    await rival.gives(5);
    const refusalOf = async (customerId: string | undefined, of = club): Promise<string> => {
      const opened = house.subscribe('loyalty', of.viewer(), subscription, { customerId });
      return opened.then(
        () => 'a stream',
        (error: unknown) => String(error),
      );
    };

    const unknown = await refusalOf(encodeId('Customer', newId()));
    expect(unknown).toMatch(/NOT_FOUND/);
    expect(await refusalOf(rival.customer)).toBe(unknown);
    expect(await refusalOf(encodeId('Order', club.customerId))).toMatch(/BAD_USER_INPUT/);
    expect(await refusalOf(undefined)).toMatch(/BAD_USER_INPUT/);
    expect(await refusalOf(club.customer)).toBe('a stream');
  });

  test('is refused where the merchant has no programme', async () => {
    const viewer = new Club(house).viewer('CUSTOMER');
    await expect(house.subscribe('loyalty', viewer, subscription)).rejects.toThrow(/NOT_FOUND/);
  });
});

const source = findRedisServer();

describe.skipIf(source.kind === 'none')(
  `balances in Redis${source.kind === 'none' ? ` (skipped: ${source.reason})` : ''}`,
  () => {
    const ask = `query ($id: ID!) { loyaltyAccount(customerId: $id) { balance { available asOfSequence } } }`;
    const read = async (club: Club) => {
      const data = await club.ask<{ loyaltyAccount: { balance: { available: number; asOfSequence: number } } }>(ask, {
        id: club.customer,
      });
      return data.loyaltyAccount.balance;
    };

    test('are written after a commit, read from there, and survive the loss of Redis', async () => {
      await using redis = await startRedisServer(source);
      const house = await startClubHouse({ REDIS_URL: redis.url });
      const store = createRedisBalanceStore(redis.url, () => undefined);
      try {
        const club = await new Club(house).opens();
        await club.gives(5);
        const known = await waitFor(() => store.read(club.tenantId, club.customerId), { describe: 'a cached balance' });
        expect(known).toMatchObject({ sequence: 1, balance: { available: 5 } });

        // A number that the ledger does not know shows where a balance is read from.
        const balance = { ...emptyBalance, available: 77, adjusted: -77 };
        await store.write(club.tenantId, club.customerId, { sequence: 1, balance, changesAt: null });
        expect(await read(club)).toEqual({ available: 77, asOfSequence: 1 });
        await club.gives(5);
        await waitFor(async () => (await read(club)).available === 10, { describe: 'the newer balance' });

        // What a process left that was killed between its commit and the write: the event is brought by whoever relays next.
        await store.write(club.tenantId, club.customerId, { sequence: 2, balance, changesAt: null });
        expect(await read(club)).toEqual({ available: 77, asOfSequence: 2 });
        await house.quiet();
        await house.command('loyalty', club.tenantId, (tx) =>
          query(tx.em, 'update "loyalty"."outbox" set published_at = null where type = $1', ['PointsAdjusted']),
        );
        await waitFor(async () => (await read(club)).available === 10, { describe: 'the renewed balance' });

        // Time alone makes a balance another: then the ledger is asked.
        await store.write(club.tenantId, club.customerId, { sequence: 2, balance, changesAt: Date.now() - 1 });
        expect(await read(club)).toEqual({ available: 10, asOfSequence: 2 });

        if (redis.isOwn) {
          await redis.kill();
          expect(await read(club)).toEqual({ available: 10, asOfSequence: 2 });
          await club.gives(1);
          expect(await read(club)).toEqual({ available: 11, asOfSequence: 3 });
          await redis.restart();
          await waitFor(
            async () => {
              await read(club);
              return store.read(club.tenantId, club.customerId);
            },
            { describe: 'a balance that is kept again', timeoutMs: 15_000 },
          );
        }
      } finally {
        await store.close();
        await house.stop();
      }
    });

    test('an older balance never takes the place of a newer one', async () => {
      await using redis = await startRedisServer(source);
      const store = createRedisBalanceStore(redis.url, () => undefined);
      const [tenantId, accountId] = [newId(), newId()];
      const at = (sequence: number) => ({
        sequence,
        balance: { ...emptyBalance, available: sequence, issued: -sequence },
        changesAt: null,
      });
      await waitFor(
        async () => {
          await store.write(tenantId, accountId, at(1));
          return store.read(tenantId, accountId);
        },
        { describe: 'a connection' },
      );

      await Promise.all([3, 9, 5, 8, 2, 7].map((sequence) => store.write(tenantId, accountId, at(sequence))));

      expect((await store.read(tenantId, accountId))?.sequence).toBe(9);
      expect(await store.read(newId(), accountId)).toBeNull();
      expect(() => balanceKey('', accountId)).toThrow(/tenant/);
      await store.close();
    });
  },
);

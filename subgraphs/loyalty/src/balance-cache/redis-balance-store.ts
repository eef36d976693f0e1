import { Redis } from 'ioredis';
import { ledgerAccounts, type Balance } from '../domain/ledger.ts';
import type { BalanceStore, KnownBalance } from './balance-cache.ts';

/** However a balance came to be wrong, it is not believed for longer than this. */
const keptMs = 60_000;

/** Longer than Redis ever needs for one key, and shorter than the ledger needs under load. */
const patienceMs = 250;

// One key, changed in one step: an older balance never takes the place of a newer one, whoever is late.
const keepNewest = `
local known = redis.call('HGET', KEYS[1], 'sequence')
if known and tonumber(known) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'sequence', ARGV[1], 'balance', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

/** The key of an account's balance. It begins with the tenant, and there is no other way to make one. */
export function balanceKey(tenantId: string, accountId: string): string {
  if (!tenantId || !accountId)
    throw new Error('A balance is kept for an account of a tenant; one of the two is missing.');
  return `t:${tenantId}:loyalty:balance:${accountId}`;
}

/** Keeps balances in Redis. While Redis is away, it knows none. */
export function createRedisBalanceStore(url: string, log: (message: string) => void): BalanceStore {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: patienceMs,
    retryStrategy: (attempt) => Math.min(100 * attempt, 5_000),
  });
  let isAway = false;
  // Said once until it is back: it tries again for as long as it is away.
  redis.on('error', (error: Error) => {
    if (!isAway) log(`Redis does not answer (${error.message}); balances are read from PostgreSQL meanwhile.`);
    isAway = true;
  });
  redis.on('ready', () => {
    isAway = false;
  });

  return {
    async read(tenantId, accountId) {
      const key = balanceKey(tenantId, accountId);
      try {
        const [sequence, text] = await redis.hmget(key, 'sequence', 'balance');
        return sequence && text ? readKnown(Number(sequence), text) : null;
      } catch {
        return null;
      }
    },
    async write(tenantId, accountId, { sequence, balance, changesAt }) {
      const key = balanceKey(tenantId, accountId);
      try {
        await redis.eval(keepNewest, 1, key, sequence, JSON.stringify({ balance, changesAt }), keptMs);
      } catch {
        // The next reader takes it from the ledger.
      }
    },
    async close() {
      redis.disconnect();
    },
  };
}

/** What another version of this program may have written is not trusted blindly. */
function readKnown(sequence: number, text: string): KnownBalance | null {
  const stored: unknown = JSON.parse(text);
  if (typeof stored !== 'object' || stored === null || !('balance' in stored) || !('changesAt' in stored)) return null;
  const { balance, changesAt } = stored;
  if (typeof balance !== 'object' || balance === null) return null;
  const isWhole = ledgerAccounts.every((account) => Number.isInteger(Reflect.get(balance, account)));
  if (!isWhole || (changesAt !== null && typeof changesAt !== 'number')) return null;
  // Each account of the ledger was looked at.
  return { sequence, balance: balance as Balance, changesAt };
}

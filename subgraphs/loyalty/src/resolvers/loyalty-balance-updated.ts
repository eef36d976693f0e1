import { codedError, customerOf, decodeId, isStaffOrApp, type RequestContext } from '@ordergraph/subgraph-server';
import { findRow, read } from '@ordergraph/tenancy';
import type { SubscriptionResolvers } from '../../generated/graphql.ts';
import { emptyBalance, type Balance } from '../domain/ledger.ts';
import { Account } from '../entities/account.entity.ts';
import { balanceOf } from '../ledger/hold-account.ts';
import { programOf, unopenedAccount } from './account.ts';
import { loadersOf } from './loaders.ts';
import { renderBalanceOf } from './read-balance.ts';

/** A point of an account's history: a line of its ledger, or the whole of it up to one. */
interface Point {
  readonly accountId: string;
  readonly sequence: number;
  readonly balance: Omit<Balance, 'adjusted'>;
  readonly transactionId: string | null;
}

/**
 * Whose points are watched: a customer's own, whether or not there are any yet, or those of the customer that staff name.
 * Another merchant's customer is as unknown as one that does not exist.
 */
async function watchedAccount(context: RequestContext, customerId: string | null | undefined): Promise<string> {
  const { account, program } = loadersOf(context);
  const own = customerOf(context);
  if (!own && !isStaffOrApp(context)) throw codedError('UNAUTHENTICATED', 'Sign in to watch your points.');
  const accountId = own ?? (customerId == null ? null : decodeId('Customer', customerId));
  if (!accountId) throw codedError('BAD_USER_INPUT', 'Expected the `customerId` of the account to watch.');
  if (!own && !(await account.load(accountId)))
    throw codedError('NOT_FOUND', 'There is no such customer, or loyalty has not heard of them yet.');
  if (!(await program.load('merchant'))) throw codedError('NOT_FOUND', 'This merchant has no programme of points.');
  return accountId;
}

async function snapshotOf({ em }: RequestContext, accountId: string) {
  const row = await findRow(em, Account, { id: accountId });
  const sequence = row?.sequence ?? 0;
  const balance = row ? balanceOf(row) : emptyBalance;
  return { version: sequence, item: { accountId, sequence, balance, transactionId: null } };
}

interface LineRow {
  readonly id: string;
  readonly sequence: number;
  readonly available: number;
  readonly pending: number;
  readonly held: number;
  readonly issued: number;
  readonly redeemed: number;
  readonly expired: number;
}

/** Lines of the ledger behind a sequence. All are kept, so no cursor is too old. */
async function linesSince({ em }: RequestContext, accountId: string, version: number, limit: number) {
  const rows = await read<LineRow>(
    em,
    `select id, sequence, available_after as available, pending_after as pending, held_after as held,
       issued_after as issued, redeemed_after as redeemed, expired_after as expired
     from "loyalty"."transaction" where account_id = $1 and sequence > $2 order by sequence limit $3`,
    [accountId, version, limit],
  );
  return rows.map(({ id, sequence, ...balance }) => ({
    version: sequence,
    item: { accountId, sequence, balance, transactionId: id },
  }));
}

export const loyaltyBalanceUpdated: SubscriptionResolvers['loyaltyBalanceUpdated'] = {
  subscribe: async (_root, { customerId, after }, context) => {
    const accountId = await watchedAccount(context, customerId);
    return context.live.everyChange<Point>({
      subject: ['loyaltyAccount', accountId],
      after,
      snapshot: (fresh) => snapshotOf(fresh, accountId),
      since: (fresh, version, limit) => linesSince(fresh, accountId, version, limit),
    });
  },
  resolve: async (
    { cursor, isSnapshot, item }: { cursor: string; isSnapshot: boolean; item: Point },
    _args: unknown,
    context: RequestContext,
  ) => {
    const { account, transaction } = loadersOf(context);
    const [row, line, program] = await Promise.all([
      account.load(item.accountId),
      item.transactionId ? transaction.load(item.transactionId) : null,
      programOf(context),
    ]);
    const loyaltyAccount = row ?? unopenedAccount(context, item.accountId);
    const balance = renderBalanceOf(item.balance, item.sequence, program);
    return { cursor, isSnapshot, loyaltyAccount, balance, transaction: line };
  },
};

import { raw, type FilterQuery } from '@mikro-orm/postgresql';
import { decodeIds, findPage } from '@ordergraph/subgraph-server';
import type { QueryResolvers } from '../../generated/graphql.ts';
import { emailKeyOf } from '../domain/customer-rules.ts';
import { searchRanges, type WordRange } from '../domain/search-words.ts';
import { Customer } from '../entities/customer.entity.ts';

/** Customers that each word of a search finds. */
function foundBy(ranges: readonly WordRange[]): FilterQuery<Customer> {
  const found = raw(
    (alias) => `${alias}."id" in (
      select token.customer_id
      from jsonb_to_recordset(?::jsonb) as word("from" text, "to" text)
      join "customers"."search_token" as token
        on token.token collate "C" >= word."from" and token.token collate "C" <= word."to"
      group by token.customer_id having count(distinct word."from") = ?)`,
    [JSON.stringify(ranges), ranges.length],
  );
  return { [found]: [] };
}

/** Newest first, so that whoever signs up meanwhile does not push anybody onto the next page. */
export const customers: QueryResolvers['customers'] = (_parent, args, context) => {
  const { where, search } = args;
  const conditions: FilterQuery<Customer>[] = [];
  if (where?.ids != null) conditions.push({ id: { $in: decodeIds('Customer', where.ids) } });
  if (where?.email != null) conditions.push({ emailKey: emailKeyOf(where.email) });
  if (where?.group != null) conditions.push({ groups: { $contains: [where.group] } });
  if (where?.createdAt?.gte != null) conditions.push({ createdAt: { $gte: new Date(where.createdAt.gte) } });
  if (where?.createdAt?.lt != null) conditions.push({ createdAt: { $lt: new Date(where.createdAt.lt) } });
  const ranges = searchRanges(search ?? '');
  if (ranges.length > 0) conditions.push(foundBy(ranges));
  return findPage(context, Customer, { $and: conditions }, args, { property: 'createdAt', isDescending: true });
};

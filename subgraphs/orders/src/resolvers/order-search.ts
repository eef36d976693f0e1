import type { RequestContext } from '@ordergraph/subgraph-server';
import type { SagaStatus } from '../../generated/graphql.ts';
import { OrderLine } from '../entities/order-line.entity.ts';
import { Order } from '../entities/order.entity.ts';
import { Saga } from '../entities/saga.entity.ts';
import { orderNumberOf } from './loaders.ts';

// What a person types is an exact number, email, SKU or reference far more often than a fragment of one, and equality
// can use an index under row-level security where a pattern cannot.
const maxMatches = 1_000;

/** The ids of orders that text, SKU or saga states narrow the list to; null when none of them is given. */
export async function findOrderIds(
  context: RequestContext,
  given: { search: string | null; sku: string | null; sagaStatus: readonly SagaStatus[] | null },
): Promise<string[] | null> {
  const sets: string[][] = [];
  const search = given.search?.trim();
  if (search) {
    const number = orderNumberOf(search);
    const direct = await context.em.find(
      Order,
      {
        $or: [...(number === null ? [] : [{ number }]), { externalReference: search }, { email: search.toLowerCase() }],
      },
      { fields: ['id'], limit: maxMatches },
    );
    const bySku = await context.em.find(OrderLine, { sku: search }, { fields: ['orderId'], limit: maxMatches });
    sets.push([...direct.map((row) => row.id), ...bySku.map((row) => row.orderId)]);
  }
  if (given.sku !== null) {
    const lines = await context.em.find(OrderLine, { sku: given.sku }, { fields: ['orderId'], limit: maxMatches });
    sets.push(lines.map((row) => row.orderId));
  }
  if (given.sagaStatus) {
    const sagas = await context.em.find(
      Saga,
      { status: { $in: [...given.sagaStatus] }, orderId: { $ne: null } },
      { fields: ['orderId'], orderBy: { startedAt: 'desc' }, limit: maxMatches },
    );
    sets.push(sagas.flatMap((row) => (row.orderId ? [row.orderId] : [])));
  }
  if (sets.length === 0) return null;
  return [...new Set(sets[0])].filter((id) => sets.every((set) => set.includes(id)));
}

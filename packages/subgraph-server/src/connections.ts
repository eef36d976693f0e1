import type { EntityName, FilterQuery } from '@mikro-orm/core';
import { codedError } from './errors.ts';
import type { RequestContext } from './request-context.ts';

/** The paging arguments of a connection field. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** A page of a list, shaped as every `XConnection` of the schema. */
export interface Connection<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Called only when the field is selected. Null above 10 000. */
  readonly totalCount: () => Promise<number | null>;
}

const maxPageSize = 100;
const maxCount = 10_000;

/** Which way and how far: refuses pages that say nothing, too much, or both ends at once. */
export function pageOf(page: PageArguments): { size: number; isBackward: boolean; cursor: string | null } {
  const { first, last, after, before } = page;
  if ((first == null) === (last == null)) {
    throw codedError('BAD_USER_INPUT', 'Expected exactly one of `first` and `last`, to say how long the page may be.');
  }
  const size = first ?? last ?? 0;
  if (size < 1 || size > maxPageSize) {
    throw codedError('LIMIT_EXCEEDED', `A page holds 1 to ${maxPageSize} entries, got ${size}. Page on with a cursor.`);
  }
  const isBackward = first == null;
  if (isBackward ? after : before) {
    throw codedError('BAD_USER_INPUT', '`after` goes with `first`, and `before` with `last`.');
  }
  return { size, isBackward, cursor: (isBackward ? before : after) ?? null };
}

/** How a list is sorted: one column, made unique by the id. The column has an index that leads with the tenant. */
export interface Sort<Entity> {
  readonly property: keyof Entity & string;
  readonly isDescending: boolean;
}

interface Identified {
  id: string;
}

/**
 * Reads one page by keyset: rows after the cursor's sort value and id, so that pages stay stable while rows are added
 * and cost the same however deep they lie.
 */
export async function findPage<Entity extends Identified>(
  context: RequestContext,
  entity: EntityName<Entity>,
  where: FilterQuery<Entity>,
  page: PageArguments,
  sort: Sort<Entity>,
): Promise<Connection<Entity>> {
  const { size, isBackward, cursor } = pageOf(page);
  const isAscending = sort.isDescending === isBackward;
  const comparison = isAscending ? '$gt' : '$lt';
  const conditions: unknown[] = [where];
  if (cursor) {
    const [property, value, id] = context.cursors.open(cursor);
    if (property !== sort.property) {
      throw codedError('BAD_USER_INPUT', 'The cursor is of a list that is sorted otherwise. Start again without it.');
    }
    // The first condition follows from the second; it is what lets the database start reading at the cursor.
    conditions.push(
      { [sort.property]: { [`${comparison}e`]: value } },
      { $or: [{ [sort.property]: { [comparison]: value } }, { [sort.property]: value, id: { [comparison]: id } }] },
    );
  }
  const direction = isAscending ? 'asc' : 'desc';
  const rows = await context.em.find(
    entity,
    // The property comes from the entity's own keys, which the filter's type cannot follow through a computed name.
    { $and: conditions } as FilterQuery<Entity>,
    // The same holds for the order.
    { orderBy: [{ [sort.property]: direction }, { id: direction }] as never, limit: size + 1 },
  );
  return connectionOf({
    // A found entity without relations is an Entity as it stands.
    rows: rows as Entity[],
    page,
    cursorOf: (row) => context.cursors.seal([sort.property, row[sort.property], row.id]),
    count: async () => {
      const counted = await context.em.find(entity, where, { fields: ['id'] as never, limit: maxCount + 1 });
      return counted.length;
    },
  });
}

/**
 * A page from the rows that were read for it: in the direction of the page, one more than fit, so that it is known whether
 * others follow. `count` need not count beyond one more than 10 000.
 */
export function connectionOf<Node>(read: {
  readonly rows: readonly Node[];
  readonly page: PageArguments;
  readonly cursorOf: (node: Node) => string;
  readonly count: () => Promise<number>;
}): Connection<Node> {
  const { size, isBackward, cursor } = pageOf(read.page);
  const hasMore = read.rows.length > size;
  const visible = read.rows.slice(0, size);
  if (isBackward) visible.reverse();
  const edges = visible.map((node) => ({ node, cursor: read.cursorOf(node) }));
  return {
    edges,
    nodes: visible,
    pageInfo: {
      hasNextPage: isBackward ? cursor !== null : hasMore,
      hasPreviousPage: isBackward ? hasMore : cursor !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: async () => {
      const counted = await read.count();
      return counted > maxCount ? null : counted;
    },
  };
}

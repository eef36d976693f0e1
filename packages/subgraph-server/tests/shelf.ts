import { join } from 'node:path';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { newId, query, tenantTable } from '@ordergraph/tenancy';
import type { Transaction } from '@ordergraph/events';
import {
  codedError,
  decodeId,
  deadLetterResolvers,
  defineSubgraph,
  done,
  encodeId,
  findPage,
  once,
  refuse,
  refuseWhileRunning,
  type Outcome,
  type PageArguments,
  type RequestContext,
} from '../src/index.ts';

const ShelfItemSchema = defineEntity({
  name: 'ShelfItem',
  ...tenantTable('catalog', 'shelf_item'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    handle: p.text(),
    title: p.text(),
    createdAt: p.datetime(3),
    version: p.integer().version(),
  },
  uniques: [{ properties: ['tenantId', 'handle'] }],
  indexes: [{ properties: ['tenantId', 'createdAt', 'id'] }],
});

/** Something that stands where a product would. */
export class ShelfItem extends ShelfItemSchema.class {}
ShelfItemSchema.setClass(ShelfItem);

interface CreateInput {
  readonly input: { readonly handle: string; readonly title: string; readonly idempotencyKey: string };
}

/** What tests put in the way of the command. */
export const hooks = {
  inCommand: async (_tx: Transaction): Promise<void> => undefined,
};

async function createItem(
  tx: Transaction,
  input: { handle: string; title: string },
): Promise<Outcome<{ id: string }, 'HANDLE_TAKEN'>> {
  await hooks.inCommand(tx);
  if (await tx.em.findOne(ShelfItem, { handle: input.handle })) return refuse('HANDLE_TAKEN', 'Taken.', ['handle']);
  const item = tx.em.create(ShelfItem, {
    ...input,
    id: newId(),
    tenantId: tx.tenantId,
    createdAt: tx.now,
  });
  await tx.em.flush();
  return done({ id: item.id });
}

const deadLetters = deadLetterResolvers('catalog', 'catalog');

const resolvers = {
  Query: {
    ...deadLetters.queries,
    product: async (_parent: unknown, { id, handle }: { id?: string; handle?: string }, context: RequestContext) => {
      // Handles for what goes wrong inside: none of it may be seen outside.
      if (handle === 'sql') {
        return context.transact((tx) => query(tx.em, 'select secret_column from "catalog"."shelf_item"'));
      }
      if (handle === 'bug') throw new TypeError('Cannot read properties of undefined (reading secret)');
      if (handle === 'coded') throw codedError('BAD_USER_INPUT', 'Expected another handle.');
      const productId = decodeId('Product', id ?? '');
      if (handle != null) return context.em.findOne(ShelfItem, { handle });
      return productId ? context.em.findOne(ShelfItem, { id: productId }) : null;
    },
    products: (
      _parent: unknown,
      args: PageArguments & { sortKey: string; reverse: boolean },
      context: RequestContext,
    ) =>
      findPage(context, ShelfItem, {}, args, {
        property: args.sortKey === 'TITLE' ? 'title' : 'createdAt',
        isDescending: args.reverse,
      }),
    categories: () => [],
  },
  Mutation: {
    ...deadLetters.mutations,
    productCreate: async (_parent: unknown, { input }: CreateInput, context: RequestContext) => {
      const { idempotencyKey: key, handle, title } = input;
      const actor = `${context.viewer.actor.type}:${context.viewer.actor.id}`;
      const call = { operation: 'productCreate', key, input: { handle, title }, actor };
      const { value, refusals } = await refuseWhileRunning(() =>
        context.transact((tx) => once(tx, 'catalog', call, () => createItem(tx, { handle, title }))),
      );
      return {
        product: value ? await context.em.findOne(ShelfItem, { id: value.id }) : null,
        userErrors: [...(refusals ?? [])],
      };
    },
  },
  Product: {
    id: (item: ShelfItem) => encodeId('Product', item.id),
    // Non-null in the schema: an item has no status to tell.
    status: () => null,
    __resolveReference: ({ id }: { id: string }, context: RequestContext) => {
      const productId = decodeId('Product', id);
      return productId ? context.em.findOne(ShelfItem, { id: productId }) : null;
    },
  },
};

/** The smallest subgraph that uses everything of the kernel. It answers some fields of catalog's SDL. */
export const shelf = defineSubgraph({
  name: 'catalog',
  entities: [ShelfItem],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers: {},
  scopes: { categories: 'read_catalog_tree' },
  openFields: ['category'],
  operatorFields: ['productVariant'],
});

export const create = `mutation ($input: ProductCreateInput!) {
  productCreate(input: $input) { product { id handle } userErrors { code field } }
}`;

export interface Created {
  readonly productCreate: {
    readonly product: { readonly id: string; readonly handle: string } | null;
    readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
  };
}

export const anItem = (over: object = {}) => ({
  input: { handle: 'mug', title: 'Mug', idempotencyKey: 'k-1', variants: [], ...over },
});

export const writer = { scopes: ['write_catalog', 'read_catalog'] };

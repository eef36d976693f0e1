import { decodeId, encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer, expectData, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adjustStock } from '../src/index.ts';
import { openShop, startStockHouse, type Shop } from './stock-house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startStockHouse();
});
afterAll(() => house.stop());

interface Update {
  cursor: string;
  isSnapshot: boolean;
  inventoryLevel: { id: string; onHand: number };
}

const document = `subscription ($variantIds: [ID!], $locationIds: [ID!], $after: String) {
  inventoryLevelUpdated(variantIds: $variantIds, locationIds: $locationIds, after: $after) {
    cursor isSnapshot inventoryLevel { id onHand }
  }
}`;

const staffOf = ({ tenantId }: Shop) => aViewer({ tenantId, scopes: ['read_inventory'] });

async function watch(caller: ReturnType<typeof aViewer>, variables: Record<string, unknown>) {
  const updates = await house.subscribe('inventory', caller, document, variables);
  return {
    async next(): Promise<Update> {
      const { value } = await updates.next();
      return expectData<{ inventoryLevelUpdated: Update }>(value).inventoryLevelUpdated;
    },
    leave: () => updates.return?.(),
  };
}

async function adjust(shop: Shop, variantId: string, delta: number): Promise<void> {
  const [level] = await shop.levels(variantId);
  const changes = [{ variantId, locationId: level?.locationId ?? '', delta }];
  await shop.command((tx) => adjustStock(tx, { changes, reason: 'Counted' }));
}

test('tells each level as it is, then the newest value of what moved', async () => {
  const shop = await openShop(house);
  const [mug, cup] = [await shop.aVariant(5), await shop.aVariant(7)];
  const variantIds = [mug, cup].map((id) => encodeId('ProductVariant', id));
  const updates = await watch(staffOf(shop), { variantIds });

  const first = [await updates.next(), await updates.next()];
  await adjust(shop, cup, 1);
  await adjust(shop, cup, 1);
  await adjust(shop, cup, 1);

  expect(first.map(({ isSnapshot, inventoryLevel }) => [isSnapshot, inventoryLevel.onHand]).toSorted()).toEqual([
    [true, 5],
    [true, 7],
  ]);
  // Of three changes that nobody took, one is left.
  expect(await updates.next()).toMatchObject({ isSnapshot: false, inventoryLevel: { onHand: 10 } });
  await updates.leave();
});

test('continues behind a cursor where there is one level', async () => {
  const shop = await openShop(house);
  const variantIds = [encodeId('ProductVariant', await shop.aVariant(5))];
  const updates = await watch(staffOf(shop), { variantIds });
  const { cursor } = await updates.next();
  await updates.leave();

  const resumed = await watch(staffOf(shop), { variantIds, after: cursor });
  const next = resumed.next();
  await adjust(
    shop,
    (await shop.read<{ variantId: string }>('select variant_id as "variantId" from "inventory"."level"'))[0]
      ?.variantId ?? '',
    2,
  );

  expect(await next).toMatchObject({ isSnapshot: false, inventoryLevel: { onHand: 7 } });
  await resumed.leave();
});

test('is refused without a filter, to shoppers, and tells another merchant nothing', async () => {
  const [shop, rival] = [await openShop(house), await openShop(house)];
  const variantId = await shop.aVariant(5);
  const variantIds = [encodeId('ProductVariant', variantId)];

  await expect(watch(staffOf(shop), {})).rejects.toThrow('BAD_USER_INPUT');
  await expect(watch(aViewer({ tenantId: shop.tenantId, scopes: [] }), { variantIds })).rejects.toThrow('FORBIDDEN');
  for (const type of ['CUSTOMER', 'ANONYMOUS'] as const) {
    await expect(watch(aViewer({ tenantId: shop.tenantId, type }), { variantIds })).rejects.toThrow('FORBIDDEN');
  }
  const own = await rival.aVariant(1);
  const updates = await watch(staffOf(rival), { variantIds: [encodeId('ProductVariant', own)] });
  expect(await updates.next()).toMatchObject({ inventoryLevel: { onHand: 1 } });
  const next = updates.next();
  await adjust(shop, variantId, 1);
  await adjust(rival, own, 1);
  expect(await next).toMatchObject({ inventoryLevel: { onHand: 2 } });
  await updates.leave();
});

test('is refused where it would wait for what can never come', async () => {
  const [shop, rival] = [await openShop(house), await openShop(house)];
  const variant = encodeId('ProductVariant', await shop.aVariant(5));
  const [level] = await shop.levels(decodeId('ProductVariant', variant) ?? '');
  const location = encodeId('Location', level?.locationId ?? '');
  const refusalOf = async (caller: Shop, variables: Record<string, unknown>): Promise<string> => {
    try {
      await (await watch(staffOf(caller), variables)).leave();
      return 'a stream';
    } catch (error) {
      return String(error);
    }
  };

  for (const malformed of [[], ['xx'], [variant, 'xx'], [location], ['']]) {
    expect(await refusalOf(shop, { variantIds: malformed })).toContain('BAD_USER_INPUT');
  }
  for (const malformed of [[], ['xx'], [location, variant]]) {
    expect(await refusalOf(shop, { locationIds: malformed })).toContain('BAD_USER_INPUT');
    expect(await refusalOf(shop, { variantIds: [variant], locationIds: malformed })).toContain('BAD_USER_INPUT');
  }

  // What another merchant has is refused in the words for what nobody has.
  const unknown = await refusalOf(rival, { variantIds: [encodeId('ProductVariant', newId())] });
  expect(unknown).toContain('NOT_FOUND');
  const own = encodeId('ProductVariant', await rival.aVariant(1));
  for (const variables of [
    { variantIds: [variant] },
    { variantIds: [own, variant] },
    { variantIds: [own, encodeId('ProductVariant', newId())] },
    { locationIds: [location] },
    { locationIds: [encodeId('Location', newId())] },
    { variantIds: [own], locationIds: [location] },
  ]) {
    expect(await refusalOf(rival, variables)).toBe(unknown);
  }

  const neverStocked = encodeId('ProductVariant', await shop.aVariant());
  expect(await refusalOf(shop, { variantIds: [neverStocked] })).toContain('NOT_FOUND');
  expect(await refusalOf(shop, { variantIds: [neverStocked, variant], locationIds: [location] })).toBe('a stream');
});

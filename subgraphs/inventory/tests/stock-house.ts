import type { Transaction } from '@ordergraph/events';
import type { EventPayloads } from '@ordergraph/schema';
import { newId, query } from '@ordergraph/tenancy';
import { startTestHouse, waitFor, type TestHouse } from '@ordergraph/testing';
import { definition, findDefaultLocation, receiveStock } from '../src/index.ts';

type Names = keyof EventPayloads & string;

/** One merchant of a house, its stock, and orders as inventory hears it. */
export interface Shop {
  readonly house: TestHouse;
  readonly tenantId: string;
  read<Row>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>;
  command<Result>(run: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Delivers a message of another subgraph and answers its command key. */
  send<Name extends Names>(name: Name, payload: EventPayloads[Name], options?: SendOptions): Promise<string>;
  /** What was published in answer to a command, oldest first. */
  answers(commandKey: string): Promise<Answer[]>;
  /** The names of a command's answers. */
  typeOf(commandKey: string): Promise<string>;
  /** Asks for a hold that lasts so many seconds. */
  reserve(cartId: string, lines: readonly OrderedUnits[], seconds?: number): Promise<string>;
  /** Asks that an order takes over what its cart holds. */
  confirm(cartId: string, orderId: string, lines: readonly OrderedUnits[], seconds?: number): Promise<string>;
  /** Of all reservations, in the order in which they were made. */
  statuses(): Promise<string[]>;
  published(type: string): Promise<Record<string, unknown>[]>;
  aVariant(units?: number): Promise<string>;
  levels(variantId: string): Promise<LevelRow[]>;
  /** Ledger columns that differ from their level; empty when the books agree. */
  drift(): Promise<unknown[]>;
}

export interface OrderedUnits {
  readonly variantId: string;
  readonly quantity: number;
}

interface SendOptions {
  readonly publisher?: string;
  readonly commandKey?: string;
}

export interface Answer {
  readonly type: string;
  readonly payload: Record<string, unknown>;
}

export interface LevelRow {
  readonly id: string;
  readonly locationId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly version: number;
}

const aggregateFields = ['cartId', 'productId', 'merchantId'];

export const startStockHouse = (): Promise<TestHouse> => startTestHouse({ subgraphs: [definition] });

/** A merchant that inventory has not heard of yet. */
export function shopOf(house: TestHouse): Shop {
  const tenantId = newId();
  const sequences = new Map<string, number>();
  const command: Shop['command'] = (run) => house.command('inventory', tenantId, run);

  const shop: Shop = {
    house,
    tenantId,
    command,
    read: (statement, parameters = []) => command((tx) => query(tx.em, statement, parameters)),
    async send(name, payload, { publisher = 'orders', commandKey = newId() } = {}) {
      const fields = payload as unknown as Record<string, unknown>;
      const aggregateId = String(fields[aggregateFields.find((field) => field in fields) ?? '']);
      const sequence = (sequences.get(`${publisher} ${aggregateId}`) ?? 0) + 1;
      sequences.set(`${publisher} ${aggregateId}`, sequence);
      await house.bus.publish({
        id: newId(),
        type: name,
        version: 1,
        publisher,
        tenantId,
        aggregateId,
        sequence,
        occurredAt: new Date().toISOString(),
        correlationId: newId(),
        causationId: null,
        commandKey,
        actor: { type: 'SYSTEM', id: null },
        traceparent: null,
        classification: 'INTERNAL',
        payload,
      });
      return commandKey;
    },
    answers: (commandKey) =>
      shop.read<Answer>(
        `select type, payload from "inventory"."outbox" where command_key = $1
         and type in ('StockReserved', 'StockReservationFailed', 'StockAllocated', 'StockReleased', 'StockRestocked') order by id`,
        [commandKey],
      ),
    typeOf: async (commandKey) => (await shop.answers(commandKey)).map(({ type }) => type).join(),
    reserve: (cartId, lines, seconds = 600) =>
      shop.send('ReserveStock', { cartId, lines: [...lines], expiresAt: inSeconds(seconds) }),
    confirm: (cartId, orderId, lines, seconds = 600) =>
      shop.send('ConfirmReservation', { cartId, orderId, lines: [...lines], expiresAt: inSeconds(seconds) }),
    async statuses() {
      const rows = await shop.read<{ status: string }>('select status from "inventory"."reservation" order by id');
      return rows.map(({ status }) => status);
    },
    async published(type) {
      const rows = await shop.read<{ payload: Record<string, unknown> }>(
        `select payload from "inventory"."outbox" where type = $1 order by id`,
        [type],
      );
      return rows.map((row) => row.payload);
    },
    async aVariant(units = 0) {
      const variantId = newId();
      const sku = `SKU-${variantId.slice(-8)}`;
      const variant = { variantId, sku, title: 'Mug', basePrices: [], requiresShipping: true, taxCode: 'standard' };
      await shop.send('ProductVariantsUpserted', { productId: newId(), variants: [variant] }, { publisher: 'catalog' });
      if (units > 0) await command((tx) => receiveStock(tx, [{ variantId, quantity: units }]));
      return variantId;
    },
    levels: (variantId) =>
      shop.read<LevelRow>(
        `select id, location_id as "locationId", on_hand as "onHand", reserved, allocated, version
         from "inventory"."level" where variant_id = $1 order by id`,
        [variantId],
      ),
    drift: () =>
      shop.read(
        `select l.id, l.on_hand, l.reserved, l.allocated, m.* from "inventory"."level" l
         left join (select level_id, sum(delta_on_hand) as h, sum(delta_reserved) as r, sum(delta_allocated) as a, count(*) as n
           from "inventory"."movement" group by level_id) m on m.level_id = l.id
         where (l.on_hand, l.reserved, l.allocated, l.version) is distinct from
           (coalesce(m.h, 0), coalesce(m.r, 0), coalesce(m.a, 0), coalesce(m.n, 0))`,
      ),
  };
  return shop;
}

/** A merchant with a default location. */
export async function openShop(house: TestHouse): Promise<Shop> {
  const shop = shopOf(house);
  const { tenantId, command } = shop;
  await shop.send(
    'MerchantCreated',
    {
      merchantId: tenantId,
      handle: 'shop',
      name: 'Shop',
      defaultCurrencyCode: 'EUR',
      currencyCodes: ['EUR'],
      countryCode: 'DE',
      timeZone: 'Europe/Berlin',
      languageCode: 'de',
      taxesIncluded: true,
      capturePolicy: 'ON_PLACEMENT',
      taxRates: [],
      returnWindowDays: 30,
      checkoutHoldSeconds: 600,
    },
    { publisher: 'accounts' },
  );
  await waitFor(() => command(findDefaultLocation), { describe: 'the default location' });
  return shop;
}

/** A deadline some seconds from now, or ago. */
export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();

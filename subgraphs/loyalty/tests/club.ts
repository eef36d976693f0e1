import type { EventEnvelope, Transaction } from '@ordergraph/events';
import type { EventPayloads, PointsBalance } from '@ordergraph/schema';
import { encodeId, systemCause } from '@ordergraph/subgraph-server';
import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { newId, query } from '@ordergraph/tenancy';
import { handlers } from '../src/event-handlers/index.ts';
import { definition, updateProgram } from '../src/index.ts';
import type { ProgramChanges } from '../src/commands/update-program.ts';

export const startClubHouse = (settings: Record<string, string> = {}): Promise<TestHouse> =>
  startTestHouse({ subgraphs: [definition], settings });

export const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });

/** An order as a test names it. */
export interface Order {
  readonly orderId: string;
  readonly cartId: string;
  readonly lineIds: readonly string[];
  readonly total: string;
}

export interface Published {
  readonly type: string;
  readonly payload: Record<string, unknown>;
}

export interface Line {
  readonly sequence: number;
  readonly kind: string;
  readonly points: number;
  readonly available: number;
}

/** A merchant with a programme, and one customer. Other subgraphs are played by the test. */
export class Club {
  readonly tenantId = newId();
  readonly customerId = newId();
  readonly staffId = newId();
  readonly house: TestHouse;

  constructor(house: TestHouse) {
    this.house = house;
  }

  /** What accounts says of the merchant. */
  #merchant(currencyCodes: string[]) {
    return {
      merchantId: this.tenantId,
      name: 'Club',
      defaultCurrencyCode: 'EUR',
      currencyCodes,
      countryCode: 'DE',
      timeZone: 'Europe/Berlin',
      languageCode: 'en',
      taxesIncluded: true,
      capturePolicy: 'ON_PLACEMENT' as const,
      taxRates: [],
      returnWindowDays: 30,
      checkoutHoldSeconds: 600,
    };
  }

  async opens(changes: ProgramChanges = {}): Promise<this> {
    await this.hears('MerchantCreated', { ...this.#merchant(['EUR']), handle: 'club' });
    await this.command((tx) => updateProgram(tx, changes, null));
    return this;
  }

  /** The merchant sells in these from now on. */
  async changesTo(currencyCodes: string[]): Promise<void> {
    await this.hears('MerchantUpdated', { ...this.#merchant(currencyCodes), changedPaths: ['currencyCodes'] });
  }

  command<Result>(run: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.house.command('loyalty', this.tenantId, run);
  }

  read<Row>(statement: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.command((tx) => query<Row>(tx.em, statement, parameters));
  }

  /** Hands a message to its handler, as the consumer would. Answers the command's key. */
  async hears<Name extends keyof EventPayloads & string>(
    name: Name,
    payload: EventPayloads[Name],
    commandKey: string = newId(),
  ): Promise<string> {
    const handler = handlers[name];
    if (!handler) throw new Error(`Loyalty has no handler for ${name}.`);
    const id = newId();
    const cause = { ...systemCause(this.tenantId), causationId: id, commandKey };
    // Of the envelope, handlers read the id and the time.
    const envelope = { id, type: name, occurredAt: new Date().toISOString() } as EventEnvelope;
    await this.house.subgraph('loyalty').runtime.transact(cause, (tx) => handler(tx, payload, envelope));
    return commandKey;
  }

  /** What was published in answer to a command, oldest first. */
  answers(commandKey: string): Promise<Published[]> {
    return this.read('select type, payload from "loyalty"."outbox" where command_key = $1 order by id', [commandKey]);
  }

  async published(type: string): Promise<Record<string, unknown>[]> {
    const rows = await this.read<Published>(
      'select type, payload from "loyalty"."outbox" where type = $1 order by id',
      [type],
    );
    return rows.map(({ payload }) => payload);
  }

  /** An order over two lines of equal worth, of two units each. */
  async orders(total = '20.00', customerId: string | null = this.customerId): Promise<Order> {
    const order = { orderId: newId(), cartId: newId(), lineIds: [newId(), newId()], total };
    await this.hearsOfOrder(order, customerId);
    return order;
  }

  async hearsOfOrder({ orderId, cartId, lineIds, total }: Order, customerId: string | null = this.customerId) {
    const half = euros((Number(total) / 2).toFixed(2));
    const productIds = lineIds.map(() => newId());
    await this.hears('OrderCreated', {
      orderId,
      number: '1001',
      cartId,
      sagaId: newId(),
      customerId,
      email: { subject: newId(), keyId: newId(), ciphertext: 'x' },
      shippingAddress: null,
      lines: lineIds.map((orderLineId, index) => ({
        orderLineId,
        kind: 'PRODUCT' as const,
        productId: productIds[index] ?? null,
        variantId: newId(),
        sku: `SKU-${index}`,
        title: 'Thing',
        quantity: 2,
        unitPrice: half,
        tax: euros('0.00'),
        total: half,
      })),
      totals: {
        subtotal: euros(total),
        shippingTotal: euros('0.00'),
        taxTotal: euros('0.00'),
        loyaltyTotal: euros('0.00'),
        grandTotal: euros(total),
        taxesIncluded: true,
      },
      paymentId: newId(),
      redemptionId: null,
    });
    return productIds;
  }

  pays(order: Pick<Order, 'orderId' | 'total'>, transactionId: string = newId(), capturedTotal = order.total) {
    return this.hears('PaymentSuccess', {
      paymentId: newId(),
      orderId: order.orderId,
      customerId: this.customerId,
      transactionId,
      amount: euros(capturedTotal),
      capturedTotal: euros(capturedTotal),
      isFinal: true,
      gateway: 'sandbox',
    });
  }

  holds(cartId: string, points: number, { seconds = 600, subtotal = '100.00', key = newId() } = {}) {
    return this.hears(
      'HoldPoints',
      {
        cartId,
        customerId: this.customerId,
        points,
        subtotal: euros(subtotal),
        expiresAt: new Date(Date.now() + seconds * 1_000).toISOString(),
      },
      key,
    );
  }

  /** Holds points and answers the redemption's id. */
  async redemption(cartId: string, points: number): Promise<string> {
    const [answer] = await this.answers(await this.holds(cartId, points));
    return String(answer?.payload['redemptionId']);
  }

  /** Takes points back as a refund does: prepared and committed. Answers what was prepared. */
  async refunds(order: Order, amount: string, points: { reversed: number; restored?: number; units?: number[] }) {
    const refundId = newId();
    const prepared = await this.prepares(order, refundId, amount, points);
    const [answer] = await this.answers(prepared);
    if (answer?.type === 'PointsReversalPrepared') {
      await this.hears('CommitPointsReversal', { orderId: order.orderId, refundId });
    }
    return answer;
  }

  prepares(
    { orderId, lineIds }: Order,
    refundId: string,
    amount: string,
    { reversed, restored = 0, units = [0, 0] }: { reversed: number; restored?: number; units?: number[] },
  ): Promise<string> {
    return this.hears('PreparePointsReversal', {
      orderId,
      refundId,
      amount: euros(amount),
      lines: lineIds.flatMap((orderLineId, index) => {
        const quantity = units[index] ?? 0;
        if (quantity === 0) return [];
        const line = { orderLineId, variantId: newId(), quantity, amount: euros('0.00'), locationId: null };
        return [{ ...line, disposition: 'KEEP' as const }];
      }),
      pointsReversed: reversed,
      pointsRestored: restored,
    });
  }

  async gives(points: number, reason = 'A present.'): Promise<void> {
    const { adjustPoints } = await import('../src/index.ts');
    await this.hears('CustomerCreated', {
      customerId: this.customerId,
      email: { subject: newId(), keyId: newId(), ciphertext: 'x' },
      name: null,
      languageCode: null,
      groups: [],
      acceptsMarketing: false,
    });
    await this.command((tx) => adjustPoints(tx, { customerId: this.customerId, points, reason, expiresAt: undefined }));
  }

  async balance(): Promise<Omit<PointsBalance, 'asOfSequence'>> {
    const [row] = await this.read<Omit<PointsBalance, 'asOfSequence'>>(
      'select available, pending, held from "loyalty"."account" where id = $1',
      [this.customerId],
    );
    return row ?? { available: 0, pending: 0, held: 0 };
  }

  ledger(): Promise<Line[]> {
    return this.read(
      `select sequence, kind, points, available_after as available from "loyalty"."transaction"
       where account_id = $1 order by sequence`,
      [this.customerId],
    );
  }

  /** What does not agree in the books of the merchant; empty when all does. */
  async drift(): Promise<unknown[]> {
    return this.read(
      `select a.id, 'balance' as what from "loyalty"."account" a
         left join lateral (
           select coalesce(sum(p.points) filter (where p.account = 'available'), 0) as available,
             coalesce(sum(p.points) filter (where p.account = 'pending'), 0) as pending,
             coalesce(sum(p.points) filter (where p.account = 'held'), 0) as held,
             count(distinct t.id) as lines
           from "loyalty"."transaction" t join "loyalty"."posting" p on p.transaction_id = t.id
           where t.account_id = a.id) l on true
         where a.available <> l.available or a.pending <> l.pending or a.held <> l.held or a.sequence <> l.lines
       union all
       select a.id, 'lots' from "loyalty"."account" a
         left join lateral (
           select coalesce(sum(remaining) filter (where not is_pending), 0) as usable,
             coalesce(sum(remaining) filter (where is_pending), 0) as pending
           from "loyalty"."lot" where account_id = a.id) l on true
         where greatest(a.available, 0) <> l.usable or a.pending <> l.pending
       union all
       select a.id, 'holds' from "loyalty"."account" a
         where a.held <> coalesce((select sum(points) from "loyalty"."redemption"
             where account_id = a.id and status = 'HELD'), 0)
           + coalesce((select sum(points_reversed) from "loyalty"."reversal"
             where account_id = a.id and status = 'PREPARED'), 0)`,
    );
  }

  viewer(
    type: 'STAFF' | 'CUSTOMER' | 'ANONYMOUS' = 'STAFF',
    scopes = ['read_loyalty', 'write_loyalty', 'write_points'],
  ) {
    return aViewer({ tenantId: this.tenantId, type, scopes, id: type === 'CUSTOMER' ? this.customerId : this.staffId });
  }

  async ask<Data>(operation: string, variables: Record<string, unknown> = {}, viewer = this.viewer()): Promise<Data> {
    return expectData<Data>(await this.house.execute('loyalty', viewer, operation, variables));
  }

  get customer(): string {
    return encodeId('Customer', this.customerId);
  }
}

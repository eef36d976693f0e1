import { newId, query } from '@ordergraph/tenancy';
import { waitFor } from '@ordergraph/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postponeWebhook, processWebhook } from '../src/commands/process-webhook.ts';
import { forgetWebhooks } from '../src/commands/receive-webhook.ts';
import { aBookedParcel, openDepot, type Depot } from './depot.ts';
import { senderTo } from './webhook-sender.ts';

let depot: Depot;
beforeAll(async () => {
  depot = await openDepot();
  await depot.house.subgraph('logistics').rest();
});
afterAll(() => depot[Symbol.asyncDispose]());

const tenantId = newId();
const command = <Result>(run: Parameters<typeof depot.house.command<Result>>[2]) =>
  depot.house.command('logistics', tenantId, run);

/** A webhook that came so many hours ago and failed so often since. */
async function aFailing(hours: number, attempts = 1): Promise<string> {
  const id = newId();
  await command((tx) =>
    query(
      tx.em,
      `insert into "logistics"."carrier_webhook" (id, tenant_id, carrier_code, webhook_id, body, received_at, attempts, due_at)
       values ($1, $2, 'simulator', $3, '{}', now() - make_interval(hours => $4), $5, now())`,
      [id, tenantId, `msg_${id}`, hours, attempts],
    ),
  );
  return id;
}

interface Row {
  readonly body: string | null;
  readonly problem: string | null;
  readonly wait: number | null;
  readonly isGivenUp: boolean;
}
const rowOf = async (id: string): Promise<Row | undefined> => {
  const [row] = await command((tx) =>
    query<Row>(
      tx.em,
      `select body, problem, extract(epoch from due_at - now())::int as wait, given_up_at is not null as "isGivenUp"
       from "logistics"."carrier_webhook" where id = $1`,
      [id],
    ),
  );
  return row;
};

test('a webhook that fails is tried for three days, every five minutes at the latest', async () => {
  const [fresh, old] = [await aFailing(0), await aFailing(71, 800)];

  expect(await command((tx) => postponeWebhook(tx, fresh, 'broken'))).toBe('TRIED_AGAIN');
  expect(await command((tx) => postponeWebhook(tx, old, 'broken'))).toBe('TRIED_IN_PARTS');

  expect((await rowOf(fresh))?.wait).toBeLessThanOrEqual(10);
  const { wait } = (await rowOf(old)) ?? {};
  expect(wait).toBeGreaterThan(290);
  expect(wait).toBeLessThanOrEqual(300);
});

test('one that was given up stays with its body, and one that was worked through is forgotten after a day', async () => {
  const [lost, done] = [await aFailing(73, 900), await aFailing(73)];
  await command((tx) =>
    query(tx.em, 'update "logistics"."carrier_webhook" set body = null, due_at = null where id = $1', [done]),
  );

  expect(await command((tx) => postponeWebhook(tx, lost, 'broken'))).toBe('GIVEN_UP');
  await command((tx) => forgetWebhooks(tx));

  expect(await rowOf(lost)).toEqual({ body: '{}', problem: 'broken', wait: null, isGivenUp: true });
  expect(await rowOf(done)).toBeUndefined();
});

test('giving up is said loudly, and what was given up has its effect once the cause is mended', async () => {
  await using noisy = await openDepot();
  const { order, parcel } = await aBookedParcel(noisy);
  const superuser = new Client({ connectionString: noisy.house.database.superuserUrl });
  await superuser.connect();
  try {
    await superuser.query('revoke insert on logistics.tracking_event from app_logistics');
    const at = new Date(Date.now() - 60_000).toISOString();
    const report = { type: 'status', id: 'report', reference: parcel.id, status: 'picked_up', at };
    await senderTo(noisy).post(order.tenantId, [report]);
    // Behind its first failure, as if that were days ago.
    await waitFor(async () => {
      const { rowCount } = await superuser.query(
        `update logistics.carrier_webhook set received_at = now() - interval '4 days', due_at = now() where problem is not null`,
      );
      return rowCount === 1;
    });
    await waitFor(() => noisy.house.logged.some((line) => line.includes('of a carrier is GIVEN UP')));
    expect((await parcel.row()).status).toBe('LABEL_CREATED');

    await superuser.query('grant insert on logistics.tracking_event to app_logistics');
    await superuser.query(
      `update logistics.carrier_webhook set due_at = now(), given_up_at = null where given_up_at is not null`,
    );
    await waitFor(async () => (await parcel.row()).status === 'PICKED_UP');
  } finally {
    await superuser.end();
  }
});

test('a message that nothing can be done with takes no other of its webhook with it', async () => {
  await using noisy = await openDepot();
  const { order, parcel } = await aBookedParcel(noisy);
  const superuser = new Client({ connectionString: noisy.house.database.superuserUrl });
  await superuser.connect();
  try {
    await superuser.query(
      `alter table logistics.tracking_event add constraint poison check (description <> 'poison') not valid`,
    );
    const reports = ['picked_up', 'in_transit', 'out_for_delivery'].map((status, minute) => ({
      type: 'status',
      id: status,
      reference: parcel.id,
      status,
      description: status === 'in_transit' ? 'poison' : status,
      at: new Date(Date.now() - (9 - minute) * 60_000).toISOString(),
    }));
    await senderTo(noisy).post(order.tenantId, reports);
    const fails = (attempts: number) =>
      waitFor(async () => {
        const { rowCount } = await superuser.query(
          'update logistics.carrier_webhook set due_at = now() where attempts = $1 and due_at is not null',
          [attempts],
        );
        return rowCount === 1;
      });
    await fails(1);
    expect((await parcel.row()).status).toBe('LABEL_CREATED');
    await fails(2);
    await waitFor(async () => (await parcel.row()).status === 'OUT_FOR_DELIVERY');
    const read = async (): Promise<unknown> => {
      const { rows } = await superuser.query(
        `select problem, due_at is not null as "isDue", body is not null as "isKept" from logistics.carrier_webhook
         order by attempts desc limit 1`,
      );
      return rows[0];
    };
    await waitFor(async () =>
      /^Message 2 of 3: .*poison/.test(((await read()) as { problem: string | null }).problem ?? ''),
    );
    expect(await read()).toMatchObject({ isDue: true, isKept: true });

    // Once the cause is mended it has its effect, and nothing has it twice.
    await superuser.query('alter table logistics.tracking_event drop constraint poison');
    await fails(3);
    await waitFor(async () => ((await read()) as { isDue: boolean }).isDue === false);
    expect(await read()).toEqual({ problem: null, isDue: false, isKept: false });
    const { rows: events } = await superuser.query(
      'select carrier_reference as id from logistics.tracking_event where carrier_reference = any($2) and shipment_id = $1 order by sequence',
      [parcel.id, reports.map(({ id }) => id)],
    );
    expect(events).toEqual(['picked_up', 'out_for_delivery', 'in_transit'].map((id) => ({ id })));
  } finally {
    await superuser.end();
  }
});

test('what another process has in hands is not taken for done', async () => {
  await using noisy = await openDepot();
  const { order, parcel } = await aBookedParcel(noisy);
  await noisy.house.subgraph('logistics').rest();
  await senderTo(noisy).post(order.tenantId, [
    { type: 'status', id: 'report', reference: parcel.id, status: 'picked_up', at: new Date().toISOString() },
  ]);
  const superuser = new Client({ connectionString: noisy.house.database.superuserUrl });
  await superuser.connect();
  try {
    await superuser.query('begin');
    const { rows } = await superuser.query<{ id: string }>(
      'select id from logistics.carrier_webhook where due_at is not null for update',
    );
    const work = { id: rows[0]?.id ?? '', carrierOf: () => null, only: 0 };

    expect(await noisy.house.command('logistics', order.tenantId, (tx) => processWebhook(tx, work))).toBeNull();
  } finally {
    await superuser.query('rollback');
    await superuser.end();
  }
});

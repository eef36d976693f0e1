// npm run bench: checkouts by plain HTTP against what `npm start` starts, next to a floor measured in the same run.
// npm run bench -- loyalty: the rules of points alone.
import { cpus } from 'node:os';
import { checkout, type Shop } from './checkout.ts';
import { measure, type Figures } from './figures.ts';
import { insertedRows, makeFloor } from './floor.ts';
import { measureLoyalty } from './loyalty.ts';
import { makeStateDirectory, removeStateDirectory, startInstallation, type Installation } from './installation.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`;
const show = ({ perSecond, p50, p99 }: Figures): string =>
  `${perSecond.toFixed(1).padStart(8)}/s   p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms`;

const variants = `{ products(first: 20) { nodes { variants(first: 1) { nodes { id basePrices { currencyCode } } } } } }`;
const orderPage = `query BenchOrderPage($id: ID!) { order(id: $id) {
  id number version status paymentStatus fulfillmentStatus returnStatus email placedAt updatedAt availableActions
  customer { id email firstName lastName } shippingAddress { name line1 city postalCode countryCode }
  lines { id sku title quantity refundableQuantity unitPrice { amount currencyCode } total { amount } variant { id title product { title } } }
  totals { subtotal { amount } shippingTotal { amount } taxTotal { amount } grandTotal { amount currencyCode } }
  timeline(first: 20) { nodes { sequence type message occurredAt } }
  sagas { id kind status steps { name status attempts startedAt finishedAt } }
  payments { id status amount { amount } capturedAmount { amount } transactions { kind status amount { amount } } }
  stockReservations { id status quantity } notifications { id topic status subject } } }`;

async function openShop(installation: Installation): Promise<Shop> {
  const token = installation.token('ANONYMOUS');
  const { data, errors } = await installation.ask(token, variants, {});
  if (!data) throw new Error(`The demo shop cannot be read: ${JSON.stringify(errors)}`);
  // Shaped by the document above.
  const { nodes } = data['products'] as {
    nodes: { variants: { nodes: { id: string; basePrices: { currencyCode: string }[] }[] } }[];
  };
  const found = nodes.flatMap((node) => node.variants.nodes);
  const currencyCode = found[0]?.basePrices[0]?.currencyCode ?? 'EUR';
  return {
    token,
    currencyCode,
    countryCode: 'DE',
    shippingOptionHandle: 'parcel',
    variantIds: found.map(({ id }) => id),
  };
}

/** The bench buys more than a demo shop has: fills its shelves first. */
async function fillShelves(installation: Installation, shop: Shop): Promise<void> {
  const staff = installation.token('STAFF owner');
  const { data } = await installation.ask(staff, '{ locations { id } }', {});
  // Shaped by the document above.
  const [location] = (data?.['locations'] ?? []) as unknown as { id: string }[];
  const changes = shop.variantIds.map((variantId) => ({ variantId, locationId: location?.id, delta: 100_000 }));
  const { errors } = await installation.ask(
    staff,
    'mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { userErrors { code message } } }',
    { input: { changes, reason: 'Bench', idempotencyKey: 'bench' } },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  await installation.quiet();
}

async function benchCheckouts(scale: number): Promise<void> {
  const stateDirectory = makeStateDirectory();
  try {
    const cold = await startInstallation(stateDirectory, 1);
    const coldMs = cold.startMs;
    await cold.stop();
    const installation = await startInstallation(stateDirectory, 32);
    say(
      `${cpus().length} cores, Node ${process.version}, PostgreSQL 18 with fsync on, one process for gateway and subgraphs`,
    );
    say(
      `start: ${Math.round(coldMs)} ms with an empty database, ${Math.round(installation.startMs)} ms the second time`,
    );
    say(`memory at rest: ${megabytes(installation.memory())}`);
    try {
      const shop = await openShop(installation);
      await fillShelves(installation, shop);
      let n = 0;
      let lastOrder = '';
      const buy = async (): Promise<void> => {
        lastOrder = await checkout(installation, shop, (n += 1));
      };
      // The compiler of V8 has seen the whole path only after some hundred checkouts.
      await measure(8, 500 * scale, buy, installation.quiet);

      say('\ncompleted checkouts, cartCreate to CONFIRMED, all events consumed');
      const before = await insertedRows(installation.databaseUrl);
      const rounds: [number, Figures][] = [];
      const counts = [
        [1, 200],
        [8, 400],
        [32, 400],
      ] as const;
      for (const [clients, count] of counts) {
        const figures = await measure(clients, count * scale, buy, installation.quiet);
        rounds.push([clients, figures]);
        say(`${String(clients).padStart(4)} clients ${show(figures)}`);
      }
      const after = await insertedRows(installation.databaseUrl);
      const memory = installation.memory();

      const floor = await makeFloor(installation.databaseUrl, before, after, 900 * scale);
      say(`\nfloor: the same ${floor.rows} rows, written by plain SQL in one transaction`);
      for (const [clients, figures] of rounds) {
        const least = await measure(clients, 400 * scale, floor.write);
        say(
          `${String(clients).padStart(4)} clients ${show(least)}   a checkout takes ${(least.perSecond / figures.perSecond).toFixed(1)} times the floor`,
        );
      }
      await floor.close();

      const staff = installation.token('STAFF owner');
      const page = await measure(1, 200 * scale, async () => {
        const { errors } = await installation.ask(staff, orderPage, { id: lastOrder });
        if (errors) throw new Error(JSON.stringify(errors));
      });
      say(`\norder page of the staff: ${show(page)}`);
      say(`memory after ${n} checkouts: ${megabytes(memory)}`);
    } finally {
      await installation.stop();
    }
  } finally {
    removeStateDirectory(stateDirectory);
  }
}

const usage = `npm run bench [-- <share of the load, such as 0.1>]   checkouts
npm run bench -- live [--slow] [--sockets <n>] [--subscriptions <n for each>] [--topics <n>] [--seconds <n>]
npm run bench -- loyalty`;

const [what = '1', ...rest] = process.argv.slice(2);
if (what === 'live') {
  const { benchLive } = await import('./live/live.ts');
  await benchLive(rest, say);
} else if (what === 'loyalty') measureLoyalty(say);
else if (Number(what) > 0) await benchCheckouts(Number(what));
else {
  say(usage);
  process.exitCode = what === '--help' ? 0 : 1;
}

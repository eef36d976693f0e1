import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { scenarioKinds, type ScenarioKind } from './booking.ts';
import { gridCity, readRoads } from './roads.ts';
import { recordedRoute, type Route } from './route.ts';
import { createSimulator, type BookingRequest, type ScenarioRequest, type Simulator } from './simulator.ts';
import { createWebhookSender } from './webhooks.ts';

/** How the carrier is run. */
export interface CarrierOptions {
  readonly port: number;
  readonly hostname: string;
  /** What its customers call it with. */
  readonly apiKey: string;
  /** The first signs its webhooks. */
  readonly webhookSecrets: readonly string[];
  /** Where its webhooks go; null until `deliverTo` says it. */
  readonly webhookUrl: string | null;
  /** A road graph; null is a generated city. */
  readonly roadsFile?: string | null;
  /** A recorded trace that every vehicle follows instead. */
  readonly traceFile?: string | null;
  /** How many times faster than life. */
  readonly speed?: number;
  readonly intervalMs?: number;
  /** Where bookings are kept; null forgets them with the process. */
  readonly stateFile?: string | null;
  /** For tests, which let time pass by hand. */
  readonly clock?: () => number;
  readonly isDriving?: boolean;
  readonly log?: (message: string) => void;
}

/** The carrier at work. */
export interface RunningCarrier {
  readonly url: string;
  readonly simulator: Simulator;
  deliverTo(webhookUrl: string): void;
  /** Resolves when everything that was said is taken. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const usualIntervalMs = 5_000;
const mostBytes = 64_000;
const longestScenarioSeconds = 3_600;

/** Starts the simulated carrier: a program that takes bookings over HTTP and reports by webhooks, like a stranger. */
export async function startCarrier(options: CarrierOptions): Promise<RunningCarrier> {
  const log = options.log ?? (() => undefined);
  const intervalMs = options.intervalMs ?? usualIntervalMs;
  let webhookUrl = options.webhookUrl;
  const sender = createWebhookSender({ url: () => webhookUrl, secrets: options.webhookSecrets, log });
  const roads = options.roadsFile ? readRoads(options.roadsFile) : gridCity();
  const simulator = createSimulator({
    roads,
    trace: options.traceFile ? readTrace(options.traceFile) : null,
    pace: { speed: options.speed ?? 1, intervalMs },
    sender,
    clock: options.clock ?? Date.now,
    stateFile: options.stateFile ?? null,
  });
  const roadsText = JSON.stringify(roads.geoJson);

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log(`A request to the carrier failed: ${error instanceof Error ? error.message : String(error)}`);
      if (!response.headersSent) send(response, 500, { message: 'Something went wrong at the carrier.' });
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/livez' || path === '/readyz' || path === '/health') return send(response, 200, { isReady: true });
    if (!isKey(request.headers.authorization, options.apiKey)) {
      return send(response, 401, { message: 'Expected Authorization: Bearer <the API key of this carrier>.' });
    }
    if (request.method === 'GET' && path === '/v1/roads.json') {
      response.writeHead(200, { 'content-type': 'application/geo+json' }).end(roadsText);
      return;
    }
    const [, trackingNumber = '', action = ''] = /^\/v1\/bookings\/([^/]+)(?:\/([a-z]+))?$/.exec(path) ?? [];
    if (request.method === 'GET' && trackingNumber && !action) {
      const found = simulator.find(trackingNumber);
      return found ? send(response, 200, found) : send(response, 404, { message: 'No such booking.' });
    }
    if (request.method !== 'POST') return send(response, 404, { message: 'Expected POST /v1/bookings.' });
    const body = await readJson(request);
    if (body === undefined) return send(response, 400, { message: `Expected JSON of at most ${mostBytes} bytes.` });
    if (path === '/v1/bookings') {
      const key = request.headers['idempotency-key'];
      const booking = readBooking(body);
      if (!booking || typeof key !== 'string' || key === '' || key.length > 200) {
        const message =
          'Expected account, reference and pickupPlace, an Idempotency-Key, and scenarios of known kinds.';
        return send(response, 400, { message });
      }
      return send(response, 201, simulator.book(booking, key));
    }
    if (trackingNumber && action === 'cancel') {
      const outcome = simulator.cancel(trackingNumber);
      return outcome ? send(response, 200, { outcome }) : send(response, 404, { message: 'No such booking.' });
    }
    if (trackingNumber && action === 'scenarios') {
      const scenario = readScenario(body);
      if (!scenario) {
        const message = `Expected {kind, seconds}: kind one of ${scenarioKinds.join(', ')}, seconds up to ${longestScenarioSeconds}.`;
        return send(response, 400, { message });
      }
      const isTaken = simulator.trigger(trackingNumber, scenario);
      return isTaken ? send(response, 202, scenario) : send(response, 404, { message: 'No such booking under way.' });
    }
    return send(response, 404, { message: 'Expected POST /v1/bookings, …/cancel or …/scenarios.' });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.hostname, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  const timer = options.isDriving === false ? null : setInterval(() => simulator.tick(), intervalMs);
  return {
    url: `http://${options.hostname.includes(':') ? `[${options.hostname}]` : options.hostname}:${port}`,
    simulator,
    deliverTo(url) {
      webhookUrl = url;
    },
    idle: sender.idle,
    async stop() {
      if (timer) clearInterval(timer);
      await sender.stop();
      simulator.save();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Compares digests, so that neither length nor contents of the key show in the time it takes. */
function isKey(header: string | undefined, apiKey: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${apiKey}`));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** The body as JSON, `{}` where there is none; undefined for what is no JSON or too long. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    // Requests without an encoding set deliver Buffers.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > mostBytes) return undefined;
    chunks.push(bytes);
  }
  if (size === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readBooking(body: unknown): BookingRequest | null {
  if (!isRecord(body)) return null;
  const { account, reference, pickupPlace, address, isReturn = false, scenarios = [] } = body;
  if (typeof account !== 'string' || typeof reference !== 'string' || typeof pickupPlace !== 'string') return null;
  if (!Array.isArray(scenarios)) return null;
  const read = scenarios.map(readScenario);
  if (read.some((scenario) => scenario === null)) return null;
  return {
    account,
    reference,
    pickupPlace,
    address: isRecord(address) ? addressText(address) : null,
    isReturn: isReturn === true,
    scenarios: read.filter((scenario) => scenario !== null),
  };
}

/** What tells one door from another, whoever lives there and however it is written. */
const addressText = (address: Record<string, unknown>): string =>
  ['countryCode', 'postalCode', 'city', 'line1']
    .map((field) =>
      String(address[field] ?? '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
        .trim(),
    )
    .join('|');

function readScenario(value: unknown): ScenarioRequest | null {
  if (!isRecord(value)) return null;
  const { kind, seconds = 60 } = value;
  const known = scenarioKinds.find((one): one is ScenarioKind => one === kind);
  if (!known || typeof seconds !== 'number' || !(seconds > 0 && seconds <= longestScenarioSeconds)) return null;
  return { kind: known, seconds };
}

/** Reads a recorded trace: CSV with time, lat and lng, packed with gzip or not. */
export function readTrace(path: string): Route {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const points = text.split('\n').flatMap((line) => {
    const [time = '', lat = '', lng = ''] = line.split(',');
    const [ms, latitude, longitude] = [Date.parse(time), Number(lat), Number(lng)];
    return Number.isNaN(ms) || lat === '' || lng === '' ? [] : [{ ms, point: [latitude, longitude] as const }];
  });
  if (points.length < 2) throw new Error(`${path} is no trace: expected CSV with the columns time, lat and lng.`);
  return recordedRoute(points);
}

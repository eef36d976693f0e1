import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { meaningOf } from '../domain/carrier-states.ts';
import {
  CarrierUnavailable,
  mostMessages,
  simulatorCode,
  type Carrier,
  type CarrierMessage,
  type Label,
} from './carrier.ts';
import { decimal, instant, isRecord, pointOf, text, uuid, whole } from './read-json.ts';

/** How the simulated carrier is reached. */
export interface SimulatorConnection {
  readonly url: string;
  readonly apiKey: string;
  /** Secrets that its webhooks may be signed with: two while they rotate. */
  readonly webhookSecrets: readonly string[];
  readonly timeoutMs: number;
}

/** The adapter of the simulated carrier, which is a program of its own and speaks HTTP like a stranger. */
export function connectSimulator(connection: SimulatorConnection): Carrier {
  const webhooks = connection.webhookSecrets.map((secret) => new Webhook(secret));

  async function ask(method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(new URL(path, connection.url), {
        method,
        headers: {
          authorization: `Bearer ${connection.apiKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(connection.timeoutMs),
      });
      if (response.ok) return await response.json();
    } catch (cause) {
      throw new CarrierUnavailable(`The carrier does not answer ${method} ${path}.`, { cause });
    }
    throw new CarrierUnavailable(`The carrier answered ${method} ${path} with ${response.status}.`);
  }

  return {
    code: simulatorCode,
    name: 'Simulated carrier',
    isSimulated: true,
    verify: (headers, rawBody) => webhooks.some((webhook) => isSigned(webhook, headers, rawBody)),
    parse: (rawBody) => parseReport(rawBody),
    async createShipment(booking, idempotencyKey) {
      return readLabel(await ask('POST', '/v1/bookings', booking, idempotencyKey));
    },
    async cancelShipment(trackingNumber) {
      const answer = await ask('POST', `/v1/bookings/${encodeURIComponent(trackingNumber)}/cancel`);
      const outcome = isRecord(answer) ? answer['outcome'] : null;
      if (outcome === 'cancelled' || outcome === 'too-late') return outcome;
      throw new CarrierUnavailable('The carrier answered a cancellation with neither cancelled nor too-late.');
    },
    roads: async () => JSON.stringify(await ask('GET', '/v1/roads.json')),
  };
}

/** Standard Webhooks: id, timestamp and signature over the raw body, five minutes of tolerance, in constant time. */
function isSigned(webhook: Webhook, headers: IncomingHttpHeaders, rawBody: Buffer): boolean {
  const given = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, headers[name]]);
  if (given.some(([, value]) => typeof value !== 'string' || value === '')) return false;
  // The library reads a number with something behind it.
  if (!/^\d+$/.test(String(headers['webhook-timestamp']))) return false;
  try {
    // Each of them was just seen to be text.
    webhook.verify(rawBody, Object.fromEntries(given) as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

function readLabel(answer: unknown): Label {
  const trackingNumber = isRecord(answer) ? text(answer['trackingNumber'], 100) : null;
  if (!isRecord(answer) || !trackingNumber)
    throw new CarrierUnavailable('The carrier answered a booking without a number.');
  return {
    trackingNumber,
    trackingUrl: text(answer['trackingUrl'], 2_000),
    destination: pointOf(answer['destination']),
    plannedRoute: text(answer['route'], 100_000),
  };
}

function parseReport(rawBody: Buffer): { account: string; messages: CarrierMessage[] } | null {
  let body: unknown;
  try {
    body = JSON.parse(rawBody.toString('utf8'));
  } catch {
    return null;
  }
  const data = isRecord(body) ? body['data'] : null;
  if (!isRecord(data) || !Array.isArray(data['messages']) || data['messages'].length > mostMessages) return null;
  const account = uuid(data['account']);
  if (account === null) return null;
  return { account, messages: data['messages'].map(readMessage).filter((message) => message !== null) };
}

// No van has more on its way; an arrival behind any number of stops could be no date.
const mostStops = 10_000;

function readMessage(value: unknown): CarrierMessage | null {
  if (!isRecord(value)) return null;
  const reference = uuid(value['reference']);
  const at = instant(value['at']);
  if (reference === null || at === null) return null;
  if (value['type'] === 'position') {
    const [latitude, longitude] = [decimal(value['lat']), decimal(value['lng'])];
    const sequence = whole(value['sequence'], Number.MAX_SAFE_INTEGER);
    if (latitude === null || longitude === null || sequence === null) return null;
    return {
      kind: 'fix',
      reference,
      fix: {
        carrierSequence: sequence,
        recordedAt: at.getTime(),
        latitude,
        longitude,
        headingDegrees: decimal(value['heading']),
        speedMetersPerSecond: decimal(value['speed']),
        accuracyMeters: decimal(value['accuracy']),
      },
      stopsLeft: whole(value['stopsLeft'], mostStops),
    };
  }
  const [word, id] = [text(value['status'], 100), text(value['id'], 100)];
  if (value['type'] !== 'status' || word === null || id === null) return null;
  return {
    kind: 'status',
    reference,
    id,
    ...meaningOf('easypost', word),
    carrierStatus: word,
    description: text(value['description'], 500) ?? word,
    occurredAt: at,
    point: pointOf(value['point']),
    signedBy: text(value['signedBy'], 200),
  };
}

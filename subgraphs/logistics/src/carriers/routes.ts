import type { Route, Runtime } from '@ordergraph/subgraph-server';
import type { IncomingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import { receiveWebhook } from '../commands/receive-webhook.ts';
import type { LogisticsResources } from '../resources.ts';
import { CarrierUnavailable, simulatorCode } from './carrier.ts';

/** Where the simulated carrier's webhooks come in. */
export const webhookPath = `/carriers/${simulatorCode}/webhook`;

/** Takes a webhook: checks who signed the bytes, keeps it, and answers. All else happens after the answer. */
export async function takeWebhook(
  runtime: Runtime<LogisticsResources>,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<202 | 400 | 401 | 404> {
  const carrier = runtime.resources.carrier(simulatorCode);
  if (!carrier) return 404;
  if (!carrier.verify(headers, body)) return 401;
  const report = carrier.parse(body);
  const webhookId = headers['webhook-id'];
  if (!report || typeof webhookId !== 'string' || webhookId.length > 200) return 400;
  const webhook = { carrierCode: carrier.code, webhookId, body: body.toString('utf8') };
  await runtime.transactAsSystem(report.account, (tx) => receiveWebhook(tx, webhook));
  return 202;
}

/** The endpoint of the simulated carrier's webhooks. */
export const webhookRoute: Route<LogisticsResources> = {
  method: 'POST',
  path: webhookPath,
  async handle(runtime, request, body, response) {
    const status = await takeWebhook(runtime, request.headers, body);
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify({ received: status === 202 }));
  },
};

interface KeptRoads {
  readonly plain: Buffer;
  readonly zipped: Buffer;
}

const roadsKept = new WeakMap<LogisticsResources, KeptRoads>();

/** The streets that the simulated carrier drives on, for maps: GeoJSON without anything about parcels. */
export const roadsRoute: Route<LogisticsResources> = {
  method: 'GET',
  path: `/carriers/${simulatorCode}/roads.json`,
  async handle(runtime, request, _body, response) {
    const { resources } = runtime;
    let roads = roadsKept.get(resources) ?? null;
    if (roads === null) {
      try {
        const text = (await resources.carrier(simulatorCode)?.roads()) ?? null;
        if (text !== null) roads = { plain: Buffer.from(text), zipped: gzipSync(text) };
      } catch (error) {
        if (!(error instanceof CarrierUnavailable)) throw error;
        response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '5' });
        response.end(JSON.stringify({ message: 'The carrier does not answer. Retry in a few seconds.' }));
        return;
      }
      if (roads !== null) roadsKept.set(resources, roads);
    }
    if (roads === null) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'There is no simulated carrier here. Set CARRIER_URL.' }));
      return;
    }
    const isZipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    response
      .writeHead(200, {
        'content-type': 'application/geo+json; charset=utf-8',
        vary: 'accept-encoding',
        ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
        'cache-control': 'public, max-age=3600',
        'access-control-allow-origin': '*',
      })
      .end(isZipped ? roads.zipped : roads.plain);
  },
};

import { createServer, type Server } from 'node:http';
import { startCarrier, type RunningCarrier } from '@ordergraph/carrier-simulator';
import { readBody } from '@ordergraph/subgraph-server';
import { waitFor } from '@ordergraph/testing';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll } from 'vitest';
import { connectSimulator } from '../src/carriers/simulator.ts';
import { carrierContract, type CarrierTrial } from './carrier-contract.ts';
import { apiKey, webhookSecrets } from './depot.ts';

interface Received {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

let time = Date.now();
let carrier: RunningCarrier;
let listener: Server;
const received: Received[] = [];

beforeAll(async () => {
  listener = createServer((request, response) => {
    void readBody(request).then((body) => {
      const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
      const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name])]));
      if (body) received.push({ headers, body });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  carrier = await startCarrier({
    port: 0,
    hostname: '127.0.0.1',
    apiKey,
    webhookSecrets,
    webhookUrl: `http://127.0.0.1:${port}/`,
    clock: () => time,
    isDriving: false,
  });
});
afterAll(async () => {
  await carrier.stop();
  listener.close();
});

carrierContract((): CarrierTrial => {
  // The second of two secrets is the one in use: the receiver still knows the first.
  const connection = { url: carrier.url, apiKey, webhookSecrets: [...webhookSecrets].toReversed(), timeoutMs: 2_000 };
  const [secret = ''] = webhookSecrets;
  return {
    carrier: connectSimulator(connection),
    unreachable: connectSimulator({ ...connection, url: 'http://127.0.0.1:9' }),
    async webhook(reference) {
      return waitFor(() => received.find(({ body }) => body.toString().includes(reference)), { describe: 'a webhook' });
    },
    async pickUp() {
      time += 30_000;
      carrier.simulator.tick();
    },
    signedAt: (body, at) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
    }),
  };
});

import { isKeepable, type Route, type Runtime } from '@ordergraph/subgraph-server';
import { receiveWebhook } from '../commands/receive-webhook.ts';
import type { PaymentResources } from '../resources.ts';
import { isSignedWebhook, signatureHeader } from './webhook-signature.ts';

/** Where the sandbox's webhooks come in. */
export const webhookPath = '/payments/sandbox/webhook';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

interface WebhookBody {
  readonly id: string;
  readonly type: string;
  readonly account: string;
  readonly key: string;
}

function readBody(body: Buffer): WebhookBody | null {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const text = (name: string): string => {
    const field: unknown = Reflect.get(value, name);
    return typeof field === 'string' && field.length <= 255 && isKeepable(field) ? field : '';
  };
  const read = { id: text('id'), type: text('type'), account: text('account'), key: text('key') };
  return read.id && read.type && read.key && uuid.test(read.account) ? read : null;
}

/** Takes a webhook: checks who signed the bytes, stores it, and answers. Everything else happens after the answer. */
export async function takeWebhook(
  runtime: Runtime<PaymentResources>,
  body: Buffer,
  signature: string,
  now: Date,
): Promise<200 | 400 | 401> {
  if (!isSignedWebhook(runtime.resources.settings.webhookSecrets, signature, body, now)) return 401;
  const event = readBody(body);
  if (!event) return 400;
  const hint = { gateway: 'sandbox', eventId: event.id, type: event.type, key: event.key };
  await runtime.transactAsSystem(event.account, (tx) => receiveWebhook(tx, hint));
  return 200;
}

/** The endpoint of the sandbox's webhooks. */
export const webhookRoute: Route<PaymentResources> = {
  method: 'POST',
  path: webhookPath,
  async handle(runtime, request, body, response) {
    const header = request.headers[signatureHeader];
    const status = await takeWebhook(runtime, body, typeof header === 'string' ? header : '', new Date());
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify({ received: status === 200 }));
  },
};

import type { Route } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import type { PaymentResources } from '../../resources.ts';
import { inBooks } from './books.ts';
import { decide, planEvent } from './events.ts';
import { confirmationPath } from './records.ts';
import { sandboxEventsTask } from './send-events.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const page = (content: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sandbox bank</title>
<body style="font: 1rem system-ui; max-width: 24rem; margin: 4rem auto">${content}</body></html>`;

const form = page(`<h1>Sandbox bank</h1><p>No real money moves. Confirm this payment?</p>
<form method="post"><button name="answer" value="approve">Confirm</button> <button name="answer" value="decline">Refuse</button></form>`);

function chargeOf(url: string | undefined): { account: string; charge: string } | null {
  const parameters = new URL(url ?? '/', 'http://localhost').searchParams;
  const account = parameters.get('account') ?? '';
  const charge = parameters.get('charge') ?? '';
  return uuid.test(account) && uuid.test(charge) ? { account, charge } : null;
}

const html = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };

/** The page on which a customer confirms a payment, as a bank would show it. */
export const showConfirmation: Route<PaymentResources> = {
  method: 'GET',
  path: confirmationPath,
  async handle(_runtime, request, _body, response) {
    if (chargeOf(request.url)) response.writeHead(200, html).end(form);
    else response.writeHead(404, html).end(page('<p>There is no such payment.</p>'));
  },
};

/** Takes the customer's answer and sends them back to the shop. */
export const takeConfirmation: Route<PaymentResources> = {
  method: 'POST',
  path: confirmationPath,
  async handle(runtime, request, body, response) {
    const named = chargeOf(request.url);
    const answer = new URLSearchParams(body.toString('utf8')).get('answer');
    if (!named || (answer !== 'approve' && answer !== 'decline')) {
      response.writeHead(400, html).end(page('<p>Expected approve or decline for a payment.</p>'));
      return;
    }
    const charge = await inBooks(runtime.em, named.account, async (books) => {
      const [row] = await query<{ key: string; return_url: string | null; status: string }>(
        books,
        'select key, return_url, status from "payments"."sandbox_charge" where id = $1 for update',
        [named.charge],
      );
      if (row?.status !== 'REQUIRES_ACTION') return row;
      await decide(books, row.key, answer === 'approve' ? 'AUTHORIZE' : 'DECLINE');
      const type = answer === 'approve' ? 'charge.authorized' : 'charge.declined';
      planEvent(books, named.account, { type, key: row.key, decision: null, inMs: 0, eventId: newId() });
      return row;
    });
    if (!charge) {
      response.writeHead(404, html).end(page('<p>There is no such payment.</p>'));
      return;
    }
    runtime.wake(`task:${sandboxEventsTask}`);
    if (charge.return_url) response.writeHead(303, { location: charge.return_url, 'cache-control': 'no-store' }).end();
    else response.writeHead(200, html).end(page('<p>Thank you. You can close this window.</p>'));
  },
};

import type { ServerResponse } from 'node:http';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Route } from '@ordergraph/subgraph-server';
import { newId, query, read } from '@ordergraph/tenancy';
import type { SandboxChargeStatus } from '../../entities/sandbox-charge.entity.ts';
import type { PaymentResources } from '../../resources.ts';
import { chargePage, sentencePage, type BankPage, type ShownCharge } from './bank-page.ts';
import { inBooks } from './books.ts';
import { decide, planEvent } from './events.ts';
import { confirmationPath } from './records.ts';
import { sandboxEventsTask } from './send-events.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function chargeOf(url: string | undefined): { account: string; charge: string } | null {
  const parameters = new URL(url ?? '/', 'http://localhost').searchParams;
  const account = parameters.get('account') ?? '';
  const charge = parameters.get('charge') ?? '';
  return uuid.test(account) && uuid.test(charge) ? { account, charge } : null;
}

const noSuchPayment = (): BankPage => sentencePage('There is no such payment.');

function send(response: ServerResponse, status: number, { html, headers }: BankPage): void {
  response.writeHead(status, headers).end(html);
}

/** The page on which a customer confirms a payment, as a bank would show it. */
export const showConfirmation: Route<PaymentResources> = {
  method: 'GET',
  path: confirmationPath,
  async handle(runtime, request, _body, response) {
    const named = chargeOf(request.url);
    const charge = named && (await inBooks(runtime.em, named.account, (books) => readShown(books, named.charge)));
    if (charge) send(response, 200, chargePage(charge));
    else send(response, 404, noSuchPayment());
  },
};

async function readShown(books: SqlEntityManager, chargeId: string): Promise<ShownCharge | null> {
  const [row] = await read<{
    status: SandboxChargeStatus;
    amount_minor: string;
    currency_code: string;
    return_url: string | null;
  }>(books, 'select status, amount_minor, currency_code, return_url from "payments"."sandbox_charge" where id = $1', [
    chargeId,
  ]);
  return row
    ? {
        status: row.status,
        amountMinor: BigInt(row.amount_minor),
        currencyCode: row.currency_code,
        returnUrl: row.return_url,
      }
    : null;
}

/** Takes the customer's answer and sends them back to the shop. */
export const takeConfirmation: Route<PaymentResources> = {
  method: 'POST',
  path: confirmationPath,
  async handle(runtime, request, body, response) {
    const named = chargeOf(request.url);
    const answer = new URLSearchParams(body.toString('utf8')).get('answer');
    if (!named || (answer !== 'approve' && answer !== 'decline')) {
      send(response, 400, sentencePage('Expected approve or decline for a payment.'));
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
      send(response, 404, noSuchPayment());
      return;
    }
    runtime.wake(`task:${sandboxEventsTask}`);
    if (charge.return_url) response.writeHead(303, { location: charge.return_url, 'cache-control': 'no-store' }).end();
    else send(response, 200, sentencePage('Thank you. You can close this window.'));
  },
};

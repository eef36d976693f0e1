import { newId } from '@ordergraph/tenancy';

/** Whoever can be asked: the shop in this process, or one behind HTTP. */
export interface Asked {
  ask<Data>(token: string, query: string, variables?: Record<string, unknown>): Promise<Data>;
}

interface Answer {
  readonly order: { readonly id: string; readonly status: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

function accepted<Given extends Answer>(answer: Given): Given {
  if (answer.userErrors.length > 0) throw new Error(JSON.stringify(answer.userErrors));
  return answer;
}

interface Quoted {
  readonly order: {
    readonly lines: readonly { readonly id: string }[];
    readonly refundQuote: { readonly hash: string; readonly total: { readonly amount: string } };
  };
}

/** Gives back a part of an order: one unit of its first line, or an amount of money without goods. */
export async function refunds(
  asked: Asked,
  staff: string,
  orderId: string,
  what: { units: number; disposition?: 'RESTOCK' | 'KEEP' } | { amount: string; currencyCode: string },
): Promise<string> {
  const { order } = await asked.ask<{ order: { lines: { id: string }[] } }>(
    staff,
    'query ($id: ID!) { order(id: $id) { lines { id } } }',
    { id: orderId },
  );
  const lines =
    'units' in what
      ? [{ orderLineId: order.lines[0]?.id, quantity: what.units, disposition: what.disposition ?? 'RESTOCK' }]
      : [];
  const quote = 'units' in what ? { lines } : { amount: what };
  const quoted = await asked.ask<Quoted>(
    staff,
    'query ($id: ID!, $quote: RefundQuoteInput!) { order(id: $id) { lines { id } refundQuote(input: $quote) { hash total { amount } } } }',
    { id: orderId, quote },
  );
  const { hash, total } = quoted.order.refundQuote;
  const answer = await asked.ask<{ orderRefund: Answer }>(
    staff,
    'mutation ($input: OrderRefundInput!) { orderRefund(input: $input) { order { id status } userErrors { code message } } }',
    { input: { orderId, quote, quoteHash: hash, reason: 'Not wanted', idempotencyKey: newId() } },
  );
  accepted(answer.orderRefund);
  return total.amount;
}

/** Cancels an order. */
export async function cancels(asked: Asked, staff: string, orderId: string): Promise<void> {
  const answer = await asked.ask<{ orderCancel: Answer }>(
    staff,
    'mutation ($input: OrderCancelInput!) { orderCancel(input: $input) { order { id status } userErrors { code message } } }',
    { input: { orderId, reason: 'CUSTOMER', idempotencyKey: newId() } },
  );
  accepted(answer.orderCancel);
}

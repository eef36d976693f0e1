import { randomBytes } from 'node:crypto';
import { formatMoney, money } from '@ordergraph/money';
import type { SandboxChargeStatus } from '../../entities/sandbox-charge.entity.ts';

/** A charge as the bank's page shows it. */
export interface ShownCharge {
  readonly status: SandboxChargeStatus;
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  /** Where the customer came from, and goes back to. */
  readonly returnUrl: string | null;
}

/** A page of the bank, with the headers that it is sent with. */
export interface BankPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const style = `
:root { color-scheme: light dark; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#f4f5f7, #12161b); color: light-dark(#17202a, #e8edf2); }
main { max-width: 24rem; margin: 12vh auto 2rem; padding: 0 1.25rem; overflow-wrap: anywhere; }
.amount { font-size: 2rem; font-weight: 600; margin: 0.5rem 0; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.5rem; }
button { min-height: 2.75rem; padding: 0.5rem 1.5rem; border: 1px solid light-dark(#1f4e8c, #9cc3f5); border-radius: 0.6rem; background: transparent; color: light-dark(#1f4e8c, #9cc3f5); font: inherit; font-weight: 600; cursor: pointer; }
button[value='approve'] { background: light-dark(#1f4e8c, #9cc3f5); color: light-dark(#fff, #0c1a2b); }
a { color: light-dark(#1f4e8c, #9cc3f5); }
:focus-visible { outline: 3px solid light-dark(#a64f12, #f3a866); outline-offset: 2px; }`;

const answered: Readonly<Partial<Record<SandboxChargeStatus, string>>> = {
  AUTHORIZED: 'You have confirmed this payment.',
  DECLINED: 'You have refused this payment. Nothing is taken.',
  VOIDED: 'This payment is not wanted any more. Nothing is taken.',
};

/** Asks for a charge, or says what became of it: it is answered once. */
export function chargePage(charge: ShownCharge): BankPage {
  const { amount, currencyCode } = formatMoney(money(charge.amountMinor, charge.currencyCode));
  const shop = shopOf(charge.returnUrl);
  const asked = `<p>No real money moves. ${shop ? `Confirm this payment to the shop at <strong>${escaped(shop)}</strong>?` : 'Confirm this payment?'}</p>
<form method="post" class="buttons"><button name="answer" value="approve">Confirm</button><button name="answer" value="decline">Refuse</button></form>`;
  const said = answered[charge.status];
  const back = charge.returnUrl && shop ? `<p><a href="${escaped(charge.returnUrl)}">Back to the shop</a></p>` : '';
  return page(
    `<p class="amount">${escaped(amount)} ${escaped(currencyCode)}</p>\n${said ? `<p>${said}</p>\n${back}` : asked}`,
  );
}

/** Says one thing. */
export const sentencePage = (sentence: string): BankPage => page(`<p>${escaped(sentence)}</p>`);

function page(content: string): BankPage {
  const nonce = randomBytes(16).toString('base64');
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox bank</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<h1>Sandbox bank</h1>
${content}
</main>
</body>
</html>
`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // Nothing is said of forms: the answer to this one leads to the shop, wherever that is.
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'`,
      'referrer-policy': 'same-origin',
    },
  };
}

/** Where a shop is, as people read it. Null for an address that no browser goes to by itself. */
function shopOf(returnUrl: string | null): string | null {
  const url = returnUrl === null ? null : URL.parse(returnUrl);
  return url && ['http:', 'https:'].includes(url.protocol) ? url.host : null;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

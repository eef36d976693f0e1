import { randomBytes } from 'node:crypto';
import type { SignedInUser } from './demo-users.ts';
import type { SignInRedirect } from './sign-in-request.ts';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
ul { list-style: none; padding: 0; }
li { border-top: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); padding: .75rem 0; }
h2 { font-size: 1rem; margin: 0 0 .25rem; }
p.who { margin: 0 0 .5rem; }
div { display: flex; gap: .5rem; }
input { flex: 1; min-width: 0; font: .85rem/1.5 ui-monospace, monospace; padding: .4rem .5rem; }
button { font: inherit; padding: .4rem .9rem; cursor: pointer; }
li.choice { border: 0; padding: .25rem 0; }
.choice a { display: flex; flex-wrap: wrap; gap: 0 .75rem; padding: .9rem 1.1rem; border-radius: .75rem; color: inherit;
  text-decoration: none; border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); }
.choice a:hover { background: color-mix(in srgb, CanvasText 6%, Canvas); }
.choice span { color: color-mix(in srgb, CanvasText 70%, Canvas); }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }`;

const script = `
document.addEventListener('click', async ({ target }) => {
  if (!(target instanceof HTMLButtonElement)) return;
  const field = document.getElementById(target.dataset.copies);
  field.select();
  try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand('copy'); }
  document.getElementById('said').textContent = 'Copied the token of ' + target.dataset.label + '.';
});`;

function entry(user: SignedInUser, index: number): string {
  const label = escape(user.label);
  const scopes = user.scopes.length > 0 ? `${user.scopes.length} permissions` : 'no permissions of staff';
  return `<li>
<h2 id="user-${index}">${label}</h2>
<p class="who">${escape(user.name)}, ${scopes}</p>
<div><input id="token-${index}" readonly value="${escape(user.token)}" aria-label="Token of ${label}">
<button type="button" data-copies="token-${index}" data-label="${label}" aria-label="Copy the token of ${label}">Copy</button></div>
</li>`;
}

/** Somebody whom an app can sign in as: a link back to the app, with the token behind the `#`, where no server sees it. */
function choice(user: SignedInUser, { redirectUri, state }: SignInRedirect): string {
  const answer = new URLSearchParams({ access_token: user.token, token_type: 'Bearer', ...(state ? { state } : {}) });
  return `<li class="choice"><a href="${escape(`${redirectUri}#${answer}`)}">
<strong>${escape(user.name)}</strong> <span>${escape(user.label)}</span></a></li>`;
}

/**
 * The page where one becomes a demo user: every user with a token to copy or, for an app that asks by redirect, every
 * customer with a way back to it. Loads nothing from anywhere.
 */
export function signInPage(
  users: readonly SignedInUser[],
  redirect: SignInRedirect | null,
): { html: string; headers: Record<string, string> } {
  const nonce = randomBytes(16).toString('base64');
  const customers = users.filter(({ kind }) => kind === 'CUSTOMER');
  const content = redirect
    ? `<h1>Sign in</h1>
<p>Choose the customer you want to be. This page exists on a developer's machine only; elsewhere the merchant's own
identity provider answers here.</p>
<ul>
${customers.map((user) => choice(user, redirect)).join('\n')}
</ul>`
    : `<h1>Sign in</h1>
<p>Choose who you want to be, and send the token with each request: <code>Authorization: Bearer …</code>. Tokens last
twelve hours. This page exists on a developer's machine only.</p>
<p id="said" role="status"></p>
<ul>
${users.map(entry).join('\n')}
</ul>
<p><a href="/shop/">To the storefront</a> · <a href="/">To the API explorer</a></p>`;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in to Ordergraph</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
${content}
</main>
<script nonce="${nonce}">${script}</script>
</body>
</html>
`;
  return {
    html,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
      'referrer-policy': 'no-referrer',
    },
  };
}

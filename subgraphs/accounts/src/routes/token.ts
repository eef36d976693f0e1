import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Route, Runtime } from '@ordergraph/subgraph-server';
import { useApiKey, type ApiKeyGrant } from '../commands/use-api-key.ts';
import { readApiKeySecret } from '../credentials/api-key-secret.ts';
import type { AccountsResources } from '../credentials/token-issuance.ts';
import { readTokenRequest, TokenRefusal, type ClientCredentials } from './token-request.ts';

const tokenSeconds = 600;

/** Finds the key that the credentials open, whichever merchant it is of. */
async function grantOf(
  runtime: Runtime<AccountsResources>,
  { clientId, clientSecret }: ClientCredentials,
): Promise<ApiKeyGrant | null> {
  const secret = readApiKeySecret(clientSecret);
  if (!secret || secret.prefix !== clientId) return null;
  // Prefixes are random and long: more than one row of one prefix is an accident, and the secret decides.
  const rows = await runtime.crossTenant<{ tenant_id: string; id: string }>(
    'select tenant_id, id from "accounts"."api_key" where prefix = $1 and is_active limit 4',
    [clientId],
  );
  for (const row of rows) {
    const grant = await runtime.transactAsSystem(row.tenant_id, (tx) => useApiKey(tx, { apiKeyId: row.id, secret }));
    if (grant) return grant;
  }
  return null;
}

/** What the token may do: all of the key's scopes, or those that were asked for. */
function scopesFor(grant: ApiKeyGrant, requested: readonly string[] | null): readonly string[] {
  if (requested === null) return grant.scopes;
  const missing = requested.filter((scope) => !grant.scopes.includes(scope));
  if (missing.length > 0)
    throw new TokenRefusal(400, 'invalid_scope', 'The key does not hold every scope that was asked for.');
  return requested;
}

async function exchange(
  runtime: Runtime<AccountsResources>,
  request: IncomingMessage,
  body: Buffer,
): Promise<Record<string, unknown>> {
  const { tokenIssuer } = runtime.resources;
  if (!tokenIssuer) {
    throw new TokenRefusal(
      503,
      'temporarily_unavailable',
      'This installation issues no tokens; it needs TOKEN_SIGNING_KEY.',
    );
  }
  const { credentials, scopes: requested } = readTokenRequest(request.headers, body);
  const grant = await grantOf(runtime, credentials);
  if (!grant) throw new TokenRefusal(401, 'invalid_client', 'The API key is unknown, wrong or no longer valid.');
  const scopes = scopesFor(grant, requested);
  const token = tokenIssuer.issue(
    {
      subject: grant.apiKeyId,
      actorType: grant.kind === 'SECRET' ? 'APP' : 'ANONYMOUS',
      merchants: [grant.merchantId],
      scopes,
      name: grant.name,
    },
    tokenSeconds,
  );
  return { access_token: token, token_type: 'Bearer', expires_in: tokenSeconds, scope: scopes.join(' ') };
}

function answer(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    // A page may exchange its publishable key from anywhere: the answer depends on no cookie.
    'access-control-allow-origin': '*',
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="accounts", charset="UTF-8"' } : {}),
  });
  response.end(JSON.stringify(body));
}

/** Exchanges an API key for a token that the gateway takes (OAuth 2.0 client credentials, RFC 6749 §4.4). */
export const tokenRoute: Route<AccountsResources> = {
  method: 'POST',
  path: '/accounts/token',
  async handle(runtime, request, body, response) {
    try {
      answer(response, 200, await exchange(runtime, request, body));
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      answer(response, error.status, { error: error.code, error_description: error.message });
    }
  },
};

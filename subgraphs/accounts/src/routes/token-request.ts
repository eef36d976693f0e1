import type { IncomingHttpHeaders } from 'node:http';

/** A refusal in the words of RFC 6749 §5.2. */
export class TokenRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface TokenRequest {
  readonly credentials: ClientCredentials;
  /** Null asks for all that the key holds. */
  readonly scopes: readonly string[] | null;
}

const invalid = (message: string): TokenRefusal => new TokenRefusal(400, 'invalid_request', message);

/** Reads a token request. The client says who it is by HTTP Basic or in the form, and not by both. */
export function readTokenRequest(headers: IncomingHttpHeaders, body: Buffer): TokenRequest {
  const form = readForm(headers, body);
  const grantType = form.get('grant_type');
  if (!grantType) throw invalid('Expected grant_type=client_credentials.');
  if (grantType !== 'client_credentials') {
    throw new TokenRefusal(400, 'unsupported_grant_type', 'Only grant_type=client_credentials is served here.');
  }
  const scope = form.get('scope')?.trim();
  return { credentials: readCredentials(headers, form), scopes: scope ? [...new Set(scope.split(/ +/))] : null };
}

function readForm(headers: IncomingHttpHeaders, body: Buffer): URLSearchParams {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    throw invalid('Expected a body of type application/x-www-form-urlencoded.');
  const form = new URLSearchParams(body.toString('utf8'));
  const names = [...form.keys()];
  if (new Set(names).size < names.length) throw invalid('A parameter stands there twice.');
  return form;
}

function readCredentials(headers: IncomingHttpHeaders, form: URLSearchParams): ClientCredentials {
  const basic = readBasic(headers.authorization);
  const clientSecret = form.get('client_secret');
  if (basic) {
    if (clientSecret !== null) throw invalid('The client named itself twice: by HTTP Basic and in the form.');
    const clientId = form.get('client_id');
    if (clientId !== null && clientId !== basic.clientId) throw invalid('client_id is another than in HTTP Basic.');
    return basic;
  }
  const clientId = form.get('client_id');
  if (!clientId || !clientSecret)
    throw invalid('Expected client_id, the prefix of the API key, and client_secret, all of it.');
  return { clientId, clientSecret };
}

function readBasic(authorization: string | undefined): ClientCredentials | null {
  if (authorization === undefined) return null;
  const encoded = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) throw invalid('The Authorization header is not HTTP Basic.');
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw invalid('HTTP Basic has no colon.');
  try {
    // RFC 6749 §2.3.1: both halves are form-encoded before they are joined. Keys have no character that this changes.
    return {
      clientId: decodeURIComponent(text.slice(0, colon)),
      clientSecret: decodeURIComponent(text.slice(colon + 1)),
    };
  } catch (error) {
    if (error instanceof URIError) throw invalid('HTTP Basic is not form-encoded.');
    throw error;
  }
}

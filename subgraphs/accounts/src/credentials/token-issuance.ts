import { createTokenIssuer, readSigningJwk, type TokenIssuer } from '@ordergraph/identity';
import type { Settings } from '@ordergraph/subgraph-server';

/** What accounts has besides its database: the issuer of tokens, or null where no key for signing was set. */
export interface AccountsResources {
  readonly tokenIssuer: TokenIssuer | null;
}

/** Reads the settings of the token exchange; all three belong together. */
export async function openResources(settings: Settings): Promise<AccountsResources> {
  const { TOKEN_SIGNING_KEY: key, TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience } = settings;
  // The gateway knows issuer and audience too; only the key says that tokens are issued here.
  if (!key) return { tokenIssuer: null };
  if (!issuer || !audience) {
    throw new Error(
      'TOKEN_SIGNING_KEY needs TOKEN_ISSUER and TOKEN_AUDIENCE: tokens must say who issued them and for whom.',
    );
  }
  return { tokenIssuer: createTokenIssuer({ issuer, audience, privateKeyJwk: readSigningJwk(parseKey(key)) }) };
}

function parseKey(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the key.
    throw new Error('TOKEN_SIGNING_KEY is not JSON; expected the private JSON web key of an Ed25519 key.');
  }
}

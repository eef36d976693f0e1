import type { ExplorerOptions, Route } from '@ordergraph/gateway';
import { createTokenIssuer, type SigningJwk } from '@ordergraph/identity';
import { demoUsers, type DemoUser, type SignedInUser, type UserKind } from './demo-users.ts';
import { exampleQuery } from './example-query.ts';
import type { StorefrontConfiguration } from '../storefront.ts';
import { demoMerchants } from '../demo/merchants.ts';
import { readSignInRequest } from './sign-in-request.ts';
import { signInPage } from './sign-in-page.ts';

/**
 * Hands out tokens to everybody who asks, for a machine where somebody tries or develops. It never runs in production, nor
 * beside an issuer of the organisation's own.
 */
export interface DevelopmentIssuer {
  readonly routes: readonly Route[];
  readonly explorer: ExplorerOptions;
  /** What the storefront needs to let visitors in and customers sign in. */
  storefront(): StorefrontConfiguration;
  /** The first demo user of each kind of caller. */
  oneOfEachKind(): SignedInUser[];
}

const lifetimeSeconds = 12 * 60 * 60;
const kindsToShow: readonly UserKind[] = ['STAFF owner', 'STAFF viewer', 'CUSTOMER', 'ANONYMOUS', 'PLATFORM_OPERATOR'];

/** Makes the development issuer. */
export function createDevelopmentIssuer(options: {
  issuer: string;
  audience: string;
  privateKeyJwk: SigningJwk;
}): DevelopmentIssuer {
  const { issuer } = options;
  const tokens = createTokenIssuer(options);
  const signIn = (user: DemoUser): SignedInUser => ({
    ...user,
    token: tokens.issue(
      {
        subject: user.subject,
        actorType: user.actorType,
        merchants: user.merchantId ? [user.merchantId] : [],
        scopes: user.scopes,
        name: user.name,
      },
      lifetimeSeconds,
    ),
  });
  const signInAll = (): SignedInUser[] => demoUsers.map(signIn);

  const routes: Route[] = [
    {
      method: 'GET',
      path: '/.well-known/openid-configuration',
      handle: (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            issuer,
            authorization_endpoint: `${issuer}/sign-in`,
            token_endpoint: `${issuer}/accounts/token`,
            jwks_uri: `${issuer}/.well-known/jwks.json`,
            response_types_supported: ['token'],
            grant_types_supported: ['client_credentials'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['EdDSA'],
          }),
        );
      },
    },
    {
      method: 'GET',
      path: '/sign-in',
      handle: (request, response) => {
        const asked = readSignInRequest(request);
        if (asked.kind === 'refused') {
          response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' }).end(`${asked.reason}\n`);
          return;
        }
        const { html, headers } = signInPage(signInAll(), asked.kind === 'redirect' ? asked : null);
        response.writeHead(200, headers).end(html);
      },
    },
    {
      method: 'GET',
      path: '/sign-in/tokens.json',
      handle: (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
        response.end(JSON.stringify(signInAll()));
      },
    },
  ];

  return {
    routes,
    explorer: {
      tokens: () => signInAll().map(({ label, token }) => ({ label, token })),
      exampleQuery,
    },
    storefront: () => ({
      signIn: '/sign-in',
      shops: signInAll().flatMap(({ kind, merchantId, token }) => {
        const merchant = demoMerchants.find(({ id }) => kind === 'ANONYMOUS' && id === merchantId);
        return merchant ? [{ name: merchant.shop.name, handle: merchant.handle, visitorToken: token }] : [];
      }),
    }),
    oneOfEachKind() {
      const users = signInAll();
      return kindsToShow.flatMap((kind) => users.find((user) => user.kind === kind) ?? []);
    },
  };
}

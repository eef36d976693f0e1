import { readFileSync } from 'node:fs';
import { readSigningJwk, type SigningJwk, type TrustedIssuer } from '@ordergraph/identity';

/** What the gateway reads from the environment when it runs alone. Nothing else in this package reads it. */
export interface GatewayEnvironment {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  readonly supergraphFile: string;
  readonly subgraphUrls: ReadonlyMap<string, string>;
  readonly issuers: readonly TrustedIssuer[] | undefined;
  readonly contextSigningKey: SigningJwk | undefined;
  readonly corsOrigins: readonly string[];
  /** Undefined leaves it to the mode: not in production. */
  readonly hasMetrics: boolean | undefined;
  readonly trustedDocuments: { folder: string | undefined; mode: 'only' | 'known' };
}

/** Reads and checks the variables; throws a sentence that says which one to change. */
export function readGatewayEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): GatewayEnvironment {
  const production = variables['NODE_ENV'] === 'production';
  const trustedDocuments = {
    folder: variables['TRUSTED_DOCUMENTS_DIR'],
    mode: production || variables['TRUSTED_DOCUMENTS'] === 'only' ? ('only' as const) : ('known' as const),
  };
  if (trustedDocuments.mode === 'only' && !trustedDocuments.folder)
    throw new Error(
      'Only trusted documents run in production, and none are named. Set TRUSTED_DOCUMENTS_DIR to the folder that holds them, for example schema/operations.',
    );

  const issuers = readIssuers(variables);
  if (production && !issuers)
    throw new Error(
      'Without JWKS_URL the gateway would answer anybody, so it does not start with NODE_ENV=production. Set JWKS_URL, TOKEN_ISSUER and TOKEN_AUDIENCE.',
    );

  return {
    production,
    port: readPort(variables['PORT'] ?? '4000'),
    host: variables['HOST'] ?? '0.0.0.0',
    supergraphFile: variables['SUPERGRAPH_FILE'] ?? 'schema/supergraph.graphql',
    subgraphUrls: readSubgraphUrls(variables),
    issuers,
    contextSigningKey: readKey(variables['CONTEXT_SIGNING_KEY']),
    corsOrigins: (variables['CORS_ORIGINS'] ?? '').split(/[\s,]+/).filter((origin) => origin !== ''),
    hasMetrics: readSwitch('METRICS', variables['METRICS']),
    trustedDocuments,
  };
}

/**
 * Keeps Apollo's gateway from starting an exporter to its vendor, which it does in its constructor unless this variable
 * says otherwise; it has no option for it.
 */
export function disableVendorTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
}

/** The variable that overrides the address of a subgraph. */
export const subgraphUrlVariable = (subgraph: string): string =>
  `SUBGRAPH_URL_${subgraph.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;

function readSubgraphUrls(variables: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const named = Object.entries(variables).filter(([name, url]) => name.startsWith('SUBGRAPH_URL_') && url);
  return new Map(named.map(([name, url]) => [name, url ?? '']));
}

function readIssuers(variables: Readonly<Record<string, string | undefined>>): TrustedIssuer[] | undefined {
  const { JWKS_URL: jwksUrl, TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience } = variables;
  if (!jwksUrl && !issuer && !audience) return undefined;
  if (!jwksUrl || !issuer || !audience)
    throw new Error(
      'JWKS_URL, TOKEN_ISSUER and TOKEN_AUDIENCE belong together: set all three, or none to serve anonymously.',
    );
  return [{ jwksUrl, issuer, audience }];
}

function readSwitch(name: string, text: string | undefined): boolean | undefined {
  if (!text) return undefined;
  if (text === 'on' || text === 'off') return text === 'on';
  throw new Error(`${name} is "${text}". Set it to on or off.`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT is "${text}". Set it to a number from 1 to 65535, for example 4000.`);
  return port;
}

function readKey(text: string | undefined): SigningJwk | undefined {
  if (!text) return undefined;
  try {
    return readSigningJwk(JSON.parse(text.trimStart().startsWith('{') ? text : readFileSync(text, 'utf8')));
  } catch (cause) {
    throw new Error('CONTEXT_SIGNING_KEY is not an Ed25519 private key as a JSON web key, nor a file that holds one.', {
      cause,
    });
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPublicJwks, readSigningJwk, type PublicJwks, type SigningJwk } from '@ordergraph/identity';
import { subgraphNames, type SubgraphName } from '@ordergraph/schema';
import type { Settings } from '@ordergraph/subgraph-server';

/** What the host reads from the environment. Nothing else in this package reads it; the gateway reads its own part. */
export interface Environment {
  readonly isProduction: boolean;
  /** A supergraph file makes this process the gateway alone, over whatever it describes. */
  readonly supergraphFile: string | null;
  /** The one part that this process runs: a subgraph, or `gateway`. Null runs everything. */
  readonly part: string | null;
  readonly port: number;
  /** Null leaves it to the mode: only this machine where tokens are given away, everybody elsewhere. */
  readonly hostname: string | null;
  /** Where clients reach the installation: names its own tokens' issuer, and is where payment pages send people back. */
  readonly publicUrl: string;
  readonly stateDirectory: string;
  readonly databaseUrl: URL | null;
  /** Of all `app_` and `relay_` roles; null sends none. */
  readonly databaseRolePassword: string | null;
  readonly databasePoolSize: number;
  readonly natsUrl: string | null;
  readonly natsReplicas: number;
  readonly redisUrl: string | null;
  /** Where subgraphs are reached that do not run in this process. */
  readonly subgraphUrls: ReadonlyMap<SubgraphName, string>;
  readonly hasForeignIssuer: boolean;
  readonly tokenAudience: string;
  readonly hasDemo: boolean;
  readonly carrier: CarrierEnvironment;
  readonly secrets: GivenSecrets;
  /** For subgraphs that ask for them by name. */
  readonly settings: Settings;
  readonly crashAt: { readonly name: string; readonly hits: number } | null;
}

/** How the simulated carrier is run, and reached. */
export interface CarrierEnvironment {
  /** Where it takes bookings; null starts it beside logistics. */
  readonly url: string | null;
  /** Where it delivers its webhooks; null where it runs beside logistics. */
  readonly webhookUrl: string | null;
  readonly roadsFile: string | null;
  readonly traceFile: string | null;
  /** How many times faster than life. */
  readonly speed: number;
}

/** Secrets that the environment names; the others are generated and kept, or refused. */
export interface GivenSecrets {
  readonly contextSigningKey: SigningJwk | null;
  readonly contextVerifyingKeys: PublicJwks | null;
  readonly tokenSigningKey: SigningJwk | null;
  readonly tokenVerifyingKeys: PublicJwks | null;
  readonly sealingMasterKey: Buffer | null;
  readonly cursorSecret: string | null;
  readonly webhookSecrets: string | null;
  readonly carrierApiKey: string | null;
  readonly carrierWebhookSecrets: string | null;
  readonly trackingSecret: string | null;
}

const defaultPort = 4000;

type Variables = Readonly<Record<string, string | undefined>>;

const root = join(import.meta.dirname, '..', '..');

/** Reads and checks the variables; throws a sentence that says which one to change. */
export function readEnvironment(part?: string, variables: Variables = process.env): Environment {
  const isProduction = variables['NODE_ENV'] === 'production';
  const port = readNumber(variables, 'PORT', defaultPort, 0, 65_535);
  const onlyPart = part ?? (variables['PART'] || null);
  // A part alone is reached by the gateway, and clients reach that.
  const isBehindGateway = onlyPart !== null && onlyPart !== 'gateway';
  const demo = variables['DEMO'] || (isProduction ? 'off' : 'on');
  if (demo !== 'on' && demo !== 'off') throw new Error(`DEMO is "${demo}". Set it to on or off.`);
  return {
    isProduction,
    supergraphFile: variables['SUPERGRAPH_FILE'] || null,
    part: onlyPart,
    port,
    hostname: variables['HOST'] || null,
    publicUrl: (variables['PUBLIC_URL'] || `http://localhost:${isBehindGateway ? defaultPort : port}`).replace(
      /\/+$/,
      '',
    ),
    stateDirectory: variables['ORDERGRAPH_STATE_DIR'] || join(root, '.ordergraph'),
    databaseUrl: readDatabaseUrl(variables['DATABASE_URL']),
    databaseRolePassword: variables['DATABASE_ROLE_PASSWORD'] || null,
    databasePoolSize: readNumber(variables, 'DATABASE_POOL_SIZE', 6, 1, 1_000),
    natsUrl: variables['NATS_URL'] || null,
    natsReplicas: readNumber(variables, 'NATS_REPLICAS', 1, 1, 5),
    redisUrl: variables['REDIS_URL'] || null,
    subgraphUrls: readSubgraphUrls(variables),
    hasForeignIssuer: Boolean(variables['JWKS_URL']),
    tokenAudience: variables['TOKEN_AUDIENCE'] || 'ordergraph',
    hasDemo: demo === 'on',
    carrier: {
      url: readUrl(variables, 'CARRIER_URL'),
      webhookUrl: readUrl(variables, 'CARRIER_WEBHOOK_URL'),
      roadsFile: variables['CARRIER_ROADS'] || null,
      traceFile: variables['CARRIER_TRACE'] || null,
      speed: readNumber(variables, 'CARRIER_SPEED', 1, 1, 10),
    },
    secrets: {
      contextSigningKey: readKey(variables, 'CONTEXT_SIGNING_KEY', readSigningJwk),
      contextVerifyingKeys: readKey(variables, 'CONTEXT_VERIFYING_KEYS', readPublicJwks),
      tokenSigningKey: readKey(variables, 'TOKEN_SIGNING_KEY', readSigningJwk),
      tokenVerifyingKeys: readKey(variables, 'TOKEN_VERIFYING_KEYS', readPublicJwks),
      sealingMasterKey: readMasterKey(variables['SEALING_MASTER_KEY']),
      cursorSecret: variables['CURSOR_SECRET'] || null,
      webhookSecrets: variables['PAYMENT_WEBHOOK_SECRETS'] || null,
      carrierApiKey: variables['CARRIER_API_KEY'] || null,
      carrierWebhookSecrets: variables['CARRIER_WEBHOOK_SECRETS'] || null,
      trackingSecret: variables['TRACKING_SECRET'] || null,
    },
    settings: {
      SMTP_URL: variables['SMTP_URL'],
      MAIL_FROM: variables['MAIL_FROM'],
      REDIS_URL: variables['REDIS_URL'],
      MAIL_DIRECTORY: variables['MAIL_DIRECTORY'],
      PAYMENT_WEBHOOK_URL: variables['PAYMENT_WEBHOOK_URL'],
      TRACKING_URL: variables['TRACKING_URL'],
      PAYMENT_PROVIDER_TIMEOUT_MS: variables['PAYMENT_PROVIDER_TIMEOUT_MS'],
      PAYMENT_SANDBOX_DECISION_MS: variables['PAYMENT_SANDBOX_DECISION_MS'],
    },
    crashAt: readCrashPoint(variables['ORDERGRAPH_CRASH_AT'], isProduction),
  };
}

/** The variable that says where a subgraph is reached. */
export const subgraphUrlVariable = (name: SubgraphName): string => `SUBGRAPH_URL_${name.toUpperCase()}`;

function readSubgraphUrls(variables: Variables): Map<SubgraphName, string> {
  return new Map(
    subgraphNames.flatMap((name) => {
      const variable = subgraphUrlVariable(name);
      const url = variables[variable];
      if (!url) return [];
      if (/^https?:\/\//.test(url) && URL.canParse(url)) return [[name, url]];
      throw new Error(
        `${variable} is "${url}". Set it to the subgraph's address, such as http://${name}:4001/graphql.`,
      );
    }),
  );
}

function readNumber(variables: Variables, name: string, otherwise: number, least: number, most: number): number {
  const text = variables[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${name} is "${text}". Set it to a whole number from ${least} to ${most}, for example ${otherwise}.`);
}

function readUrl(variables: Variables, name: string): string | null {
  const url = variables[name];
  if (!url) return null;
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new Error(`${name} is "${url}". Set it to an address, such as http://localhost:4100.`);
}

function readDatabaseUrl(text: string | undefined): URL | null {
  if (!text) return null;
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) {
    const url = new URL(text);
    if (url.pathname.length > 1) return url;
  }
  // It may hold a password, so it is not repeated.
  throw new Error(
    'DATABASE_URL is not a URL with a database in it, such as postgres://og_owner@localhost:5432/ordergraph.',
  );
}

/** A JSON web key (set), as text or as the path of a file that holds it. */
function readKey<Key>(variables: Variables, name: string, read: (json: unknown) => Key): Key | null {
  const text = variables[name];
  if (!text) return null;
  try {
    return read(JSON.parse(text.trimStart().startsWith('{') ? text : readFileSync(text, 'utf8')));
  } catch (error) {
    // A parser's message would quote the key.
    const reason = error instanceof TypeError ? ` ${error.message}` : '';
    throw new Error(`${name} is neither the JSON of a key nor the path of a file that holds it.${reason}`, {
      cause: error,
    });
  }
}

function readMasterKey(text: string | undefined): Buffer | null {
  if (!text) return null;
  const key = Buffer.from(text, 'base64');
  if (key.length === 32) return key;
  throw new Error('SEALING_MASTER_KEY is not 32 bytes in base64. Make one with: openssl rand -base64 32');
}

function readCrashPoint(text: string | undefined, isProduction: boolean): Environment['crashAt'] {
  if (!text) return null;
  if (isProduction) throw new Error('ORDERGRAPH_CRASH_AT is for tests of recovery; unset it with NODE_ENV=production.');
  const [name = '', hits = '1'] = text.split(':');
  return { name, hits: Math.max(1, Number.parseInt(hits, 10) || 1) };
}

import {
  createContextSigner,
  createContextVerifier,
  createTokenIssuer,
  generateSigningKey,
  publicJwksOf,
} from '@ordergraph/identity';
import { createGateway, createInProcessClient, silentLog } from '@ordergraph/gateway';
import { execute, parse, subscribe, type ExecutionArgs } from 'graphql';
import { composeMovingWorld, type MovingWorld, type SubgraphName } from './moving-world.ts';
import type { Readings } from './readings.ts';

const neverMs = 1e9;
const merchant = '0193a1b2-0000-7000-8000-000000000001';
const customer = (index: number): string => `0193a1b2-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;

/** The gateway as it comes, with signed contexts, cost and rates; only one address may open as many sockets as it likes. */
export async function startGatewayServer(
  world: MovingWorld,
  sockets: number,
  isPatient: boolean,
): Promise<{ url: string; tokens: string[]; readings: () => Readings }> {
  const key = generateSigningKey();
  const contextSigner = createContextSigner(key);
  const verifier = createContextVerifier(publicJwksOf(key), Date.now, contextSigner);
  const issuer = createTokenIssuer({ issuer: 'bench', audience: 'bench', privateKeyJwk: generateSigningKey() });
  const gateway = await createGateway({
    supergraph: { sdl: composeMovingWorld() },
    subgraphClient(name) {
      // The supergraph has these two.
      const subgraph = name as SubgraphName;
      const schema = world.schemaOf(subgraph);
      const argsOf = (
        request: Parameters<Parameters<typeof createInProcessClient>[0]['execute']>[0],
      ): ExecutionArgs => ({
        schema,
        document: request.document ?? parse(request.query),
        variableValues: request.variables,
        contextValue: verifier.verify(request.context, { subgraph, body: request }),
      });
      return createInProcessClient({
        name,
        execute: async (request) => execute(argsOf(request)),
        subscribe: async (request) => subscribe(argsOf(request)),
      });
    },
    issuers: [{ issuer: 'bench', audience: 'bench', jwks: issuer.jwks() }],
    contextSigner,
    liveLimits: {
      connections: { capacity: 1e6, refillPerSecond: 1e6 },
      ...(isPatient ? { pingMs: neverMs, stalledMs: neverMs } : {}),
    },
    log: silentLog,
  });
  const { url } = await gateway.listen(0);
  return {
    url: `${url.replace('http', 'ws')}/graphql`,
    tokens: Array.from({ length: sockets }, (_, index) =>
      issuer.issue({ subject: customer(index), actorType: 'CUSTOMER', merchants: [merchant], scopes: [] }, 3_600),
    ),
    readings() {
      const { hydrations, cohortsActive, socketsActive, conflated, waiting, ends } = gateway.metrics();
      return {
        hydrations,
        cohorts: cohortsActive,
        sockets: socketsActive,
        conflated,
        waiting,
        ends: Object.fromEntries(ends),
      };
    },
  };
}

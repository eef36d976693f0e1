import { defineConfig } from 'vitest/config';
import { findServers } from './packages/testing/src/servers.ts';

// What runs in both modes: all in one process first, then with all parts over real NATS, Redis and HTTP.
const inBothModes = [
  'host/tests/{loyalty,shipping,storefront,storefront-session,watch}.e2e.test.ts',
  'packages/subgraph-server/tests/modes.int.test.ts',
  'host/tests/live/isolation.e2e.test.ts',
  'host/tests/recovery/kill.e2e.test.ts',
  'subgraphs/logistics/tests/{following,recorded-traces}.int.test.ts',
  'subgraphs/loyalty/tests/*.int.test.ts',
];
const servers = findServers();
const missing =
  servers.nats.kind === 'url' ? 'a NATS server that is lent has room for one installation only' : servers.missing;
if (missing) process.stderr.write(`The distributed mode is not tested: ${missing}.\n`);
const distributed = {
  extends: true as const,
  test: {
    name: 'distributed',
    include: inBothModes,
    env: { ORDERGRAPH_TEST_MODE: 'distributed' },
    // After all of the other run: both build and serve the same pages.
    sequence: { groupOrder: 1 },
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'one process',
          include: [
            '{schema,gateway,host,storefront,verify,scripts}/tests/**/*.test.ts',
            '{packages,subgraphs}/*/tests/**/*.test.ts',
          ],
        },
      },
      ...(missing ? [] : [distributed]),
    ],
    globalSetup: ['packages/testing/src/global-setup.ts'],
    reporters: ['default', './scripts/closing-line.mjs'],
    // Vite would load graphql's ES modules while Apollo requires the CommonJS ones, and two copies of graphql refuse to
    // work together. Native loading is also what production does.
    experimental: { viteModuleRunner: false },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { APOLLO_TELEMETRY_DISABLED: 'true' },
  },
});

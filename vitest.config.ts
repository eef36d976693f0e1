import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{schema,gateway,host,storefront,verify,scripts}/tests/**/*.test.ts',
      '{packages,subgraphs}/*/tests/**/*.test.ts',
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

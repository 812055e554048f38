/**
 * Two kinds of tests: those that run in Node (pure code, Chromium, black-box runs of the
 * whole gate) and those that run inside workerd with real bindings.
 */
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Test only: random bytes, never used anywhere else. */
const TEST_SECRET = '3q2-7wR1cZk0v8LhXo5TqJ4mYbN6sUeFgA9iDpKxWzM';

const CI_REPORTERS = ['default', ['json', { outputFile: 'test/.results/results.json' }]] as const;

// wrangler reads required secrets from here, and warns 27 times where they are missing.
process.env['TOLL_SECRET'] ??= TEST_SECRET;

export default defineConfig({
  test: {
    reporters: [...CI_REPORTERS],
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/{unit,boundary}/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts', 'test/blackbox/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        plugins: [
          cloudflareTest({
            main: './src/worker.ts',
            wrangler: { configPath: './wrangler.toml' },
            // As deployed, but charging: the preset of a first deploy only watches.
            miniflare: { bindings: { TOLL_SECRET: TEST_SECRET, PRESET: 'balanced' } },
          }),
        ],
        test: {
          name: 'workers',
          globalSetup: ['./test/support/corpora-provider.ts'],
          include: ['test/{workers,contract}/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
    ],
  },
});

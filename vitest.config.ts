import { defineConfig } from 'vitest/config';

export default defineConfig({
  ssr: { resolve: { conditions: ['development', 'node', 'import', 'module', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    // Long enough for a machine whose cores others keep busy: a test that hangs is found all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Tests with real sockets and processes share the machine with whatever else runs there; a second failure is a failure.
    retry: process.env['CI'] === undefined ? 0 : 1,
    pool: 'forks',
    maxWorkers: '100%', // by itself vitest leaves a core of two to nobody
    execArgv: ['--conditions=development'],
    reporters: ['default'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
  },
});

/** The day of real devices, which takes minutes: it is no part of `npm test`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  ssr: { resolve: { conditions: ['development', 'node', 'module', 'default'] } },
  test: {
    include: ['test/deviceDay/*.live.ts'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    pool: 'forks',
    execArgv: ['--conditions=development'],
  },
});

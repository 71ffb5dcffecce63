import { defineConfig } from 'tsdown';

/**
 * Two bundles: the public API, and the command line.
 * Libraries with native parts stay outside; everything else is bundled so that a start costs few file reads.
 */
export default defineConfig({
  entry: { index: 'src/index.ts', 'cli/ven': 'src/cli/ven.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outDir: 'dist',
  clean: true,
  dts: { entry: 'src/index.ts' },
});

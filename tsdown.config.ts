import { defineConfig } from 'tsdown';

/**
 * Two bundles: the public API, and the command line.
 *
 * Everything but LevelDB (which has a native part) is bundled into them: a start then reads a few files instead of
 * hundreds, and is three times as fast.
 */
export default defineConfig({
  entry: { index: 'src/index.ts', 'cli/ven': 'src/cli/ven.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outDir: 'dist',
  clean: true,
  dts: false,
  noExternal: [/^(?!level$|node:).*$/],
  inlineOnly: false,
});

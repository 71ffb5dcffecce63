import { defineConfig } from 'tsdown';

/** A character beyond ASCII as an escape, which means the same in strings, templates, regular expressions and names. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** One typographic apostrophe makes V8 keep two bytes for every character of a file; a megabyte of them is none of a VEN's business. */
const asciiOnly = {
  name: 'ascii-only',
  generateBundle: (_options: unknown, bundle: Record<string, { code?: string }>): void => {
    for (const file of Object.values(bundle)) if (file.code !== undefined) file.code = file.code.replaceAll(/[^\0-\x7f]/g, escaped);
  },
};

/**
 * Two bundles: the public API, and the command line.
 *
 * Everything but LevelDB (which has a native part) is bundled into them: a start then reads a few files instead of
 * hundreds, and is three times as fast. Of comments only the licences are kept.
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
  plugins: [asciiOnly],
  outputOptions: { comments: { legal: true, annotation: false, jsdoc: false } },
});

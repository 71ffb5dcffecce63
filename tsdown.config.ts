import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'tsdown';

/** A character beyond ASCII as an escape, which means the same in strings, templates, regular expressions and names. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** One typographic apostrophe makes V8 keep two bytes for every character of a file; a megabyte of them is none of a VEN's business. */
const asciiOnly = {
  name: 'ascii-only',
  generateBundle: (_options: unknown, bundle: Record<string, { code?: string }>): void => {
    for (const file of Object.values(bundle))
      if (file.code !== undefined) file.code = file.code.replaceAll(/[^\0-\x7f]/g, escaped);
  },
};

/** What a stack trace names is what the source names: only local variables get short names. */
const keepNames = { function: true, class: true };

/** Types go into the package, not into every build. */
const isPacking = process.env['npm_lifecycle_event'] === 'prepack';

/**
 * The public API, the process in which plans are made, that of a worker of the fleet's demo, and what reads the command
 * line's program.
 *
 * Everything but LevelDB (which has a native part) and HiGHS (which brings WebAssembly, read when a plan is wanted) is
 * bundled into them: a start then reads a few files instead of hundreds, and is three times as fast. Of comments only the
 * licences are kept.
 */
const node: UserConfig = {
  entry: {
    index: 'src/index.ts',
    'cli/ven': 'src/launch/ven.ts',
    'cli/recorded': 'src/launch/recorded.ts',
    'cli/compileAhead': 'src/launch/compileAhead.ts',
    'planning/child': 'src/adapters/planning/planningChild.ts',
    'demo/worker': 'src/cli/fleet/demo/demoWorkerProcess.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outDir: 'dist',
  clean: true,
  dts: isPacking,
  noExternal: [/^(?!(?:level|highs)$|node:).*$/],
  inlineOnly: false,
  plugins: [asciiOnly],
  // Lines stay: an error that ends the process shows the line it came from, which must not be the whole file.
  minify: { compress: { keepNames }, mangle: { keepNames }, codegen: { removeWhitespace: false } },
  outputOptions: { comments: { legal: true, annotation: false, jsdoc: false } },
};

const root = dirname(fileURLToPath(import.meta.url));
const page = join(root, 'src', 'inspector', 'page');
const textOf = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

/** The page's styles as one file, in the order of their names. */
const styles = (): string => {
  const own = readdirSync(join(page, 'styles'))
    .filter((name) => name.endsWith('.css'))
    .sort();
  return own.map((name) => textOf(page, 'styles', name)).join('\n');
};

interface Emitting {
  emitFile(file: { readonly type: 'asset'; readonly fileName: string; readonly source: string }): string;
}

/** What the page consists of beside its script. */
const pageFiles = {
  name: 'page-files',
  generateBundle(this: Emitting): void {
    const files = {
      'index.html': textOf(page, 'index.html'),
      'icon.svg': textOf(page, 'icon.svg'),
      'page.css': styles(),
    };
    for (const [name, source] of Object.entries(files))
      this.emitFile({ type: 'asset', fileName: `inspector/${name}`, source });
  },
};

/** The command line's program: as CommonJS, for that is what a launcher can read with code that V8 made of it before. */
const program: UserConfig = {
  ...node,
  entry: { 'cli/program': 'src/cli/ven.ts' },
  format: 'cjs',
  outExtensions: () => ({ js: '.cjs' }),
  clean: false,
  dts: false,
  outputOptions: { ...node.outputOptions, dynamicImportInCjs: false, strict: true },
};

/** The inspector's page, for browsers. */
const browser: UserConfig = {
  entry: { 'inspector/page': 'src/inspector/page/main.tsx' },
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  outDir: 'dist',
  outExtensions: () => ({ js: '.js' }),
  tsconfig: 'src/inspector/page/tsconfig.json',
  clean: false,
  dts: false,
  minify: true,
  noExternal: [/.*/],
  inlineOnly: false,
  plugins: [pageFiles],
};

/** The benchmark is bundled as the public API is, and needs nothing else. */
export default defineConfig(process.env['TER_VEN_BUNDLES'] === 'bench' ? [node] : [node, program, browser]);

/**
 * `npm run docs`: writes the documents that are made from the source. `npm run docs -- --check` writes nothing and fails when one
 * is out of date.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commandsDocument } from '../src/cli/commandApi/openapi.ts';
import { openApiDocument } from '../src/inspector/api/openapi.ts';
import { scaleFiles } from './atScale/files.ts';
import { currentCoverage } from './coverage.ts';
import { factsPage } from './docs/facts.ts';
import { statechartFiles } from './docs/statecharts.ts';

/** Every generated document by its path from the repository's root. */
export const generatedFiles = async (repository: string): Promise<ReadonlyMap<string, string>> => {
  const files = new Map(await statechartFiles(repository));
  files.set('docs/facts.md', factsPage(repository));
  files.set('docs/openapi.json', `${JSON.stringify(openApiDocument(), null, 2)}\n`);
  files.set('docs/openapi-commands.json', `${JSON.stringify(commandsDocument(), null, 2)}\n`);
  for (const [path, text] of scaleFiles(repository)) files.set(path, text);
  files.set('docs/coverage.md', currentCoverage().page);
  return files;
};

const present = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8').replace(/\r\n/g, '\n');
  } catch {
    return null;
  }
};

/** The documents that are not what the source says, by path. */
export const staleFiles = async (repository: string): Promise<readonly string[]> =>
  [...(await generatedFiles(repository))]
    .filter(([path, text]) => present(join(repository, path)) !== text)
    .map(([path]) => path);

const write = async (repository: string): Promise<void> => {
  for (const [path, text] of await generatedFiles(repository)) {
    if (present(join(repository, path)) === text) continue;
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
    process.stdout.write(`wrote ${path}\n`);
  }
};

const check = async (repository: string): Promise<void> => {
  const stale = await staleFiles(repository);
  for (const path of stale)
    process.stderr.write(`${path} is out of date: run "npm run docs" and commit what it writes.\n`);
  if (stale.length > 0) process.exitCode = 1;
};

/** @limit Problems that are shown; the first ones tell enough. */
const shownProblems = 20;

/** What tests declare about rules may be wrong although the page says just that. */
const reportCoverage = (): void => {
  const { problems } = currentCoverage();
  for (const problem of problems.slice(0, shownProblems)) process.stderr.write(`${problem}\n`);
  if (problems.length > shownProblems) process.stderr.write(`… and ${problems.length - shownProblems} more.\n`);
  if (problems.length > 0) process.exitCode = 1;
};

const main = async (): Promise<void> => {
  const repository = dirname(dirname(fileURLToPath(import.meta.url)));
  await (process.argv.includes('--check') ? check(repository) : write(repository));
  reportCoverage();
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();

/**
 * What must be true before anything of this repository can run: a Node that is new enough,
 * the locked dependencies, and a build that is not older than its source.
 * Plain Node and nothing else, since on a fresh clone there is nothing else.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = dirname(dirname(fileURLToPath(import.meta.url)));

const at = (...parts) => join(repository, ...parts);
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Ends the process with one sentence that says what to do. */
const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

/** One line for each step that takes time; nothing is said when nothing is done. Not on stdout: that belongs to the command. */
const say = (line) => process.stderr.write(`${line}\n`);

/** Refuses a Node older than package.json asks for, before an unknown syntax does it in its own words. */
export const requireNode = () => {
  const wanted = readJson(at('package.json')).engines.node.replace(/^>=/, '');
  const [major, minor = 0] = wanted.split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  fail(
    `This is Node ${process.versions.node}, and ter-ven needs Node ${wanted} or newer: install it from https://nodejs.org and start again.`,
  );
};

/** The installed version of every locked package agrees with the lock; optional ones (other platforms) may be absent. */
export const dependenciesAgree = (locked, installed) =>
  Object.entries(locked.packages).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const present = installed.packages[path];
    return present === undefined ? optional === true : present.version === version;
  });

const dependenciesArePresent = () => {
  const installed = at('node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  try {
    return dependenciesAgree(readJson(at('package-lock.json')), readJson(installed));
  } catch {
    return false;
  }
};

/** How often it is said how far a step is: on a terminal, and where each time is a line of a file. Milliseconds. */
const everyMs = { terminal: 500, file: 10_000 };

/** Says how far a step is until it is over; on a terminal always in the same line. */
const progress = (title, far, { output = process.stderr, startedAt = Date.now() } = {}) => {
  const line = () => `${title}: ${far()}${Math.round((Date.now() - startedAt) / 1_000)} s`;
  const tell = () => output.write(output.isTTY ? `\r\u001b[K${line()}` : `${line()}\n`);
  tell();
  const timer = setInterval(tell, output.isTTY ? everyMs.terminal : everyMs.file);
  return () => {
    clearInterval(timer);
    if (output.isTTY) output.write(`\r\u001b[K${line()}\n`);
  };
};

/** The lines in which npm tells of an answer of the registry (`--loglevel http`): they are counted, and no complaint. */
const registryAnswer = /^npm http fetch .*\n?/gm;

/** Runs a Node program of this machine; its output is kept back and shown only when it fails. */
const runQuietly = async (file, args, { title, far = () => '', sentence }) => {
  const throughShell = !file.endsWith('js') && process.platform === 'win32';
  const [command, all] = file.endsWith('js') ? [process.execPath, [file, ...args]] : [file, args];
  const child = spawn(command, all, { cwd: repository, shell: throughShell, stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  const over = progress(title, () => far(written));
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (written += text));
  // Ctrl-C reaches the program as well, which ends by it: then there is nothing to complain of.
  let interrupted = false;
  const interrupt = (signal) => {
    interrupted = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt);
  const { status, signal, error } = await new Promise((resolve) => {
    child.on('error', (error) => resolve({ error }));
    child.on('close', (status, signal) => resolve({ status, signal }));
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupt);
  over();
  if (status === 0 && !interrupted) return;
  if (interrupted || signal === 'SIGINT' || signal === 'SIGTERM') process.exit(0);
  say(written.replace(registryAnswer, '').trimEnd());
  fail(error ? `${sentence} (${error.message}.)` : sentence);
};

/**
 * `87 of 412 packages, `: how many of the locked packages are there already; before the first,
 * `212 answers of the registry, `, for npm fetches what it does not have before it unpacks any.
 */
export const installedSoFar = (locked, isPresent, written) => {
  const paths = Object.entries(locked.packages).flatMap(([path, { optional }]) =>
    path === '' || optional === true ? [] : [path],
  );
  const present = paths.filter(isPresent).length;
  const answers = written.match(registryAnswer)?.length ?? 0;
  if (present > 0 || answers === 0) return `${present} of ${paths.length} packages, `;
  return `${answers} ${answers === 1 ? 'answer' : 'answers'} of the registry, `;
};

/** npm as the caller uses it: `npm start` names its own program in npm_execpath. */
const npmProgram = () => (process.env.npm_execpath?.endsWith('.js') ? process.env.npm_execpath : 'npm');

/** Installs the locked dependencies when they are absent or differ from package-lock.json. */
export const installWhenNeeded = async () => {
  if (dependenciesArePresent()) return;
  const locked = readJson(at('package-lock.json'));
  await runQuietly(
    npmProgram(),
    ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=http'],
    {
      title: 'Installing the locked dependencies (npm ci)',
      far: (written) => installedSoFar(locked, (path) => existsSync(at(path, 'package.json')), written),
      sentence:
        'The dependencies could not be installed: npm ci failed as shown above. Check the network and the npm registry setting, then start again.',
    },
  );
};

/** The newest change at or below a path; a folder counts, because a deleted file changes only its folder. */
export const newestChange = (path) => {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), mtimeMs);
};

const buildIsFresh = (built) => {
  if (!existsSync(built)) return false;
  const sources = ['src', 'tsdown.config.ts', 'package.json'].map((name) => newestChange(at(name)));
  return statSync(built).mtimeMs >= Math.max(...sources);
};

/** Builds when there is no build or the source is newer, and gives the path of the command line's entry. */
export const buildWhenNeeded = async () => {
  const built = at('dist', 'cli', 'ven.mjs');
  if (buildIsFresh(built)) return built;
  await runQuietly(
    at('node_modules', 'tsdown', readJson(at('node_modules', 'tsdown', 'package.json')).bin.tsdown),
    ['--logLevel', 'warn'],
    {
      title: 'Building (tsdown)',
      sentence:
        'The build failed as shown above. Undo the last change of src/, or run "npm run types" to see what is wrong, then start again.',
    },
  );
  if (!existsSync(built))
    fail(`The build ended without ${relative(repository, built)}: check the entries of tsdown.config.ts.`);
  return built;
};

/** Has V8 compile ahead what was built, as `npm run build` does, where that was not done. */
export const compileAheadWhenNeeded = async (built) => {
  if (existsSync(join(dirname(built), 'compiled'))) return;
  await runQuietly(join(dirname(built), 'compileAhead.mjs'), [], {
    title: 'Compiling ahead',
    sentence: 'The program could not be compiled ahead, as shown above.',
  });
};

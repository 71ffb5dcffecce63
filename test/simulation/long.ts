/**
 * Ten thousand days of the adversary in one run that can be broken off and gone on with: `npm run simulate:long -- --help`.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { countOf } from './support/count.ts';
import { Book, usualBook } from './support/long/book.ts';
import { liveInProcess } from './support/long/inProcess.ts';
import { liveStretch } from './support/long/liveStretch.ts';

const help = `npm run simulate:long -- [--seeds N] [--from SEED] [--days D] [--at-once N] [--book FILE]
  N seeds (default 500, from 1 on), D days of trouble each (default 20), some at once (default: one a core).
  Each seed is lived in a process of its own. What it came to is written into a book outside of the repository
  (default ${usualBook()}): called again at the same commit, it goes on with what is left.
`;

const git = (...args: readonly string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();

/** The commit that is checked out, with a `+` where the tree is another. */
const commitHere = (): string =>
  `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    days: { type: 'string', default: '20' },
    'at-once': { type: 'string', default: String(availableParallelism()) },
    book: { type: 'string', default: usualBook() },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const run = async (): Promise<boolean> => {
  const stretch = {
    commit: commitHere(),
    from: countOf(values.from, 'from'),
    seeds: countOf(values.seeds, 'seeds'),
    days: countOf(values.days, 'days'),
  };
  if (stretch.commit.endsWith('+')) say('The tree has changes that no commit holds: nothing counts as lived before.');
  const live: typeof liveInProcess = (seed, days) => {
    const now = commitHere();
    if (now !== stretch.commit)
      throw new Error(`The tree is at ${now} by now, and this run began at ${stretch.commit}: start it again.`);
    return liveInProcess(seed, days);
  };
  const all = await liveStretch({
    stretch,
    book: new Book(values.book),
    atOnce: countOf(values['at-once'], 'at-once'),
    live,
    say,
  });
  return all.every(({ violations }) => violations.length === 0);
};

if (values.help) process.stdout.write(help);
else {
  try {
    process.exitCode = (await run()) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

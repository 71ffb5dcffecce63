import type { Book, Lived, Stretch } from './book.ts';

/** How a stretch is lived. */
export interface Living {
  readonly stretch: Stretch;
  readonly book: Book;
  /** How many seeds are lived at the same time. */
  readonly atOnce: number;
  readonly live: (seed: number, days: number) => Promise<Omit<Lived, 'commit' | 'seed' | 'days'>>;
  readonly say: (line: string) => void;
}

/** So many seeds are lived between two lines that say how far it is. */
const tellEvery = 20;

const grouped = (number: number): string => Math.round(number).toLocaleString('en-US');

const tellFailed = ({ seed, days, violations }: Lived, say: (line: string) => void): void => {
  say(`seed ${seed} (made small by: npm run simulate -- --from ${seed} --seeds 1 --days ${days})`);
  for (const violation of violations.slice(0, 8)) say(`  ${violation}`);
};

/** What a stretch came to, in a sentence. */
export const reportOf = ({ commit, days }: Stretch, all: readonly Lived[]): string => {
  const sumOf = (of: (lived: Lived) => number): number => all.reduce((sum, lived) => sum + of(lived), 0);
  const failed = all.filter(({ violations }) => violations.length > 0).length;
  const cpuSeconds = sumOf((lived) => lived.cpuSeconds);
  const largest = all.reduce((most, { peakMegabytes }) => Math.max(most, peakMegabytes), 0);
  const each = all.length === 0 ? 0 : cpuSeconds / (all.length * days);
  return [
    `${grouped(all.length)} seeds of ${days} day(s) at ${commit}: ${grouped(all.length * days)} days, ${grouped(sumOf(({ entries }) => entries))} entries, ${failed} failed`,
    `${grouped(cpuSeconds)} CPU s, ${each.toFixed(1)} a day, up to ${grouped(largest)} MB.`,
  ].join('; ');
};

/** Lives the seeds of a stretch that the book does not have yet, and tells of all of them. What a tree with changes came to is never taken from the book. */
export const liveStretch = async ({ stretch, book, atOnce, live, say }: Living): Promise<readonly Lived[]> => {
  const { commit, from, seeds, days } = stretch;
  const before = commit.endsWith('+') ? [] : book.livedAt(stretch);
  const known = new Set(before.map(({ seed }) => seed));
  const all: Lived[] = [...before];
  if (known.size > 0) say(`${known.size} of ${seeds} seeds were lived before: ${book.file}`);
  for (const lived of before) if (lived.violations.length > 0) tellFailed(lived, say);
  const left = Array.from({ length: seeds }, (_, index) => from + index).filter((seed) => !known.has(seed));
  const worker = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const lived = { commit, seed, days, ...(await live(seed, days)) };
      book.note(lived);
      all.push(lived);
      if (lived.violations.length > 0) tellFailed(lived, say);
      if (all.length % tellEvery === 0 && all.length < seeds) say(reportOf(stretch, all));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  say(reportOf(stretch, all));
  say(`Each of them stands in ${book.file}`);
  return all;
};

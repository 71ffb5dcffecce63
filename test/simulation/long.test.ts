import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Book, type Stretch } from './support/long/book.ts';
import { liveStretch } from './support/long/liveStretch.ts';

/** The long simulation: what is lived, what is not lived twice, and what is told of it. */

const stretch: Stretch = { commit: 'abc', from: 11, seeds: 4, days: 20 };

const bookFile = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-book-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'deep', 'simulated.jsonl');
};

/** Lives a stretch in which one seed fails, by the book in a file. */
const liveBy = async (file: string, given: Stretch = stretch, failing = 12) => {
  const lived: number[] = [];
  const lines: string[] = [];
  const all = await liveStretch({
    stretch: given,
    book: new Book(file),
    atOnce: 2,
    live: (seed) => {
      lived.push(seed);
      const violations = seed === failing ? ['5: an hour is lost'] : [];
      return Promise.resolve({ violations, entries: 1_000, cpuSeconds: 40, peakMegabytes: 300 + seed });
    },
    say: (line) => lines.push(line),
  });
  return { lived, lines: lines.join('\n'), all };
};

it('given a book that knows none of them, then each seed is lived, and all of it is told at the end', async () => {
  const file = bookFile();
  const { lived, lines } = await liveBy(file);
  expect(lived).toEqual([11, 12, 13, 14]);
  expect(lines).toContain(
    'seed 12 (made small by: npm run simulate -- --from 12 --seeds 1 --days 20)\n  5: an hour is lost',
  );
  expect(lines).toContain(
    '4 seeds of 20 day(s) at abc: 80 days, 4,000 entries, 1 failed; 160 CPU s, 2.0 a day, up to 314 MB.',
  );
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(4);
});

it('given a run that was broken off while it wrote, then the next one goes on with what is left, and tells of what failed before', async () => {
  const file = bookFile();
  await liveBy(file, { ...stretch, seeds: 2 });
  appendFileSync(file, '{"commit":"abc","seed":13,"da');
  const { lived, lines, all } = await liveBy(file);
  expect(lived).toEqual([13, 14]);
  expect(all).toHaveLength(4);
  expect(lines).toContain('2 of 4 seeds were lived before');
  expect(lines).toContain('5: an hour is lost');
  expect((await liveBy(file)).lived).toEqual([]);
});

it('given another commit, other days, or a tree with changes, then nothing counts as lived before', async () => {
  const file = bookFile();
  await liveBy(file);
  expect((await liveBy(file, { ...stretch, commit: 'def' })).lived).toHaveLength(4);
  expect((await liveBy(file, { ...stretch, days: 1 })).lived).toHaveLength(4);
  await liveBy(file, { ...stretch, commit: 'abc+' });
  expect((await liveBy(file, { ...stretch, commit: 'abc+' })).lived).toHaveLength(4);
});

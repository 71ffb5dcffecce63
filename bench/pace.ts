import { startChild } from './support/child.ts';
import { withDirectory } from './support/directory.ts';
import { atMost, percent, type Figure, type Subject } from './support/figure.ts';
import { median } from './support/measure.ts';
import type { PollCost } from './support/pollCost.ts';
import { serviceEnvironment } from './support/serviceEnvironment.ts';
import { withVtn } from './support/vtn.ts';

/** Processes of each kind, all at once: a poll a second keeps no core busy. */
const processes = 3;

/** The pace of real use, and how many polls of it are counted: the first two minutes of a process, after its start. */
const paceMs = 1_000;
const startPolls = 3;
const countedPolls = 117;

const venID = 'bellawatt.example.ven.123';

const costOf = async (program: string, args: readonly string[]): Promise<PollCost> => {
  const child = startChild(program, args, { environment: serviceEnvironment() });
  const cost = (await child.next()) as PollCost;
  await child.end();
  return cost;
};

const counting = [String(paceMs), String(startPolls), String(countedPolls)];

/** A fresh process at the pace of real use: nothing is hot yet, and most of it never becomes so. */
export const pace: Subject = {
  name: 'pace',
  title: `A poll a second: CPU time and memory of the whole process over its first ${countedPolls} polls, ${processes} processes of each kind at once`,
  measure: () =>
    withVtn({ pollFreq: 'PT0S', status: 'never' }, async (url): Promise<readonly Figure[]> => {
      const many = Array.from({ length: processes });
      const [ours, bare] = await Promise.all([
        Promise.all(many.map(() => withDirectory((directory) => costOf('pollingVen', [url, directory, ...counting])))),
        Promise.all(many.map(() => costOf('barePoster', [url, venID, ...counting]))),
      ]);
      const cpuOf = (costs: readonly PollCost[]): number => median(costs.map(({ cpuMs, polls }) => cpuMs / polls));
      const rssOf = (costs: readonly PollCost[]): number => median(costs.map(({ rssMb }) => rssMb));
      const floor = 'undici POST of the same bytes, at the same pace';
      return [
        {
          name: 'CPU per quiet poll, a poll a second',
          value: `${cpuOf(ours).toFixed(2)} ms`,
          floor: { name: floor, value: `${cpuOf(bare).toFixed(2)} ms` },
          ratio: percent(cpuOf(ours) / cpuOf(bare)),
          goal: atMost(cpuOf(ours), 1.5, 'ms'),
        },
        {
          name: 'RSS after two minutes of it',
          value: `${rssOf(ours).toFixed(1)} MB`,
          floor: { name: floor, value: `${rssOf(bare).toFixed(1)} MB` },
          ratio: percent(rssOf(ours) / rssOf(bare)),
          goal: atMost(rssOf(ours), 65, 'MB'),
        },
      ];
    }),
};

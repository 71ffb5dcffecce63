import { startChild } from './support/child.ts';
import { withDirectory } from './support/directory.ts';
import { atMost, percent, type Subject } from './support/figure.ts';
import { median } from './support/measure.ts';
import { toldPolls, warmUpPolls, type PollCost } from './support/pollCost.ts';
import { withVtn } from './support/vtn.ts';

/** Processes of each kind, in turns. */
const processes = 3;
/** Runs of polls that each process tells of. */
const runs = 2;

const venID = 'bellawatt.example.ven.123';

const costsOf = async (program: string, args: readonly string[]): Promise<readonly number[]> => {
  const child = startChild(program, args);
  const costs: number[] = [];
  while (costs.length < runs) {
    const { cpuMs, polls } = (await child.next()) as PollCost;
    costs.push(cpuMs / polls);
  }
  await child.end();
  return costs;
};

/** Everything counts: clock, machines, log, XML, HTTP, garbage collection, compilation of what gets hot. */
export const poll: Subject = {
  name: 'poll',
  title: `Quiet poll: CPU time (user and system) of the whole process, over ${processes * runs} times ${toldPolls} polls, each process after ${warmUpPolls} to warm up`,
  measure: () =>
    // A frequency of zero is none: the VEN then polls at its own pace, here a pause of a millisecond.
    withVtn({ pollFreq: 'PT0S', status: 'never' }, async (url) => {
      const ours: number[] = [];
      const bare: number[] = [];
      for (let number = 0; number < processes; number += 1) {
        ours.push(...(await withDirectory((directory) => costsOf('pollingVen', [url, directory]))));
        bare.push(...(await costsOf('barePoster', [url, venID])));
      }
      const [oursMs, bareMs] = [median(ours), median(bare)];
      const floor = { name: 'undici POST of the same bytes', value: `${bareMs.toFixed(3)} ms` };
      return [
        {
          name: 'CPU per quiet poll',
          value: `${oursMs.toFixed(3)} ms`,
          floor,
          ratio: percent(oursMs / bareMs),
          goal: atMost(oursMs, 0.5, 'ms'),
        },
      ];
    }),
};

import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { withDirectory } from './support/directory.ts';
import { atMost, type Figure, type Subject } from './support/figure.ts';
import { median } from './support/measure.ts';
import { monthText, recordMonth } from './support/recordedMonth.ts';
import { serviceEnvironment } from './support/serviceEnvironment.ts';
import { withVtn } from './support/vtn.ts';

/** A minute, shortened: what is not there after this time comes with the first poll or not at all. @unit ms */
const idleMs = 25_000;

/** How much more than in its first days a process may hold in its last, before it is said to grow. */
const flatLimit = 1.05;

const limitMB = 90;

/** What the system says of a process. @unit MB */
const residentMB = (pid: number): number =>
  (Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1_024) / 1e6;

const megabytes = (value: number): string => `${value.toFixed(1)} MB`;

const idleFigure = (): Promise<Figure> =>
  withVtn({}, (url) =>
    withDirectory(async (directory) => {
      const ven = spawn(process.execPath, [process.env['TER_VEN_BENCH_SUBJECT'] ?? '', 'run', '-d', directory], {
        stdio: 'ignore',
        env: { ...process.env, ...serviceEnvironment(), VEN_VTN_URL: url, XDG_STATE_HOME: directory },
      });
      const bare = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1_000)'], { stdio: 'ignore' });
      await pause(idleMs);
      const [ours, floor] = [residentMB(ven.pid ?? 0), residentMB(bare.pid ?? 0)];
      for (const process of [ven, bare]) process.kill('SIGKILL');
      return {
        name: `RSS of \`ven run\` after ${idleMs / 1_000} s, polling each 10 s`,
        value: megabytes(ours),
        floor: { name: 'a bare Node process', value: megabytes(floor) },
        goal: atMost(ours, limitMB, 'MB'),
      };
    }),
  );

const monthFigures = async (): Promise<readonly Figure[]> => {
  const { days } = await recordMonth();
  const resident = days.map(({ rss }) => rss / 1e6);
  const [early, late] = [median(resident.slice(2, 9)), median(resident.slice(-7))];
  const last = resident.at(-1) ?? Number.NaN;
  const growth = late / early;
  return [
    {
      name: `RSS after a simulated month (${monthText})`,
      value: megabytes(last),
      floor: { name: 'most on any evening', value: megabytes(Math.max(...resident)) },
      goal: atMost(last, limitMB, 'MB'),
    },
    {
      name: 'RSS of the last week of it',
      value: megabytes(late),
      floor: { name: 'days 3 to 9', value: megabytes(early) },
      ratio: `${Math.round(growth * 100)} %`,
      goal: { text: `<= ${Math.round(flatLimit * 100)} % of days 3 to 9`, isReached: growth <= flatLimit },
    },
  ];
};

/** Memory of processes that hold a VEN and nothing else: the VTN lives in another one. */
export const memory: Subject = {
  name: 'memory',
  title:
    'Memory: resident set of a process with the agent alone, as the system counts it, garbage included, in the environment that deploy/ven.service sets',
  measure: async () => [await idleFigure(), ...(await monthFigures())],
};

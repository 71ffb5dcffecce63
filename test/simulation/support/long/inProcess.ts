import { fork } from 'node:child_process';
import { ownPart } from '../../../../src/adapters/process/ownPart.ts';
import type { Lived } from './book.ts';

/** What a seed's process tells its parent. */
export type Told = Omit<Lived, 'commit' | 'seed' | 'days'>;

const { path: file } = ownPart(['./oneSeed.mjs', './oneSeed.ts'], import.meta.url, 'lives one seed');

/** @limit Of what a seed may hold: one that needs more is a fault of its own. @unit MB */
const largestHeap = 3_000;

/** @limit How long a seed may take, on however busy a machine: one that never ends is a fault. @unit ms */
const longestMs = 2 * 3_600_000;

/** Lives a seed in a process of its own: what it held is free afterwards, and what ends the process costs this seed alone. */
export const liveInProcess = (seed: number, days: number): Promise<Told> =>
  new Promise((resolve) => {
    const child = fork(file, [String(seed), String(days)], {
      execArgv: [...process.execArgv, `--max-old-space-size=${largestHeap}`],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const overdue = setTimeout(() => child.kill('SIGKILL'), longestMs);
    let told: Told | null = null;
    child.on('message', (message) => {
      told = message as Told;
    });
    child.on('exit', (code, signal) => {
      clearTimeout(overdue);
      const why = `the simulation broke: its process ended by ${signal ?? `exit code ${code}`} before the seed was over`;
      resolve(told ?? { violations: [why], entries: 0, cpuSeconds: 0, peakMegabytes: 0 });
    });
  });

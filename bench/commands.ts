import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { keepViews } from '../src/cli/run/keepViews.ts';
import { openLevelEventLog } from '../src/store/level/levelEventLog.ts';
import { withDirectory } from './support/directory.ts';
import { atMost, percent, readable, type Figure, type Subject } from './support/figure.ts';
import { median } from './support/measure.ts';
import { monthText, recordedMonth } from './support/recordedMonth.ts';

/** Rounds; in each, every command runs once. */
const rounds = 5;
const goalMs = 500;

/** An evening before the last of the month that is recorded. */
const hourOfMonth = '2026-07-08 18:00';

const commands: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['ven status', ['status']],
  ['ven settle', ['settle']],
  ['ven usage', ['usage']],
  ['ven prices', ['prices', '--versions']],
  ['ven deliveries', ['deliveries']],
  ['ven log list', ['log', 'list']],
  ['ven plan', ['plan']],
  ['ven explain of an hour a day ago', ['explain', hourOfMonth]],
];

/** From the birth of a process to its end. @unit ms */
const lifeOf = (args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const bornAt = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    child.stderr.on('data', (text: Buffer) => (told += String(text)));
    child.on('close', (code) => {
      if (code === 0) resolve(performance.now() - bornAt);
      else reject(new Error(`${args.join(' ')} ended with ${code}. It said: ${told.slice(-2_000)}`));
    });
  });

/** A copy of the month as its agent leaves it: what commands ask was kept for them in its daily round. */
const withMonth = (body: (data: string) => Promise<readonly Figure[]>): Promise<readonly Figure[]> =>
  withDirectory(async (copy) => {
    const data = join(copy, 'data');
    cpSync((await recordedMonth()).directory, data, { recursive: true });
    const log = await openLevelEventLog(data, { createdAt: 0 });
    await keepViews(log);
    await log.close();
    return body(data);
  });

/** Commands about a log of a month, from the birth of the process to its end. */
export const commandLatency: Subject = {
  name: 'commands',
  title: `Commands: from birth to end, on the log at rest of ${monthText}`,
  measure: () =>
    withMonth(async (data) => {
      const ven = process.env['TER_VEN_BENCH_SUBJECT'] ?? '';
      const bareRead = join(import.meta.dirname, 'bareRead.mjs');
      const nothing: number[] = [];
      const floor: number[] = [];
      const lives = commands.map((): number[] => []);
      for (let round = 0; round < rounds; round += 1) {
        nothing.push(await lifeOf(['-e', '0']));
        floor.push(await lifeOf([bareRead, data]));
        for (const [index, [, args]] of commands.entries())
          lives[index]?.push(await lifeOf([ven, ...args, '--data', data]));
      }
      const floorMs = median(floor);
      return [
        { name: 'node -e 0', value: `${readable(median(nothing))} ms` },
        ...commands.map(([name], index): Figure => {
          const ms = median(lives[index] ?? []);
          return {
            name,
            value: `${readable(ms)} ms`,
            floor: { name: 'Node, and every entry read once', value: `${readable(floorMs)} ms` },
            ratio: percent(ms / floorMs),
            goal: atMost(ms, goalMs, 'ms'),
          };
        }),
      ];
    }),
};

import { spawn } from 'node:child_process';
import { startChild } from './support/child.ts';
import { withDirectory } from './support/directory.ts';
import { atMost, percent, readable, type Subject } from './support/figure.ts';
import { median } from './support/measure.ts';
import { withVtn } from './support/vtn.ts';

/** Starts of each kind; the first of each fills the disk's cache and does not count. */
const starts = 9;

/** @unit ms */
const patienceMs = 20_000;

/** From the birth of a real `ven run` to its line that it is registered. @unit ms */
const startVen = (url: string, directory: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const bornAt = performance.now();
    const ven = spawn(process.execPath, [process.env['TER_VEN_BENCH_SUBJECT'] ?? '', 'run', '-d', directory], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, VEN_VTN_URL: url, XDG_STATE_HOME: directory },
    });
    const patience = setTimeout(() => ven.kill('SIGKILL'), patienceMs);
    let told = '';
    let registeredMs: number | null = null;
    ven.stderr.on('data', (text: Buffer) => {
      told += String(text);
      if (registeredMs !== null || !told.includes('Registered with')) return;
      registeredMs = performance.now() - bornAt;
      ven.kill('SIGKILL');
    });
    ven.on('close', () => {
      clearTimeout(patience);
      if (registeredMs === null)
        reject(new Error(`ven run was not registered within ${patienceMs} ms. It said: ${told.slice(-2_000)}`));
      else resolve(registeredMs);
    });
  });

const startBare = async (url: string, directory: string): Promise<number> => {
  const bornAt = performance.now();
  const child = startChild('bareStart', [url, directory]);
  await child.next();
  const answeredMs = performance.now() - bornAt;
  await child.end();
  return answeredMs;
};

/** Starts of a fresh VEN, and of one whose log is there already, in turns with the bare start. */
export const start: Subject = {
  name: 'start',
  title: 'Start: from the birth of the process of `ven run` to its registration, with the VTN in another process',
  measure: () =>
    withVtn({}, async (url) => {
      const fresh: number[] = [];
      const again: number[] = [];
      const bare: number[] = [];
      for (let number = 0; number < starts; number += 1) {
        await withDirectory(async (directory) => {
          fresh.push(await startVen(url, directory));
          again.push(await startVen(url, directory));
        });
        bare.push(await withDirectory((directory) => startBare(url, directory)));
      }
      const [freshMs, againMs, bareMs] = [fresh, again, bare].map((all) => median(all.slice(1))) as [
        number,
        number,
        number,
      ];
      const floor = { name: 'Node, LevelDB and one POST', value: `${readable(bareMs)} ms` };
      return [
        {
          name: 'start to registered, new log',
          value: `${readable(freshMs)} ms`,
          floor,
          ratio: percent(freshMs / bareMs),
          goal: atMost(freshMs, 300, 'ms'),
        },
        {
          name: 'start to registered, log of an earlier run that was killed',
          value: `${readable(againMs)} ms`,
          floor,
          ratio: percent(againMs / bareMs),
          goal: atMost(againMs, 300, 'ms'),
        },
      ];
    }),
};

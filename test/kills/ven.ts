/** A built `ven` as a process on a fast clock. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { patienceMs } from '../support/patience.ts';
import type { FastClock } from './fastClock.ts';

/** A line of the agent's log that says which entry it speaks of. */
export interface Told {
  readonly position: number;
  /** When that entry was recorded, as text. */
  readonly time: string;
  readonly message: string;
}

export interface RunningVen {
  /** All it has said. */
  readonly text: () => string;
  readonly told: () => readonly Told[];
  readonly until: (pattern: RegExp) => Promise<void>;
  /** @returns the signal it ended by, or the code. */
  readonly kill: (signal: NodeJS.Signals) => Promise<string>;
  readonly ended: Promise<string>;
}

const isTold = (line: unknown): line is Told => typeof (line as Partial<Told> | null)?.position === 'number';

/** The lines that are whole; the last may have been cut off by the kill. */
const toldIn = (text: string): readonly Told[] =>
  text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as unknown] : []))
    .filter(isTold);

export const runVen = (ven: string, args: readonly string[], clock: FastClock): RunningVen => {
  const child = spawn(process.execPath, [ven, ...args], {
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VEN_'))),
      ...clock.environment(),
      VEN_ANCHOR_DIRECTORY: 'none', // nothing is remembered in the home of who runs it
    },
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = new Promise<string>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? String(code))),
  );
  return {
    text: () => text,
    told: () => toldIn(text),
    until: async (pattern) => {
      for (const deadline = Date.now() + patienceMs; !pattern.test(text);) {
        if (Date.now() > deadline) throw new Error(`ven did not say ${pattern}:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
};

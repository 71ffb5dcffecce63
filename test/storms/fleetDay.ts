/** A day of many VENs on three workers and PostgreSQL, one of them killed when the prices come out, as people start it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/cli/ven.ts', import.meta.url));

/** What the day came to. */
export interface DaySeen {
  readonly isEqual: boolean;
  /** The last sentence of the demo. */
  readonly sentence: string;
}

/** Lives through the day; whether ledgers and books are equal, the demo says. */
export const fleetDay = async (vens: number): Promise<DaySeen> => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-day-'));
  const args = ['fleet', 'demo', '--vens', String(vens), '--workers', '3', '--data', directory];
  const demo = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    stdio: ['ignore', 'pipe', process.env['STORM_VERBOSE'] === undefined ? 'ignore' : 'inherit'],
  });
  try {
    let told = '';
    demo.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    const [code] = (await once(demo, 'close')) as [number | null];
    return { isEqual: code === 0, sentence: told.trim().split('\n').at(-1) ?? '' };
  } finally {
    demo.kill('SIGTERM');
    rmSync(directory, { recursive: true, force: true });
  }
};

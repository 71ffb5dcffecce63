/**
 * `npm run kills [-- --kills 200] [--seed N] [--lapse 120] [--from HOUR]`: the built agent is killed again and again while a day of the programme goes by, and
 * log and books are compared at the end. Ends with 1 when a fact, a price or an hour is lost, or an hour is booked twice.
 *
 * The clocks of agent and VTN run faster than the machine's by libfaketime (Debian's package of that name); without it nothing is tried, and that is said.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildWhenNeeded, installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();
const ven = await buildWhenNeeded();

const kills = spawn(
  process.execPath,
  [
    ...['--import', 'tsx', '--conditions=development'],
    join(repository, 'test', 'kills', 'main.ts'),
    ...['--ven', ven, ...process.argv.slice(2)],
  ],
  { cwd: repository, stdio: 'inherit' },
);
process.on('SIGTERM', () => kills.kill('SIGTERM'));
kills.on('exit', (code) => process.exit(code ?? 1));

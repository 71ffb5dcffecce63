/**
 * A process that appends as fast as it can until it is killed: `appender.ts <data directory> <seed> [appends]`.
 *
 * With a number of appends it makes them one after the other and closes. It prints `ready`, then one line for every
 * acknowledged append, the position and hash of its last entry, and `refused` with the code when the log refuses.
 * Each entry says of itself which append it belongs to and how many entries that append has.
 */
import { writeSync } from 'node:fs';
import { LogError } from '../../src/store/errors.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { draft } from './support.ts';

const [directory = '', seed = '0', appends = 'Infinity'] = process.argv.slice(2);
let state = Number(seed) >>> 0;

/** A small generator of numbers below a limit: the same seed kills the same run at another moment. */
const below = (limit: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
};

const appendOne = async (log: EventLog, append: string): Promise<void> => {
  const size = 1 + below(6);
  const drafts = Array.from({ length: size }, (_, index) =>
    draft({ append, index, size, padding: 'x'.repeat(below(2_000)) }),
  );
  const wires = below(3) === 0 ? [{ index: below(size), xml: `<message>${'y'.repeat(below(5_000))}</message>` }] : [];
  const last = (await log.append(drafts, wires)).entries.at(-1);
  writeSync(1, `${last?.position} ${last?.hash}\n`);
};

const log = await openLevelEventLog(directory, { createdAt: 0 });
writeSync(1, 'ready\n');
const writers = appends === 'Infinity' ? 1 + below(8) : 1;
const working = Array.from({ length: writers }, async (_, writer) => {
  for (let number = 0; number < Number(appends); number += 1) await appendOne(log, `${seed}/${writer}/${number}`);
});
await Promise.all(working).catch((error: unknown) => {
  if (!(error instanceof LogError)) throw error;
  writeSync(1, `refused ${error.code}\n`);
});
await log.close();

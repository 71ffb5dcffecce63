/**
 * `npx tsx scripts/golden.ts`: makes the golden logs of this log format and these machines, with what they come to.
 *
 * A golden log is what a release recorded. One that is there is never made again: it refuses to.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBundle } from '../src/bundle/openBundle.ts';
import { asItIs, bytesOf, everything, memorySource } from '../test/bundle/support/cutting.ts';
import {
  goldenDirectory,
  goldenName,
  goldenStretches,
  goldenSummary,
  liveGolden,
  type GoldenStretch,
} from '../test/replay/support/golden.ts';

const make = async (stretch: GoldenStretch): Promise<void> => {
  const path = join(goldenDirectory, `${goldenName(stretch)}.bundle.gz`);
  if (existsSync(path)) {
    console.error(
      `${path} is there already: a golden log is kept for ever. Raise the log format or machineVersion, and a new one gets a name of its own.`,
    );
    process.exitCode = 1;
    return;
  }
  const bytes = await bytesOf({ log: await liveGolden(stretch), stretch: everything, rewriting: asItIs });
  const summary = await goldenSummary(await openBundle(memorySource(bytes)), goldenStretches[stretch]);
  mkdirSync(goldenDirectory, { recursive: true });
  writeFileSync(path, bytes, { flag: 'wx' });
  writeFileSync(path.replace(/\.bundle\.gz$/, '.json'), `${JSON.stringify(summary, null, 2)}\n`, { flag: 'wx' });
  console.log(`${path}: ${bytes.length} bytes.`);
};

for (const stretch of Object.keys(goldenStretches) as GoldenStretch[]) await make(stretch);

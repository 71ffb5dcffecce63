/** Makes golden logs: a golden log is what a release recorded, and one that is there is never made again. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBundle } from '../../../src/bundle/openBundle.ts';
import { asItIs, bytesOf, everything, memorySource } from '../../bundle/support/cutting.ts';
import {
  goldenDirectory,
  goldenName,
  goldenStretches,
  goldenSummary,
  liveGolden,
  type GoldenStretch,
} from './golden.ts';

/** Writes the golden log of a stretch with what it comes to, and says so. @throws Error where it is there already */
export const makeGolden = async (stretch: GoldenStretch): Promise<string> => {
  const path = join(goldenDirectory, `${goldenName(stretch)}.bundle.gz`);
  if (existsSync(path))
    throw new Error(
      `${path} is there already: a golden log is kept for ever. Raise the log format or machineVersion, and a new one gets a name of its own.`,
    );
  const bytes = await bytesOf({ log: await liveGolden(stretch), stretch: everything, rewriting: asItIs });
  const summary = await goldenSummary(await openBundle(memorySource(bytes)), goldenStretches[stretch]);
  mkdirSync(goldenDirectory, { recursive: true });
  writeFileSync(path, bytes, { flag: 'wx' });
  writeFileSync(path.replace(/\.bundle\.gz$/, '.json'), `${JSON.stringify(summary, null, 2)}\n`, { flag: 'wx' });
  return `${path}: ${bytes.length} bytes.`;
};

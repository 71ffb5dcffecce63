/**
 * `npx tsx scripts/golden.ts`: makes the golden logs of this log format and these machines, with what they come to.
 *
 * A golden log is what a release recorded. One that is there is never made again: it refuses to.
 */
import { goldenStretches, type GoldenStretch } from '../test/replay/support/golden.ts';
import { makeGolden } from '../test/replay/support/makeGolden.ts';

for (const stretch of Object.keys(goldenStretches) as GoldenStretch[]) {
  try {
    console.log(await makeGolden(stretch));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

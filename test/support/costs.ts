/**
 * What each test file costs: `COSTS=costs.txt npm test` adds a line for each to that file, CPU seconds first, so that
 * `sort -rn costs.txt` has the dearest on top, on a quiet machine as on a busy one.
 *
 * It is counted from the reading of the file to the end of its tests, with the processes that it started and waited for.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, expect } from 'vitest';

const costs = process.env['COSTS'] ?? '';

/** A tick of the kernel's clock as it tells it to programs. @unit s */
const tick = 0.01;

/** CPU time of children that have ended, as Linux keeps it; none is known elsewhere. @unit s */
const ofChildren = (): number => {
  if (!existsSync('/proc/self/stat')) return 0;
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * tick;
};

const spent = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + ofChildren();
};

if (costs !== '') {
  const before = spent();
  afterAll(() => {
    const file = relative(process.cwd(), expect.getState().testPath ?? '');
    appendFileSync(costs, `${(spent() - before).toFixed(1)} ${file}\n`);
  });
}

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { main } from '../../src/cli/main.ts';
import { stage } from '../support/surroundings.ts';
import { newDirectory } from '../store/support.ts';

describe('a day of a fleet', () => {
  it('ends with the ledger of each VEN equal to the books of the VTN', async () => {
    const root = newDirectory();
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const given = ['--vens', '3', '--lapse', '60000', '--seed', '5', '--data', join(root, 'data')];
    const { surroundings, stdout } = stage(['fleet', 'demo', ...given]);
    expect(await main(surroundings, COMMANDS)).toBe(0);
    expect(stdout()).toMatch(/equal to the VTN’s books, hour by hour: (69|72|75) hours, none lost and none told twice/);
    expect(
      Math.max(
        ...stdout()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(160);
  }, 120_000);
});

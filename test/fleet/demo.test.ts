import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { main } from '../../src/cli/main.ts';
import { stage } from '../support/surroundings.ts';
import { newDirectory } from '../store/support.ts';

const demo = async (...args: readonly string[]) => {
  const root = newDirectory();
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const given = ['--lapse', '60000', '--seed', '5', '--data', join(root, 'data')];
  const { surroundings, stdout, stderr } = stage(['fleet', 'demo', ...given, ...args]);
  return { code: await main(surroundings, COMMANDS), stdout: stdout(), stderr: stderr(), root };
};

/** The same day on three workers and PostgreSQL, one of them killed, is lived by `npm run storms -- day`. */
describe('a day of a fleet', () => {
  it('ends with the ledger of each VEN equal to the books of the VTN', async () => {
    const { code, stdout } = await demo('--vens', '3');
    expect(stdout).toMatch(
      /ledgers of all 3 VENs are equal to the VTN’s books, hour by hour: (69|72|75) hours, none lost and none told twice, 14[147] prices, none missed/,
    );
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(180);
  });

  it('asks for a database that is the demo’s own', async () => {
    const { root, ...nowhere } = await demo('--workers', '2', '--store', join(newDirectory(), 'none.url'));
    expect(nowhere.stderr).toContain('cannot be read (ENOENT)');
    expect(nowhere.code).not.toBe(0);
    writeFileSync(join(root, 'wrong.url'), 'mysql://x', { mode: 0o600 });
    expect((await demo('--store', join(root, 'wrong.url'))).stderr).toContain('does not begin with postgres://');
  });
});

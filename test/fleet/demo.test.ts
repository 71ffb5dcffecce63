import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { main } from '../../src/cli/main.ts';
import { hasPostgres } from '../support/postgres.ts';
import { stage } from '../support/surroundings.ts';
import { newDirectory } from '../store/support.ts';

const demo = async (...args: readonly string[]) => {
  const root = newDirectory();
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const given = ['--lapse', '60000', '--seed', '5', '--data', join(root, 'data')];
  const { surroundings, stdout, stderr } = stage(['fleet', 'demo', ...given, ...args]);
  return { code: await main(surroundings, COMMANDS), stdout: stdout(), stderr: stderr(), root };
};

describe('a day of a fleet', () => {
  it('ends with the ledger of each VEN equal to the books of the VTN', async () => {
    const { code, stdout } = await demo('--vens', '3');
    expect(stdout).toMatch(
      /ledgers of all 3 VENs are equal to the VTN’s books, hour by hour: (69|72|75) hours, none lost and none told twice, 14[147] prices, none missed/,
    );
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(180);
  }, 120_000);

  it.skipIf(!hasPostgres)(
    'does so with two workers and PostgreSQL, one of them killed when the prices come out',
    async () => {
      const { code, stdout, stderr } = await demo('--vens', '6', '--workers', '2', '--lease', '15');
      expect(stdout).toMatch(/ledgers of all 6 VENs are equal .*none lost and none told twice, .*none missed/);
      expect(code).toBe(0);
      expect(stderr).toMatch(/17:00 -05:00|17:00 -04:00/);
      expect(stderr).toMatch(/a worker is killed with \d VENs?\. .*a lease of 15 s is 30 min of it/);
      expect(stderr).toContain('the other workers run its VENs');
    },
    240_000,
  );

  it('asks for a database that is the demo’s own', async () => {
    const { root, ...nowhere } = await demo('--workers', '2', '--store', join(newDirectory(), 'none.url'));
    expect(nowhere.stderr).toContain('cannot be read (ENOENT)');
    expect(nowhere.code).not.toBe(0);
    writeFileSync(join(root, 'wrong.url'), 'mysql://x', { mode: 0o600 });
    expect((await demo('--store', join(root, 'wrong.url'))).stderr).toContain('does not begin with postgres://');
  });
});

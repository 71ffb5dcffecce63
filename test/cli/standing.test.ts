/** `ven deliveries --still`: what nothing but a person moves again, each with the name by which it is let go of. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at, worldOn } from '../scenarios/support/day.ts';
import { call, objects } from './support/call.ts';
import { copyLog } from './support/dayLog.ts';

const today = '2026-06-10';

/** The log of an evening; the outcome of its report is known, or it is held. */
const evening = async (isHeld: boolean): Promise<string> => {
  const { world } = worldOn({ day: today, hour: 20, vtn: { pollFreq: 'PT5M' }, settings: { unknownOutcome: 'hold' } });
  await world.start();
  if (isHeld) world.vtn.faults.next({ do: 'dropAfter', on: 'oadrUpdateReport' });
  await world.runTo(at(today, 25));
  await world.stop();
  const directory = mkdtempSync(join(tmpdir(), 'ven-standing-'));
  await copyLog(world.log, directory);
  return directory;
};

describe('what stands still', () => {
  it('given a report whose outcome is unknown and that is held, then it is told with its deliveryID, its beginning and the reason', async () => {
    const directory = await evening(true);
    const asJson = await call('deliveries', '--still', '--json', '-d', directory);
    expect(asJson.exitCode).toBe(0);
    const [delivery, ...others] = objects<Record<string, unknown>>(asJson.stdout);
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({ status: 'inDoubt', fromAt: new Date(at(today, 0)).toISOString(), intervals: 24 });
    const { stdout } = await call('deliveries', '--still', '-d', directory);
    expect(stdout).toContain(String(delivery?.['deliveryID']));
    expect(stdout).toMatch(/2026-06-10 00:00.* 24 +in doubt, held/);
  });

  it('given nothing does, then that is one sentence, or no object', async () => {
    const directory = await evening(false);
    expect(await call('deliveries', '--still', '-d', directory)).toMatchObject({
      exitCode: 0,
      stdout: 'Nothing stands still.\n',
    });
    expect((await call('deliveries', '--still', '--json', '-d', directory)).stdout).toBe('');
  });
});

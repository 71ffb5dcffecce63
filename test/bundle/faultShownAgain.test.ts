import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundleLog } from '../../src/bundle/openBundle.ts';
import { openBundleAt } from '../../src/cli/control/openLog.ts';
import { outcomeText } from '../../src/recording/recordedExchange.ts';
import type { FaultRule } from '../../src/vtn/faults/faults.ts';
import { spikyPrices } from '../../src/vtn/events/prices.ts';
import { call } from '../cli/support/call.ts';
import { copyLog } from '../cli/support/dayLog.ts';
import { at, timeZone, worldOn } from '../scenarios/support/day.ts';
import { isWhole } from '../support/leftOut.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { playedAgainst, repeatedIn } from './support/played.ts';

/**
 * A fault seen once in the field is shown at will to both sides: found in the log of a month, cut out of it, played against
 * the VTN, and played by a VTN to other VENs.
 */

/** The VTN takes the usage of a day, and its answer cannot be read. */
const fault: FaultRule = { do: 'malformed', on: 'oadrUpdateReport' };

/** A world on an evening of the month; `seed` makes its identifiers, the prices are always the same. */
const worldAt = (day: string, hour: number, seed: number, venID?: string): AgentWorld =>
  worldOn({
    day,
    hour,
    seed,
    vtn: { pollFreq: 'PT20M', prices: spikyPrices({ seed: 1, timeZone }) },
    settings: { sampleEveryMs: 3_600_000, ...(venID === undefined ? {} : { venID }) },
  }).world;

describe('a fault on day 12 of a month', () => {
  let directory: string;
  let file: string;
  let bundle: BundleLog;

  afterAll(() => bundle.close());

  beforeAll(async () => {
    const world = worldAt('2026-11-01', 0, 1);
    await world.start();
    await world.runTo(at('2026-11-12', 12));
    world.vtn.faults.next(fault);
    await world.runTo(at(isWhole(process.env) ? '2026-12-01' : '2026-11-16', 1));
    await world.stop();
    expect(world.vtn.faults.struck).toHaveLength(1);
    directory = mkdtempSync(join(tmpdir(), 'ven-month-'));
    await copyLog(world.log, directory);
    file = join(directory, 'fault.bundle.gz');
  });

  it('is found by explaining an hour that it concerned', async () => {
    const { exitCode, stdout } = await call('explain', '2026-11-12T09:00', '-d', directory);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/could not be read|unreadable|is not well-formed/i);
    expect(stdout).toContain('acknowledged');
  });

  it('is cut out, and the cut replays as the log did', async () => {
    const cut = await call(
      'bundle',
      '-d',
      directory,
      '--from',
      '2026-11-12 16:45',
      '--to',
      '2026-11-13 01:00',
      '--pseudonymise',
      '-o',
      file,
    );
    expect(cut).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await call('bundle', 'inspect', file)).stdout).toMatch(/unreadable +1\n/);
    expect((await call('replay', '--verify', '-d', file)).stdout).toContain('is concluded again, to the letter');
    bundle = await openBundleAt(file);
  });

  it('is shown again by a VTN that still has it: every answer is as recorded', async () => {
    const world = worldAt('2026-11-12', 16.75, 5);
    world.vtn.faults.next(fault);
    const played = await playedAgainst(bundle, world);
    expect(played.length).toBeGreaterThan(15);
    expect(played.filter(({ differences }) => differences.length > 0)).toEqual([]);
    expect(played.map(({ outcome }) => outcomeText(outcome))).toContain('something that is no message');
  });

  it('is not shown by a VTN that is well: its one answer is another, and is named', async () => {
    const played = await playedAgainst(bundle, worldAt('2026-11-12', 16.75, 6));
    const different = played.filter(({ differences }) => differences.length > 0);
    expect(different.map(({ recorded, differences }) => [recorded.request.message, differences])).toEqual([
      [
        'oadrUpdateReport',
        [{ path: 'answer', recorded: 'something that is no message', now: 'oadrUpdatedReport 200' }],
      ],
    ]);
  });

  it('is shown to another VEN by a VTN that repeats the recorded one, weeks later, and the VEN gets over it as the first did', async () => {
    const world = worldAt('2026-12-02', 16.75, 9, 'another.ven');
    const { vtn, requests } = await repeatedIn(world, bundle);
    await world.start();
    await world.runTo(at('2026-12-03', 2));
    await world.stop();
    const met = requests.find(
      ({ recorded, meeting }) =>
        recorded !== undefined &&
        'outcome' in recorded &&
        recorded.outcome.kind === 'unreadable' &&
        meeting === 'recorded',
    );
    expect(met?.message?.message).toBe('oadrUpdateReport');
    const types = (await world.entries()).map(({ type }) => type);
    expect(types.filter((type) => type === 'MessageRejected')).toHaveLength(1);
    expect(types.filter((type) => type === 'UsageDeliveryDoubted')).toHaveLength(1);
    expect(types.filter((type) => type === 'UsageDeliveryAcknowledged')).toHaveLength(1);
    expect(vtn.left()).toEqual([]);
    expect(requests.filter(({ meeting }) => meeting === 'unexpected' || meeting === 'missing')).toEqual([]);
    // Another battery has other readings; nothing else departs.
    const places = new Set(
      requests.flatMap(({ differences }) => differences.map(({ path }) => path.replaceAll(/\[\d+\]/g, '[]'))),
    );
    expect(
      [...places].filter(
        (place) => !place.startsWith('oadrUpdateReport/oadrReport[]/intervals[]/oadrReportPayload[]/'),
      ),
    ).toEqual([]);
  });
});

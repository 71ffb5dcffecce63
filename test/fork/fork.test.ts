/** A log is lived on from a moment with other settings. */
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { optimise } from '../../src/dispatch/optimiser.ts';
import type { Preferences } from '../../src/facts/preferences.ts';
import { ForkImpossible, forkFrom } from '../../src/fork/fork.ts';
import type { Fork } from '../../src/fork/terms.ts';
import { forkHeadline, forkSentences } from '../../src/fork/words.ts';
import { Fold } from '../../src/shell/fold.ts';
import { otherSettings, settingChangeOf, UnfitChange } from '../../src/shell/settings/otherSettings.ts';
import { sumOf } from '../../src/programme/money.ts';
import { aBattery, aCar, aHeater, siteWorld, type SiteSpecials } from '../inspector/support/siteWorld.ts';
import { at } from '../scenarios/support/day.ts';
import type { AgentWorld } from '../support/agentWorld.ts';

const day = '2026-11-27';

/** A world that has lived; whoever asks for it ends it. */
const living = async (
  preferences: Preferences = {},
  devices = [aBattery('battery')],
  until = 24.2,
  specials: SiteSpecials = {},
): Promise<AgentWorld> => {
  const world = siteWorld(day, 9.9, devices, preferences, specials);
  await world.start();
  await world.runTo(at(day, until));
  return world;
};

const lived = async (...how: Parameters<typeof living>): Promise<AgentWorld> => {
  const world = await living(...how);
  onTestFinished(() => world.stop());
  return world;
};

/** The usual one, for those who only look at its log. */
let usual: Promise<AgentWorld> | null = null;
const livedAsUsual = (): Promise<AgentWorld> => (usual ??= living());
afterAll(async () => (await usual)?.stop());

const forked = async ({ log }: AgentWorld, changes: readonly string[], from = 14, until = 24): Promise<Fork> => {
  const fold = await Fold.of(log);
  return forkFrom({
    fold,
    entries: log.read({ from: fold.position + 1 }),
    at: at(day, from),
    until: at(day, until),
    change: (settings) => otherSettings(settings, changes.map(settingChangeOf)),
    planning: { plan: optimise },
  });
};

const cents = (usd: string): number => Math.round(Number(usd) * 100);

describe('a fork', () => {
  it('with the same settings is the record, as near as the models are', async () => {
    const world = await livedAsUsual();
    const fork = await forked(world, ['preferences.reserve=0']);
    expect(fork.divergence).toBeNull();
    expect(fork.differenceUsd).toBe('0');
    expect(fork.otherUsd).toBe(fork.sameUsd);
    // The battery of this world is by calculation too: what is metered is what the model does, to a few Wh.
    expect(Math.abs(cents(fork.sameWhereRecordedUsd) - cents(fork.recordedUsd))).toBeLessThanOrEqual(12);
    expect(fork.hours).toHaveLength(10);
    expect(fork.hours.every(({ recorded }) => recorded.usd !== null)).toBe(true);
    for (const { recorded, same } of fork.hours)
      expect(Math.abs((recorded.wattHours ?? 0) - (same.wattHours ?? 0))).toBeLessThan(120);
    expect(forkHeadline(fork)).toMatch(/^Nothing would have been otherwise from Fri 27 Nov, 14:00 to 24:00\.$/);
  });

  it('with a reserve sells less in the dear evening, and says what that costs and what is left', async () => {
    const fork = await forked(await livedAsUsual(), ['preferences.devices.battery.reserve=60%']);
    expect(Number(fork.differenceUsd)).toBeLessThan(-5);
    expect(fork.differenceUsd).toBe(sumOf(fork.hours.map(({ differenceUsd }) => differenceUsd ?? '0')));
    expect(fork.levels[0]).toMatchObject({ resourceID: 'battery' });
    expect(fork.levels[0]?.other).toBeGreaterThanOrEqual(0.59);
    const { divergence } = fork;
    expect(divergence?.resourceID).toBe('battery');
    expect(divergence?.at).toBeLessThan(at(day, 19));
    expect(forkSentences(fork).join('\n')).toMatch(
      /First otherwise: at Fri 27 Nov, 1\d:\d\d battery would have been .*; it was .*\n.*kWh more in store, which no sum here counts\./,
    );
    expect(fork.unknown).toContainEqual({ kind: 'vtnToldOtherwise' });
  });

  it('is what the agent did where it was set like that', async () => {
    // Two agents in the same world: one keeps 60 % from the beginning, the other is forked to it at its beginning.
    const kept = await lived({ reserve: 0.6 });
    const free = await livedAsUsual();
    const fork = await forked(free, ['preferences.reserve=60%'], 10.6);
    const record = await forked(kept, ['preferences.reserve=60%'], 10.6);
    expect(Math.abs(cents(fork.otherUsd) - cents(record.recordedUsd))).toBeLessThanOrEqual(25);
  });

  it('follows loads and cars by their models as well, and tells apart what is in shadow', async () => {
    const devices = [aBattery('battery'), aHeater('heater'), aCar('car')];
    const world = await lived({}, devices, 31.2, { shadowed: ['car'] });
    const quiet = '[{"days":["sat"],"from":"00:00","to":"06:30"}]';
    const changes = [`preferences.devices.heater.quietTimes=${quiet}`, 'preferences.devices.car.reserve=90%'];
    const fork = await forked(world, changes, 14, 31);
    expect(fork.unknown.filter(({ kind }) => kind === 'leftDevice')).toEqual([]);
    expect(fork).toMatchObject({ resourceIDs: ['battery', 'heater'], isShadow: false });
    // The heater of this world is by calculation too: the model draws what it drew, and has by the morning what it needs still.
    for (const { recorded, same } of fork.hours)
      expect(Math.abs((recorded.wattHours ?? 0) - (same.wattHours ?? 0))).toBeLessThan(120);
    const [need] = fork.needs;
    expect(need).toMatchObject({ resourceID: 'heater', doneAt: at(day, 30.5), energyWattHours: 4_800 });
    expect(need?.sameWattHours).toBeCloseTo(4_800, -1);
    expect(need?.otherWattHours).toBeCloseTo(4_800, -1);
    // Kept still at night, it draws in dearer hours; nothing else is told otherwise.
    expect(fork.divergence).toMatchObject({ resourceID: 'heater' });
    expect(cents(fork.differenceUsd)).toBeLessThan(0);
    // The car is away until half past five, and would sell in the evening if it might.
    expect(fork.shadow).toMatchObject({ resourceIDs: ['car'] });
    expect(Number(fork.shadow?.sameUsd)).toBeGreaterThan(5);
    expect(Number(fork.shadow?.differenceUsd)).toBeLessThan(-5);
    expect(forkSentences(fork).join('\n')).toMatch(
      /In shadow, and in no sum here: car would have brought ~.* instead of ~\+/,
    );
  });

  it('of devices in shadow alone is of what they would have done, and calls nothing of it recorded', async () => {
    const world = await lived({}, [aBattery('battery')], 22.2, { shadowed: ['battery'] });
    const fork = await forked(world, ['preferences.reserve=90%'], 14, 22);
    expect(fork).toMatchObject({ isShadow: true, resourceIDs: ['battery'], shadow: null, recordedUsd: '0' });
    expect(fork.hours.every(({ recorded }) => recorded.usd === null)).toBe(true);
    expect(Number(fork.sameUsd)).toBeGreaterThan(5);
    expect(Number(fork.differenceUsd)).toBeLessThan(-5);
    const told = forkSentences(fork);
    expect(told[0]).toMatch(/^First otherwise: at .* battery would have been .*; in shadow it would have been /);
    expect(told[1]).toBe('All of this is in shadow, and reckoned as if it had been told: battery was told nothing.');
    expect(told.join()).not.toMatch(/not metered|meters say/);
  });

  it('leaves out what nobody knows enough of, and says so', async () => {
    const silent = { silent: ['heater'], silentFromAt: at(day, 10.5) };
    const world = await lived({}, [aBattery('battery'), aHeater('heater')], 18.2, silent);
    const fork = await forked(world, ['devices.0.maxDischargeWatts=2000'], 14, 18);
    expect(fork.resourceIDs).toEqual(['battery']);
    expect(fork.unknown).toContainEqual({ kind: 'leftDevice', resourceID: 'heater', because: 'notRead' });
    expect(forkSentences(fork).join('\n')).toContain('heater is left out: it had not been read for two hours.');
    expect(Number(fork.differenceUsd)).toBeLessThan(0);
  });

  it('writes nothing into the log', async () => {
    const world = await livedAsUsual();
    const before = world.log.durableHead;
    await forked(world, ['preferences.reserve=60%']);
    expect(world.log.durableHead).toEqual(before);
  });

  it.each([
    [['preferences.reserve=20'], 14, UnfitChange, /must be a number from 0 to 1, or a percentage: 0\.2 or 20%\.$/],
    [
      ['preferences.reserv=0.2'],
      14,
      UnfitChange,
      /There is no "reserv" in preferences\.reserv\. Did you mean "reserve"\?/,
    ],
    [['devices.toaster.reserve=20%'], 14, UnfitChange, /There is no device "toaster": there is battery\.$/],
    [['minimumPollFreqMs=5'], 14, UnfitChange, /nobody knows what the VTN would have answered\.$/],
    [
      ['preferences.reserve=90%', 'preferences.stateOfChargeMax=80%'],
      14,
      UnfitChange,
      /do not fit together: .*reserve/,
    ],
    [['preferences.reserve=20%'], 9, ForkImpossible, /^Before that moment no agent had been started/],
    [['preferences.reserve=20%'], 24.2, ForkImpossible, /^Nothing was metered after that moment/],
  ])('refuses %j from %d h on, in one sentence', async (changes, from, kind, sentence) => {
    const world = await livedAsUsual();
    const fault = await forked(world, changes, from, from + 8).catch((error: unknown) => error as Error);
    expect(fault).toBeInstanceOf(kind);
    expect((fault as Error).message).toMatch(sentence);
  });
});

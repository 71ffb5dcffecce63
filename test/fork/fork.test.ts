/** A log is lived on from a moment with other settings. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { optimise } from '../../src/dispatch/optimiser.ts';
import type { Preferences } from '../../src/facts/preferences.ts';
import { ForkImpossible, forkFrom } from '../../src/fork/fork.ts';
import type { Fork } from '../../src/fork/terms.ts';
import { forkHeadline, forkSentences } from '../../src/fork/words.ts';
import { Fold } from '../../src/shell/fold.ts';
import { otherSettings, settingChangeOf, UnfitChange } from '../../src/shell/settings/otherSettings.ts';
import { sumOf } from '../../src/programme/money.ts';
import { aBattery, aHeater, siteWorld } from '../inspector/support/siteWorld.ts';
import { at } from '../scenarios/support/day.ts';
import type { AgentWorld } from '../support/agentWorld.ts';

const day = '2026-11-27';

const lived = async (
  preferences: Preferences = {},
  devices = [aBattery('battery')],
  until = 24.2,
): Promise<AgentWorld> => {
  const world = siteWorld(day, 9.9, devices, preferences);
  await world.start();
  onTestFinished(() => world.stop());
  await world.runTo(at(day, until));
  return world;
};

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
    const world = await lived();
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
    const fork = await forked(await lived(), ['preferences.devices.battery.reserve=60%']);
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
    const free = await lived();
    const fork = await forked(free, ['preferences.reserve=60%'], 10.6);
    const record = await forked(kept, ['preferences.reserve=60%'], 10.6);
    expect(Math.abs(cents(fork.otherUsd) - cents(record.recordedUsd))).toBeLessThanOrEqual(25);
  });

  it('leaves out what has no model, and says so', async () => {
    const world = await lived({}, [aBattery('battery'), aHeater('heater')]);
    const fork = await forked(world, ['devices.0.maxDischargeWatts=2000']);
    expect(fork.resourceIDs).toEqual(['battery']);
    expect(fork.unknown).toContainEqual({ kind: 'leftDevice', resourceID: 'heater', because: 'noStore' });
    expect(Number(fork.differenceUsd)).toBeLessThan(0);
  });

  it('writes nothing into the log', async () => {
    const world = await lived();
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
    const world = await lived();
    const fault = await forked(world, changes, from, from + 8).catch((error: unknown) => error as Error);
    expect(fault).toBeInstanceOf(kind);
    expect((fault as Error).message).toMatch(sentence);
  });
});

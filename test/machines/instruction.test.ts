import { describe, expect, it } from 'vitest';
import type { VenSettings } from '../../src/facts/settings.ts';
import { withinConnection, withOverrides, type Override } from '../../src/machines/site/overrides.ts';
import { hourMs } from '../support/drEventMessages.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { given, noon } from './support/given.ts';

const told = (endAt: number, isForLength: boolean) => ({
  type: 'instruction.given',
  resourceID: 'battery',
  kind: 'override',
  endAt,
  isForLength,
});

describe('an instruction', () => {
  it('given one until an instant, when that has come, then it lapses, and says so', () => {
    const play = given('instruction')
      .having(told(noon + hourMs, false))
      .whenDue('lapse');
    expect(play.at).toBe(noon + hourMs);
    expect(play.facts('InstructionEnded')).toEqual([{ resourceID: 'battery', kind: 'override', because: 'lapsed' }]);
    expect(play.isOver).toBe(true);
  });

  it('given one for a length of time, when the clock is set, then its end moves with it; that of one until an hour stays', () => {
    const jumped = { type: 'clock.set', jumpMs: 3 * hourMs };
    const [forLength, until] = [true, false].map((isForLength) =>
      given('instruction')
        .having(told(noon + hourMs, isForLength))
        .with({ at: noon + 3 * hourMs })
        .when(jumped),
    );
    expect(forLength?.waits['lapse']).toBe(hourMs);
    expect(until?.waits['lapse']).toBe(-2 * hourMs);
  });

  it('given one, when another comes, then the time of the other counts; when it is taken back, then it is over', () => {
    const play = given('instruction').having(told(noon + hourMs, false), told(noon + 3 * hourMs, false));
    expect(play.waits['lapse']).toBe(3 * hourMs);
    expect(play.when({ type: 'instruction.released' }).isOver).toBe(true);
  });
});

describe('what stands above the plan', () => {
  const battery = 'example-device-001';
  const { devices } = settingsFor();
  const planned = [{ resourceID: battery, slots: [{ startAt: 0, endAt: 100, demandWatts: -700 }] }];
  const override = (startAt: number, endAt: number, powerWatts?: number): Override => ({
    resourceID: battery,
    startAt,
    endAt,
    action: 'charge',
    ...(powerWatts === undefined ? {} : { powerWatts }),
  });
  const slotsOf = (before: readonly Override[], standing: readonly Override[]) =>
    withOverrides(planned, { planned: before, standing }, devices).map(({ slots }) =>
      slots.map(({ startAt, endAt, demandWatts }) => [startAt, endAt, demandWatts]),
    );

  it('given a plan that knew of all, then it is the plan', () => {
    const both = [override(10, 20)];
    expect(withOverrides(planned, { planned: both, standing: both }, devices)).toEqual(planned);
  });

  it('given an override that is new, then it takes the place of the plan in its time, within the limits of the device', () => {
    expect(slotsOf([], [override(10, 20, 300)])).toEqual([
      [
        [0, 10, -700],
        [10, 20, 300],
        [20, 100, -700],
      ],
    ]);
    expect(slotsOf([], [override(10, 20)])).toEqual([
      [
        [0, 10, -700],
        [10, 20, 5_000],
        [20, 100, -700],
      ],
    ]);
  });

  it('given an override that is gone, then nothing is known of its time until there is a new plan', () => {
    expect(slotsOf([override(10, 20)], [])).toEqual([
      [
        [0, 10, -700],
        [20, 100, -700],
      ],
    ]);
  });

  it('given no plan at all, then what is overridden is done', () => {
    expect(withOverrides([], { planned: [], standing: [override(10, 20, 1)] }, devices)).toEqual([
      { resourceID: battery, slots: [{ startAt: 10, endAt: 20, demandWatts: 1 }] },
    ]);
  });

  it('given a connection that does not take all, then what is overridden goes first, and what was planned beside it has what is left', () => {
    const other = 'example-device-002';
    const all = [
      ...withOverrides(planned, { planned: [], standing: [override(10, 20)] }, devices),
      { resourceID: other, slots: [{ startAt: 0, endAt: 100, demandWatts: 2_000 }] },
    ];
    const within = (site: NonNullable<VenSettings['site']>) =>
      withinConnection(all, [override(10, 20)], { site, timeZone: 'America/New_York' }).map(({ slots }) =>
        slots.map(({ startAt, endAt, demandWatts }) => [startAt, endAt, demandWatts]),
      );
    const before = [0, 10, -700];
    const after = [20, 100, -700];
    expect(within({ importLimitWatts: 2_500 })).toEqual([
      [before, [10, 20, 2_500], after],
      [
        [0, 10, 2_000],
        [10, 20, 0],
        [20, 100, 2_000],
      ],
    ]);
    expect(within({ importLimitWatts: 7_500, hourlyLoadWatts: Array.from({ length: 24 }, () => 1_000) })).toEqual([
      [before, [10, 20, 5_000], after],
      [
        [0, 10, 2_000],
        [10, 20, 1_500],
        [20, 100, 2_000],
      ],
    ]);
    expect(within({ importLimitWatts: 7_000 })).toEqual(
      all.map(({ slots }) => slots.map(({ startAt, endAt, demandWatts }) => [startAt, endAt, demandWatts])),
    );
    expect(within({ exportForbidden: true })[0]).toEqual([
      [0, 10, 0],
      [10, 20, 5_000],
      [20, 100, 0],
    ]);
  });
});

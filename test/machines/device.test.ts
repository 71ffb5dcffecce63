import { describe, expect, it } from 'vitest';
import { backfillOfAllAtOnce, readingsAtOnce, readingsOfAllAtOnce } from '../../src/machines/device/boundaries.ts';
import { backfillPauseMs, meterTimeoutMs } from '../../src/machines/device.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { given, noon, type Play } from './support/given.ts';

const quarterMs = 15 * minuteMs;
const device = { resourceID: 'battery', maxChargeWatts: 5_000, maxDischargeWatts: 5_000 };
const atTen = { id: 'battery', at: noon };

const started = (at = noon): Play => given('device', { id: 'battery', at }).when({ type: 'agent.started' });
const read = (boundaryAt: number) => ({ type: 'meter.read', boundaryAt });
const slot = (startAt: number, endAt: number, demandWatts: number) => ({ startAt, endAt, demandWatts });
const metering = (play: Play): unknown => (play.state as { metering: unknown }).metering;
const dispatching = (play: Play): unknown => (play.state as { dispatching: unknown }).dispatching;
const boundaries = (play: Play): readonly number[] =>
  play.facts('MeterReadRequested').map((data) => (data as { boundaryAt: number }).boundaryAt);

describe('metering by what comes late', () => {
  const failed = (boundaryAt: number) => ({ type: 'meter.failed', boundaryAt, detail: 'no file yet' });
  const late = (): Play => {
    const settings = { ...settingsFor({}), devices: [{ ...device, awaitedMs: 2 * hourMs }] };
    return given('device', { id: 'battery', at: noon + minuteMs, settings }).when({ type: 'agent.started' });
  };

  it('given a start, then the hours are asked for that may still come, and from then on each full hour', () => {
    const play = late();
    expect(boundaries(play)).toEqual([noon - hourMs, noon]);
    expect(play.waits['sampling']).toBe(hourMs - minuteMs);
    expect(boundaries(play.whenDue('sampling'))).toEqual([noon + hourMs]);
  });

  it('given an hour is not there yet, then it is asked for each hour, nobody is alarmed before it is too old, and a reading ends that', () => {
    const once = late()
      .when(failed(noon))
      .whenDue('sampling')
      .when(failed(noon + hourMs))
      .whenDue('againMs');
    expect(once.at).toBe(noon + hourMs + 5 * minuteMs);
    expect(boundaries(once)).toEqual([noon]);
    const twice = once
      .when(failed(noon))
      .whenDue('sampling')
      .when(failed(noon + 2 * hourMs))
      .whenDue('againMs');
    expect(twice.at).toBe(noon + 2 * hourMs + 5 * minuteMs);
    expect([...boundaries(twice)].sort()).toEqual([noon, noon + hourMs]);
    expect(once.when(failed(noon)).facts('AlarmRaised')).toEqual([]);

    const play = twice.when(failed(noon));
    expect(play.facts('AlarmRaised')).toMatchObject([
      { alarm: 'meterSilent', text: 'The device battery has given no reading for more than 2 hours: no file yet' },
    ]);
    expect(play.when(read(noon + hourMs)).facts('AlarmCleared')).toMatchObject([{ alarm: 'meterSilent' }]);
  });
});

describe('metering', () => {
  it('given a start within a quarter of an hour, then the next boundary is read and no earlier one', () => {
    const play = started(noon + 7 * minuteMs);
    expect(boundaries(play)).toEqual([]);
    expect(play.waits['sampling']).toBe(8 * minuteMs);
    const due = play.whenDue('sampling');
    expect(metering(due)).toBe('awaitingMeterRead');
    expect(boundaries(due)).toEqual([noon + quarterMs]);
  });

  it('given a report wants the boundary that is sampled, whichever comes first, then the device is asked once and both are served', () => {
    const wanted = { type: 'reading.wanted', boundaryAt: noon + quarterMs } as const;
    const before = started(noon + minuteMs).after(14 * minuteMs);
    const reportFirst = before.when(wanted);
    expect(boundaries(reportFirst)).toEqual([noon + quarterMs]);
    const sampled = reportFirst.whenDue('sampling');
    expect([boundaries(sampled), metering(sampled)]).toEqual([[], 'awaitingMeterRead']);
    expect(metering(sampled.when(read(noon + quarterMs)))).toBe('waiting');
    // The reading may have come before the sampling was due.
    const early = reportFirst.when(read(noon + quarterMs)).whenDue('sampling');
    expect([boundaries(early), metering(early)]).toEqual([[], 'waiting']);
    const samplingFirst = before.whenDue('sampling');
    expect(boundaries(samplingFirst)).toEqual([noon + quarterMs]);
    expect(boundaries(samplingFirst.when(wanted))).toEqual([]);
  });

  it('given a boundary was asked for and came to nothing, or to no word, then who wants it has it asked for again', () => {
    const wanted = { type: 'reading.wanted', boundaryAt: noon } as const;
    const asked = started(noon + minuteMs).when(wanted);
    const failed = asked.when({ type: 'meter.failed', boundaryAt: noon, detail: 'busy' });
    expect(boundaries(failed.when(wanted))).toEqual([noon]);
    expect(boundaries(asked.after(meterTimeoutMs).when(wanted))).toEqual([noon]);
    expect(boundaries(asked.when({ type: 'agent.started' }).when(wanted))).toEqual([noon]);
  });

  it('given a reading is awaited, when it comes, then the next boundary is waited for', () => {
    const next = started(noon + minuteMs)
      .whenDue('sampling')
      .when(read(noon + quarterMs));
    expect(metering(next)).toBe('waiting');
    expect(next.waits['sampling']).toBe(quarterMs);
  });

  it('given a reading is awaited, when one for another boundary comes, then the wait goes on', () => {
    expect(
      metering(
        started(noon + minuteMs)
          .whenDue('sampling')
          .when(read(noon)),
      ),
    ).toBe('awaitingMeterRead');
  });

  it('given no reading comes, then the silence is told, metering goes on, and a later reading ends the alarm', () => {
    const waiting = started(noon + minuteMs).whenDue('sampling');
    expect(waiting.waits['meterTimeoutMs']).toBe(meterTimeoutMs);
    const silent = waiting.whenDue('meterTimeoutMs');
    expect(silent.facts('AlarmRaised')).toMatchObject([{ alarm: 'meterSilent' }]);
    const heard = silent.whenDue('sampling').when(read(noon + 2 * quarterMs));
    expect(heard.facts('AlarmCleared')).toMatchObject([{ alarm: 'meterSilent' }]);
  });

  it('given the device answers that it cannot tell, then that is told at once and does not pass for a reading', () => {
    const boundaryAt = noon + quarterMs;
    const failing = started(noon + minuteMs)
      .whenDue('sampling')
      .when({ type: 'meter.failed', boundaryAt, detail: 'its line is dead' });
    expect(failing.facts('AlarmRaised')).toMatchObject([
      { alarm: 'meterSilent', text: expect.stringContaining('its line is dead') as string },
    ]);
    expect(failing.facts('AlarmCleared')).toEqual([]);
  });

  const failed = (boundaryAt: number) => ({ type: 'meter.failed', boundaryAt, detail: 'no answer' });
  const failing = (): Play =>
    started(noon + minuteMs)
      .whenDue('sampling')
      .when(failed(noon + quarterMs));

  it('given a reading failed, then it is asked for once more within seconds, and one that comes after all ends the alarm', () => {
    const again = failing().whenDue('againMs');
    expect(again.at - (noon + quarterMs)).toBe(5_000);
    expect(boundaries(again)).toEqual([noon + quarterMs]);
    const heard = again.when(read(noon + quarterMs));
    expect(heard.saidTypes).toEqual(['AlarmCleared']);
    expect(heard.waits).not.toHaveProperty('againMs');
    expect(heard.waits['sampling']).toBe(quarterMs - 5_000);
  });

  it('given it fails each time, then it is asked three times more and no more, and the site hears once that it is silent', () => {
    let play = failing();
    const asked: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      expect(play.saidTypes).not.toContain('device.silent');
      play = play.whenDue('againMs');
      asked.push(play.at - (noon + quarterMs));
      play = play.when(failed(noon + quarterMs));
    }
    expect(asked).toEqual([5_000, 20_000, 50_000]);
    expect(play.said).toEqual([{ type: 'device.silent', resourceID: 'battery' }]);
    expect(play.waits).not.toHaveProperty('againMs');

    // While it is silent only a full hour, which is billed, is asked for once more.
    const half = play.whenDue('sampling').when(failed(noon + 2 * quarterMs));
    expect(half.waits).not.toHaveProperty('againMs');
    const hour = half
      .whenDue('sampling')
      .when(failed(noon + 3 * quarterMs))
      .whenDue('sampling')
      .when(failed(noon + 4 * quarterMs));
    expect(hour.waits['againMs']).toBe(5_000);
    const heard = hour.whenDue('againMs').when(read(noon + 4 * quarterMs));
    expect(heard.saidTypes).toEqual(['device.heard', 'AlarmCleared']);
  });

  it('given a boundary of long ago cannot be read, then it is not asked for again and again', () => {
    const play = started(noon + minuteMs).when(failed(noon - 3 * hourMs));
    expect(play.waits).not.toHaveProperty('againMs');
  });

  it('given a request asks for closer readings, then they are taken on its grid too', () => {
    const grids = [{ originAt: noon, everyMs: 5 * minuteMs }];
    const closer = started(noon + minuteMs).when({ type: 'sampling.changed', grids });
    expect(closer.waits['sampling']).toBe(4 * minuteMs);
    expect(boundaries(closer.whenDue('sampling'))).toEqual([noon + 5 * minuteMs]);
  });

  it('given the timer fires late, then every boundary that passed is asked for', () => {
    const late = started(noon + minuteMs)
      .after(50 * minuteMs)
      .whenDue('sampling');
    expect(boundaries(late)).toEqual([quarterMs, 2 * quarterMs, 3 * quarterMs].map((ms) => noon + ms));
  });

  it('given the agent was away for three hours, when it starts, then the boundaries since the last answered reading are asked for', () => {
    const stopped = started(noon + minuteMs)
      .whenDue('sampling')
      .when(read(noon + quarterMs))
      .whenDue('sampling');
    const back = stopped.with({ at: noon + 3 * hourMs + minuteMs }).when({ type: 'agent.started' });
    expect(boundaries(back)[0]).toBe(noon + 2 * quarterMs);
    expect(boundaries(back).at(-1)).toBe(noon + 3 * hourMs);
    expect(boundaries(back)).toHaveLength(11);
  });

  /** All that is asked for once time passes, oldest first, and how much of it each time. */
  const backfilled = (play: Play): { readonly asked: readonly number[]; readonly lots: readonly number[] } => {
    const lots = [boundaries(play)];
    let next = play;
    while (next.waits['backfillPauseMs'] !== undefined) {
      expect(next.waits['backfillPauseMs']).toBe(backfillPauseMs);
      next = next.whenDue('backfillPauseMs');
      lots.unshift(boundaries(next));
    }
    return { asked: lots.flat(), lots: lots.map(({ length }) => length).reverse() };
  };

  it('given the agent was away for three days, then whole hours are asked for until a day ago, and the own grid since', () => {
    const stopped = started(noon + minuteMs)
      .whenDue('sampling')
      .when(read(noon + quarterMs));
    const { asked, lots } = backfilled(stopped.with({ at: noon + 72 * hourMs }).when({ type: 'agent.started' }));
    expect(asked).toEqual([...new Set(asked)].sort((a, b) => a - b));
    expect(asked.filter((at) => at <= noon + 48 * hourMs).every((at) => at % hourMs === 0)).toBe(true);
    expect(asked.filter((at) => at > noon + 48 * hourMs)).toHaveLength(96);
    expect(asked.filter((at) => at <= noon + 48 * hourMs)).toHaveLength(48);
    expect(lots).toEqual([24, 24, 24, 24, 24, 24]);
  });

  it('given the agent was away for months, then what is held is asked for, the newest first, so many at a time, and all of it', () => {
    const stopped = started(noon + minuteMs)
      .whenDue('sampling')
      .when(read(noon + quarterMs));
    const back = noon + 100 * 24 * hourMs;
    const { asked, lots } = backfilled(stopped.with({ at: back }).when({ type: 'agent.started' }));
    expect(Math.max(...lots)).toBe(readingsAtOnce);
    expect(asked).toHaveLength(96 + 34 * 24);
    expect(asked.at(-1)).toBe(back);
  });

  it.each([1, 4, 5, 12, 100, 2_000])(
    'given %i devices were away for months, then each asks for its share of what all may ask for at once, and in the end for all that is held',
    (count) => {
      const devices = Array.from({ length: count }, (_, index) => ({ ...device, resourceID: `battery-${index}` }));
      const stopped = started(noon + minuteMs)
        .whenDue('sampling')
        .when(read(noon + quarterMs));
      const back = noon + 100 * 24 * hourMs;
      const { asked, lots } = backfilled(
        stopped.with({ at: back, settings: { devices } }).when({ type: 'agent.started' }),
      );
      const [first = 0, ...later] = lots;
      expect(first).toBe(Math.max(1, Math.min(readingsAtOnce, Math.floor(readingsOfAllAtOnce / count))));
      expect(Math.max(...later) * count).toBeLessThanOrEqual(Math.max(count, backfillOfAllAtOnce));
      // What is asked for reaches 35 days back, and those days go on while it is asked for.
      const passedHours = Math.floor((later.length * backfillPauseMs) / hourMs);
      expect(asked).toEqual([...new Set(asked)].sort((a, b) => a - b));
      expect(asked).toHaveLength(96 + 34 * 24 - passedHours);
    },
  );

  it('given the clock was three days ahead, when it is set back, then the next boundary is that of now, and what nobody has read is asked for', () => {
    const ahead = started(noon + 72 * hourMs + minuteMs)
      .whenDue('sampling')
      .when(read(noon + 72 * hourMs + quarterMs));
    const back = ahead.with({ at: noon + 20 * minuteMs }).when({ type: 'clock.set', unreadFrom: noon - 2 * hourMs });
    expect([metering(back), back.waits['sampling']]).toEqual(['waiting', 10 * minuteMs]);
    const asked = boundaries(back.whenDue('backfillPauseMs'));
    expect([asked[0], asked.at(-1), asked.length]).toEqual([noon - 2 * hourMs, noon + quarterMs, 10]);
    expect(boundaries(back.after(10 * minuteMs).whenDue('sampling'))).toContain(noon + 2 * quarterMs);
  });

  it('given the clock is set back by less than a step, then the boundary that was read too early is read again', () => {
    const read12 = started(noon - minuteMs)
      .whenDue('sampling')
      .when(read(noon));
    const back = read12.with({ at: noon - 2 * minuteMs }).when({ type: 'clock.set', unreadFrom: null });
    expect(back.waits['sampling']).toBe(2 * minuteMs);
    expect(boundaries(back.whenDue('sampling'))).toContain(noon);
  });

  it('given a report wants a reading of the past, then just that is asked for', () => {
    const play = started().when({ type: 'reading.wanted', boundaryAt: noon - 9 * hourMs });
    expect(boundaries(play)).toEqual([noon - 9 * hourMs]);
    expect(metering(play)).toBe('waiting');
  });
});

describe('dispatching', () => {
  it('given a plan, then each slot is one setpoint that lasts to its end and no longer', () => {
    const slots = [slot(noon, noon + hourMs, 3_000), slot(noon + hourMs, noon + 2 * hourMs, -2_000)];
    const first = given('device', atTen)
      .having({ type: 'agent.started' })
      .after(10 * minuteMs)
      .when({ type: 'slots.given', slots });
    expect(first.facts('SetpointRequested')).toEqual([
      {
        setpointID: expect.any(String),
        resourceID: 'battery',
        demandWatts: 3_000,
        validUntil: noon + hourMs,
        renewedForMs: 600_000,
      },
    ]);
    const second = first.whenDue('slotEnd');
    expect(second.facts('SetpointRequested')).toEqual([
      {
        setpointID: expect.any(String),
        resourceID: 'battery',
        demandWatts: -2_000,
        validUntil: noon + 2 * hourMs,
        renewedForMs: 600_000,
      },
    ]);
    const after = second.whenDue('slotEnd');
    expect(after.facts('SetpointRequested')).toEqual([]);
    expect(after.waits['slotEnd']).toBeUndefined();
  });

  it('given a plan with a gap, then the device is left alone until the next slot', () => {
    const play = started().when({
      type: 'slots.given',
      slots: [slot(noon + hourMs, noon + 2 * hourMs, 500)],
    });
    expect(play.facts('SetpointRequested')).toEqual([]);
    expect(play.waits['slotEnd']).toBe(hourMs);
    expect(play.whenDue('slotEnd').facts('SetpointRequested')).toMatchObject([{ demandWatts: 500 }]);
  });

  it('given a plan, when a new one comes, then the new one is followed at once', () => {
    const play = started()
      .having({ type: 'slots.given', slots: [slot(noon, noon + hourMs, 1)] })
      .when({ type: 'slots.given', slots: [slot(noon, noon + hourMs, 2)] });
    expect(dispatching(play)).toEqual({ following: 'awaitingSetpoint' });
    expect(play.facts('SetpointRequested')).toMatchObject([{ demandWatts: 2 }]);
  });

  it('given what it was told and a plan that says the same of now, then it is told nothing, and the new plan is followed when its slot ends', () => {
    const set = started()
      .having({ type: 'slots.given', slots: [slot(noon, noon + hourMs, 5)] })
      .when({ type: 'setpoint.applied', setpointID: null });
    const again = set
      .after(minuteMs)
      .when({ type: 'slots.given', slots: [slot(noon, noon + hourMs, 5), slot(noon + hourMs, noon + 2 * hourMs, 6)] });
    expect([dispatching(again), again.facts('SetpointRequested')]).toEqual([{ following: 'set' }, []]);
    expect(again.whenDue('slotEnd').facts('SetpointRequested')).toMatchObject([{ demandWatts: 6 }]);
  });

  it('given the clock is set, then a device that is at work is told anew until when by the clock of now, or released', () => {
    const set = given('device', atTen)
      .having({ type: 'agent.started' })
      .when({ type: 'slots.given', slots: [slot(noon, noon + hourMs, 5)] });
    const within = set.with({ at: noon + 30 * minuteMs }).when({ type: 'clock.set', unreadFrom: null });
    expect(within.facts('SetpointRequested')).toMatchObject([{ demandWatts: 5, validUntil: noon + hourMs }]);
    for (const elsewhere of [noon - 3 * hourMs, noon + 72 * hourMs]) {
      const released = set.with({ at: elsewhere }).when({ type: 'clock.set', unreadFrom: null });
      expect([dispatching(released), released.factTypes]).toEqual([
        { following: 'awaitingRelease' },
        ['DeviceReleaseRequested'],
      ]);
    }
  });

  it('given a device was told nothing, when the clock is set, then it is left alone', () => {
    const resting = given('device', atTen)
      .having({ type: 'agent.started' })
      .when({ type: 'slots.given', slots: [slot(noon + hourMs, noon + 2 * hourMs, 5)] });
    expect(resting.with({ at: noon - hourMs }).when({ type: 'clock.set', unreadFrom: null }).factTypes).toEqual([]);
  });

  it('given a plan that says nothing of now any more, then a device that is at work is released, and one that is not is left alone', () => {
    const set = started()
      .having({ type: 'slots.given', slots: [slot(noon, noon + hourMs, 5)] })
      .when({ type: 'setpoint.applied', setpointID: null });
    const releasing = set.when({ type: 'slots.given', slots: [] });
    expect(releasing.facts('DeviceReleaseRequested')).toMatchObject([{ resourceID: 'battery' }]);
    const [asked] = releasing.facts('DeviceReleaseRequested') as readonly { readonly setpointID: string }[];
    const released = releasing.when({ type: 'device.released', setpointID: asked?.setpointID ?? '' });
    expect(dispatching(released)).toEqual({ following: 'resting' });
    expect(released.when({ type: 'slots.given', slots: [] }).factTypes).toEqual([]);
  });

  it('given a release that does not come about, then people are told, and it is asked for again', () => {
    const silent = started()
      .having(
        { type: 'slots.given', slots: [slot(noon, noon + 5 * hourMs, 5)] },
        { type: 'setpoint.applied', setpointID: null },
        { type: 'slots.given', slots: [] },
      )
      .whenDue('setpointTimeoutMs');
    expect(silent.facts('AlarmRaised')).toMatchObject([{ alarm: 'setpointFailed', subject: 'battery' }]);
    expect(silent.whenDue('setpointAgainMs').facts('DeviceReleaseRequested')).toHaveLength(1);
  });

  it('given a start, then what a run before it was told counts for nothing: the plan tells it anew', () => {
    const slots = [slot(noon, noon + hourMs, 5)];
    const back = started()
      .having({ type: 'slots.given', slots }, { type: 'setpoint.applied', setpointID: null })
      .when({ type: 'agent.started' });
    expect([dispatching(back), back.facts('SetpointRequested')]).toEqual(['unplanned', []]);
    expect(back.when({ type: 'slots.given', slots }).facts('SetpointRequested')).toMatchObject([{ demandWatts: 5 }]);
  });

  it('given a setpoint that was taken, when a renewal of it fails, then people are told, and it is given again', () => {
    const set = started()
      .having({ type: 'slots.given', slots: [slot(noon, noon + hourMs, 9)] })
      .when({ type: 'setpoint.applied', setpointID: null });
    const lost = set.when({ type: 'setpoint.failed', setpointID: null, detail: 'its line is dead' });
    expect(lost.facts('AlarmRaised')).toMatchObject([{ alarm: 'setpointFailed' }]);
    expect(lost.whenDue('setpointAgainMs').facts('SetpointRequested')).toMatchObject([{ demandWatts: 9 }]);
  });

  it.each([
    ['refuses', (play: Play) => play.when({ type: 'setpoint.failed', setpointID: null, detail: 'busy' })],
    ['does not answer', (play: Play) => play.whenDue('setpointTimeoutMs')],
  ])('given a device that %s, then people are told, and the power is given again until it takes it', (_name, fail) => {
    const told = started().when({ type: 'slots.given', slots: [slot(noon, noon + hourMs, 9)] });
    const refused = fail(told);
    expect(refused.facts('AlarmRaised')).toMatchObject([{ alarm: 'setpointFailed', subject: 'battery' }]);
    const again = refused.whenDue('setpointAgainMs');
    expect(again.facts('SetpointRequested')).toMatchObject([{ demandWatts: 9 }]);
    const taken = again.when({ type: 'setpoint.applied', setpointID: null });
    expect([dispatching(taken), taken.facts('AlarmCleared')]).toEqual([
      { following: 'set' },
      [{ alarm: 'setpointFailed', subject: 'battery' }],
    ]);
  });

  it('given what concerns the plan, then metering is not disturbed, and the other way round', () => {
    const waiting = started(noon + minuteMs).whenDue('sampling');
    const planned = waiting.when({ type: 'slots.given', slots: [slot(noon, noon + hourMs, 1)] });
    expect(metering(planned)).toBe('awaitingMeterRead');
    expect(planned.waits['meterTimeoutMs']).toBe(meterTimeoutMs);
    const readNow = planned.when(read(noon + quarterMs));
    expect(readNow.waits['slotEnd']).toBe(planned.waits['slotEnd']);
    expect(readNow.facts('SetpointRequested')).toEqual([]);
  });
});

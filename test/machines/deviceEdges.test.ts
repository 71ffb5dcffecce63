import { describe, expect, it } from 'vitest';
import { setpointTimeoutMs } from '../../src/machines/device.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { given, noon, type Play } from './support/given.ts';

/** A device at the bounds: of slots, of shadow, of a clock that is set, of readings that come late for many. */

const device = { resourceID: 'battery', maxChargeWatts: 5_000, maxDischargeWatts: 5_000 };
const slot = (startAt: number, endAt: number, demandWatts: number) => ({ startAt, endAt, demandWatts });
const slots = (...given: readonly ReturnType<typeof slot>[]) => ({ type: 'slots.given', slots: given });
const started = (at = noon): Play => given('device', { id: 'battery', at }).when({ type: 'agent.started' });
const setpointOf = (play: Play): string => (play.facts('SetpointRequested')[0] as { setpointID: string }).setpointID;
const dispatching = (play: Play): unknown => (play.state as { dispatching: unknown }).dispatching;
const boundaries = (play: Play): readonly number[] =>
  play.facts('MeterReadRequested').map((data) => (data as { boundaryAt: number }).boundaryAt);
const read = (boundaryAt: number) => ({ type: 'meter.read', boundaryAt });

/** It was told 2 kW until an hour from now, and took it. */
const atWork = (): Play => {
  const asked = started().when(slots(slot(noon, noon + hourMs, 2_000)));
  return asked.when({ type: 'setpoint.applied', setpointID: setpointOf(asked) }).after(minuteMs);
};

describe('a new plan', () => {
  const hearing = (...of: readonly ReturnType<typeof slot>[]): readonly string[] =>
    atWork().when(slots(...of)).saidTypes;

  it('given that it says the same of now, as long or longer, then the device is not told again', () => {
    expect(hearing(slot(noon, noon + hourMs, 2_000))).toEqual([]);
    expect(hearing(slot(noon + minuteMs, noon + 2 * hourMs, 2_000))).toEqual([]);
    expect(hearing(slot(noon - hourMs, noon, 3_000), slot(noon, noon + hourMs, 2_000))).toEqual([]);
  });

  it.each([
    ['another power', slot(noon, noon + hourMs, 2_500)],
    ['the same power for a shorter time', slot(noon, noon + hourMs - 1, 2_000)],
  ])('given that it says %s, then the device is told', (_, of) => {
    expect(hearing(of)).toEqual(['SetpointRequested']);
  });

  it('given that it says nothing of now, then the device is let go', () => {
    expect(hearing(slot(noon - hourMs, noon + minuteMs, 2_000))).toEqual(['DeviceReleaseRequested']);
    expect(hearing(slot(noon + minuteMs + 1, noon + hourMs, 2_000))).toEqual(['DeviceReleaseRequested']);
  });

  it('given that what it was told has passed, then the same power is told anew', () => {
    const later = atWork().after(2 * hourMs);
    expect(later.when(slots(slot(noon, noon + 4 * hourMs, 2_000))).saidTypes).toEqual(['SetpointRequested']);
  });

  it('given a slot to come and none now, then it waits for that one, and not for those after it', () => {
    const play = started().when(
      slots(slot(noon + hourMs, noon + 2 * hourMs, 1_000), slot(noon + 3 * hourMs, noon + 4 * hourMs, 500)),
    );
    expect([dispatching(play), play.waits['slotEnd']]).toEqual([{ following: 'resting' }, hourMs]);
    const inForce = play.whenDue('slotEnd');
    expect(inForce.facts('SetpointRequested')).toMatchObject([{ demandWatts: 1_000, validUntil: noon + 2 * hourMs }]);
    expect(inForce.waits['slotEnd']).toBe(hourMs);
  });
});

describe('an answer about what it was told', () => {
  it('given one about something else, then it is waited for still', () => {
    const asked = started().when(slots(slot(noon, noon + hourMs, 2_000)));
    for (const type of ['setpoint.applied', 'setpoint.failed', 'device.released']) {
      const heard = asked.when({ type, setpointID: 'another', detail: 'no' });
      expect([dispatching(heard), heard.said]).toEqual([{ following: 'awaitingSetpoint' }, []]);
    }
    expect(dispatching(asked.when({ type: 'setpoint.applied', setpointID: null }))).toEqual({ following: 'set' });
  });

  it('given a failure after it was taken, or silence, then a person is told, with the reason', () => {
    const asked = started().when(slots(slot(noon, noon + hourMs, 2_000)));
    const taken = asked.when({ type: 'setpoint.applied', setpointID: setpointOf(asked) });
    const failed = taken.when({ type: 'setpoint.failed', setpointID: setpointOf(asked), detail: 'it tripped' });
    expect(failed.facts('AlarmRaised')).toMatchObject([
      { alarm: 'setpointFailed', subject: 'battery', text: expect.stringContaining('it tripped') as string },
    ]);
    const silent = asked.after(setpointTimeoutMs - 1).whenDue('setpointTimeoutMs');
    expect(silent.facts('AlarmRaised')).toMatchObject([
      { alarm: 'setpointFailed', text: expect.stringContaining('no answer within 30 s') as string },
    ]);
    expect(silent.whenDue('setpointAgainMs').facts('SetpointRequested')).toMatchObject([{ demandWatts: 2_000 }]);
  });
});

describe('a device in shadow', () => {
  const shadowed = (play: Play, isLetGo = true): Play => play.when({ type: 'shadow.known', isInShadow: true, isLetGo });

  it('given that it is at work, then it is let go first, and told nothing from then on', () => {
    const leaving = shadowed(atWork());
    expect(leaving.facts('DeviceReleaseRequested')).toMatchObject([{ because: 'nobody trusts it any more' }]);
    const { setpointID } = leaving.facts('DeviceReleaseRequested')[0] as { setpointID: string };
    expect(leaving.when({ type: 'device.released', setpointID: 'another' }).said).toEqual([]);
    const gone = leaving.when({ type: 'device.released', setpointID });
    expect(dispatching(gone)).toEqual({ following: 'shadowing' });
    expect(gone.facts('SetpointShadowed')).toEqual([
      { resourceID: 'battery', demandWatts: 2_000, validUntil: noon + hourMs },
    ]);
    expect(gone.facts('SetpointRequested')).toEqual([]);
  });

  it('given that it is not to be let go, or has nothing to do, then it is not', () => {
    expect(dispatching(shadowed(atWork(), false))).toEqual({ following: 'shadowing' });
    const idle = started().when(slots());
    expect(shadowed(idle).facts('DeviceReleaseRequested')).toEqual([]);
    expect(dispatching(shadowed(idle))).toEqual({ following: 'shadowing' });
  });

  it('given that nothing changes, then nothing is said', () => {
    const inShadow = shadowed(atWork(), false);
    expect(shadowed(inShadow).said).toEqual([]);
    expect(atWork().when({ type: 'shadow.known', isInShadow: false, isLetGo: false }).said).toEqual([]);
  });

  it('then what it would be told is noted when that changes, and when the plan says nothing any more', () => {
    const inShadow = shadowed(atWork(), false);
    expect(inShadow.when(slots(slot(noon, noon + hourMs, 2_000))).said).toEqual([]);
    const other = inShadow.when(slots(slot(noon, noon + hourMs, 500)));
    expect(other.facts('SetpointShadowed')).toMatchObject([{ demandWatts: 500 }]);
    const none = other.when(slots());
    expect(none.facts('SetpointShadowed')).toEqual([{ resourceID: 'battery', demandWatts: null, validUntil: none.at }]);
    expect(none.when(slots()).facts('SetpointShadowed')).toEqual([]);
  });

  it('given that it is trusted again, then it is told the slot in force', () => {
    const trusted = shadowed(atWork(), false).when({ type: 'shadow.known', isInShadow: false, isLetGo: false });
    expect(trusted.facts('SetpointRequested')).toMatchObject([{ demandWatts: 2_000, validUntil: noon + hourMs }]);
  });

  it('given that this is known before its first plan, then it is in shadow from the first one on', () => {
    const known = shadowed(started());
    expect([dispatching(known), known.said]).toEqual(['unplanned', []]);
    expect(known.when(slots(slot(noon, noon + hourMs, 1_000))).saidTypes).toContain('SetpointShadowed');
  });
});

describe('a device that is silent', () => {
  const silent = (): Play => {
    let play = started(noon + minuteMs).whenDue('sampling');
    const failure = { type: 'meter.failed', boundaryAt: noon + 15 * minuteMs, detail: 'no answer' };
    play = play.when(failure);
    for (let again = 0; again < 3; again += 1) play = play.whenDue('againMs').when(failure);
    return play;
  };

  it('given that it says how it stands, then the alarm ends, once', () => {
    const play = silent();
    expect(play.context['isSilent']).toBe(true);
    const heard = play.when({ type: 'state.read' });
    expect(heard.saidTypes).toEqual(['AlarmCleared', 'device.heard']);
    expect(heard.facts('AlarmCleared')).toEqual([{ alarm: 'meterSilent', subject: 'battery' }]);
    expect(heard.when({ type: 'state.read' }).said).toEqual([]);
    expect(started().when({ type: 'state.read' }).said).toEqual([]);
  });
});

describe('a clock that is set', () => {
  it('given an order that lasts by another clock, then it is taken as lasting, and told anew by this one', () => {
    const back = atWork().with({ at: noon - 5 * hourMs });
    const heard = back.when({ type: 'clock.set', unreadFrom: null });
    expect(heard.facts('DeviceReleaseRequested')).toHaveLength(1);
    const ahead = atWork()
      .after(5 * hourMs)
      .when({ type: 'clock.set', unreadFrom: null });
    expect(ahead.facts('DeviceReleaseRequested')).toHaveLength(1);
    expect(
      started().when(slots()).when({ type: 'clock.set', unreadFrom: null }).facts('DeviceReleaseRequested'),
    ).toEqual([]);
  });

  it('given a boundary that was asked for by a clock far ahead, then the next one of now is waited for', () => {
    const ahead = started(noon + 5 * hourMs);
    const heard = ahead.with({ at: noon + minuteMs }).when({ type: 'sampling.changed', grids: [] });
    expect(heard.waits['sampling']).toBe(14 * minuteMs);
    expect(boundaries(heard.whenDue('sampling'))).toEqual([noon + 15 * minuteMs]);
  });

  it('given one that was asked for a step ahead, then it is not asked for twice', () => {
    const ahead = started(noon + 15 * minuteMs);
    const heard = ahead.with({ at: noon }).when({ type: 'sampling.changed', grids: [] });
    expect(heard.waits['sampling']).toBe(30 * minuteMs);
  });
});

describe('readings of many devices that come late', () => {
  const many = (count: number): Play => {
    const devices = Array.from({ length: count }, (_, index) => ({
      ...device,
      resourceID: index === 0 ? 'battery' : `device-${index}`,
      awaitedMs: 48 * hourMs,
    }));
    return given('device', { id: 'battery', at: noon + minuteMs, settings: { ...settingsFor({}), devices } }).when({
      type: 'agent.started',
    });
  };
  const failedAll = (play: Play): Play =>
    boundaries(play).reduce<Play>(
      (heard, boundaryAt) => heard.when({ type: 'meter.failed', boundaryAt, detail: 'no file yet' }),
      play,
    );
  const askedAnHourLater = (play: Play): Play => {
    const failed = failedAll(play);
    return failed
      .with({ at: failed.at + (failed.waits['againMs'] ?? 0) })
      .when({ type: 'xstate.after.againMs.device.metering.waiting' });
  };

  it('given few devices, then each hour that is lacking is asked for', () => {
    const play = many(100);
    const first = boundaries(play).length;
    expect(first).toBeGreaterThan(2);
    expect(boundaries(askedAnHourLater(play))).toHaveLength(first);
  });

  it('given more than a hundred, then the oldest and the newest are felt for, and all of them when one is there', () => {
    const play = many(101);
    const all = boundaries(play);
    const felt = askedAnHourLater(play);
    expect(boundaries(felt)).toEqual([Math.min(...all), Math.max(...all)]);
    const there = felt.when(read(Math.min(...all)));
    expect(there.waits['againMs']).toBe(0);
    const rest = there.whenDue('againMs');
    expect(boundaries(rest)).toEqual([Math.min(...all.slice(1)), Math.max(...all.slice(0, -1))]);
  });
});

/** What devices hear, say and are told by persons: who is asked, what is planned for, and what ends when. */
import { describe, expect, it } from 'vitest';
import { initialState, type AgentState } from '../../src/core/state.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import { backfillMs } from '../../src/machines/device/boundaries.ts';
import { farJumpMs } from '../../src/machines/watch/farJump.ts';
import { certificateSeen } from '../../src/reactions/certificates.ts';
import { clockConcerns, clockHeard } from '../../src/reactions/clocks.ts';
import { clockSetForDevices, setpointApplied, setpointFailed } from '../../src/reactions/devices.ts';
import { deviceStateRead, statesAtStart } from '../../src/reactions/deviceStates.ts';
import { overridesAt } from '../../src/reactions/instructions.ts';
import { clocksAgreeMs } from '../../src/store/projections/clockLives.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { hourMs } from '../support/drEventMessages.ts';
import { device, inForce, noon, started, type Told } from './support/told.ts';

const at = (hours: number): number => noon + hours * hourMs;
const momentOf = (settings: Partial<VenSettings> = {}, when = noon) => ({
  at: when,
  chance: 7,
  runID: 'run',
  settings: settingsFor(settings),
});
/** What was told, as who hears it and what. */
const heard = (consequences: readonly object[]): readonly (readonly [to: string, type: string])[] =>
  consequences.flatMap((each) => {
    const { to, event } = each as { to?: string; event?: { type: string } };
    return to === undefined || event === undefined ? [] : [[to, event.type] as const];
  });
const status = { online: true, manualOverride: false, maxChargeWatts: 1, maxDischargeWatts: 1 };
const read = (told: Told, when: number, resourceID = 'battery'): Told => {
  const reading = { boundaryAt: when, readAt: when, importWattHours: 0, exportWattHours: 0 };
  told.take({ type: 'MeterRead', data: { resourceID, ...reading, status } }, `device/${resourceID}`);
  return told;
};

describe('how devices stand', () => {
  const settings = {
    devices: [device('battery'), device('meter', { isReadOnly: true }), device('late', { awaitedMs: hourMs })],
    askDevicesAtStart: true,
  };
  const { sampleEveryMs } = settingsFor();
  const boundary = Math.ceil(noon / sampleEveryMs) * sampleEveryMs;

  it('given a start that is a boundary, then it is read as one by devices that were never asked, and no other start is', () => {
    const { state } = started(settings);
    const never: AgentState = { ...initialState, settings: state.settings };
    const wanted = (atStart: AgentState, when: number) =>
      heard(statesAtStart(atStart, momentOf(settings, when))).filter(([, type]) => type === 'reading.wanted');
    expect(wanted(never, boundary)).toEqual([
      ['device/battery', 'reading.wanted'],
      ['device/meter', 'reading.wanted'],
    ]);
    expect(wanted(never, boundary + 1)).toEqual([]);
    const battery = state.streams.get('device/battery');
    const asked = { ...never, streams: never.streams.with('device/battery', battery as never) };
    expect(wanted(asked, boundary)).toEqual([['device/meter', 'reading.wanted']]);
  });

  it('given one says how full it is, then that is planned for, unless nobody can tell it anything', () => {
    const { state } = started(settings);
    const said = (resourceID: string, more: object = { stateOfCharge: 0.5 }) =>
      heard(
        deviceStateRead(state, { resourceID, status: { ...status, ...more }, isInTurn: false, readAt: noon } as never),
      );
    expect(said('battery')).toEqual([
      ['device/battery', 'state.read'],
      ['site', 'level.known'],
    ]);
    expect(said('battery', {})).toEqual([['device/battery', 'state.read']]);
    expect(said('meter')).toEqual([['device/meter', 'state.read']]);
    expect(said('gone')).toEqual([]);
  });

  it('given it is told something and takes it, or not, then the one that was told hears which it was', () => {
    expect([
      setpointApplied({ resourceID: 'battery', setpointID: 's-1' } as never),
      setpointApplied({ resourceID: 'battery' } as never),
      setpointFailed({ resourceID: 'battery', setpointID: 's-2', detail: 'no' } as never),
      setpointFailed({ resourceID: 'battery', detail: 'no' } as never),
    ]).toMatchObject([
      { to: 'device/battery', event: { type: 'setpoint.applied', setpointID: 's-1' } },
      { event: { setpointID: null } },
      { event: { type: 'setpoint.failed', setpointID: 's-2', detail: 'no' } },
      { event: { setpointID: null, detail: 'no' } },
    ]);
  });

  it('given the clock is set by far after long, then no more is asked for than devices remember', () => {
    const told = read(started({ devices: [device('battery')] }), noon);
    const unread = (when: number): unknown =>
      (clockSetForDevices(told.state, when, farJumpMs)[0] as { event: { unreadFrom: unknown } }).event.unreadFrom;
    expect(unread(noon + hourMs - 1)).toBeNull();
    expect(unread(noon + hourMs)).toBe(at(1));
    expect(unread(noon + backfillMs + 10 * hourMs)).toBe(at(10));
    expect(unread(noon + backfillMs + 10 * hourMs + 1)).toBe(at(11));
  });
});

describe('what a person tells a device', () => {
  const devices = [device('battery'), device('garage')];
  const instruct = (told: Told, resourceID: string, instruction: object, endAt = at(3)): Told => {
    const data = { resourceID, instruction, endAt, isForLength: true, by: 'ven' };
    told.take({ type: 'OperatorInstructed', data } as never, 'agent');
    return told;
  };
  const hold = { kind: 'override', action: 'hold' };
  const release = (told: Told, more: object = {}) => {
    told.take({ type: 'OperatorReleased', data: { by: 'ven', ...more } } as never, 'agent');
    return told.facts('InstructionEnded');
  };
  const wish = { kind: 'leave', stateOfCharge: 0.8 };

  it('given a power, then that is what it is told, and without one as much as it can', () => {
    const told = instruct(
      instruct(inForce({ devices }), 'battery', { ...hold, action: 'charge', powerWatts: 900 }),
      'garage',
      hold,
    );
    expect(overridesAt(told.state, noon + 10_000)).toMatchObject([
      { resourceID: 'battery', action: 'charge', powerWatts: 900, endAt: at(3) },
      { resourceID: 'garage', action: 'hold' },
    ]);
    expect(overridesAt(told.state, noon + 10_000)[1]).not.toHaveProperty('powerWatts');
    expect(overridesAt(told.state, at(3))).toEqual([]);
  });

  it('given all are released, then each has ended and is named; given a wish is, then overrides go on', () => {
    const both = () => instruct(instruct(inForce({ devices }), 'battery', hold), 'garage', hold);
    const over = (resourceID: string, kind = 'override') => ({ resourceID, kind, because: 'released' });
    expect(release(both())).toEqual([over('battery'), over('garage')]);
    const told = instruct(both(), 'battery', wish);
    expect(release(told, { kind: 'leave' })).toEqual([over('battery', 'leave')]);
    expect(overridesAt(told.state, noon + 10_000)).toHaveLength(2);
    expect([release(told, { kind: 'leave' }), release(told, { kind: 'keep' })]).toEqual([[], []]);
    expect(release(told, { resourceID: 'garage' })).toEqual([over('garage')]);
    expect(overridesAt(told.state, noon + 10_000)).toMatchObject([{ resourceID: 'battery' }]);
  });

  it('given the clock is set, then what was given for a length of time ends that much later', () => {
    const told = instruct(inForce({ devices }), 'battery', hold);
    told.at += hourMs;
    told.take({ type: 'ClockJumped', data: { jumpMs: hourMs } } as never, 'agent');
    expect(overridesAt(told.state, at(3))).toMatchObject([{ resourceID: 'battery', endAt: at(4) }]);
  });

  it('given all devices come into shadow, then what they were told is over, for nobody would carry it out', () => {
    const told = instruct(inForce({ devices }), 'battery', hold);
    const settings = { ...told.state.settings, shadow: true } as VenSettings;
    told.take(
      { type: 'SettingsChanged', data: { settings, changed: [], reopened: [], isOfferAnother: false } },
      'agent',
    );
    expect(told.facts('InstructionEnded')).toEqual([{ resourceID: 'battery', kind: 'override', because: 'inShadow' }]);
  });
});

describe('clocks', () => {
  const raised = (state: AgentState, offsetMs: number | undefined) =>
    clockConcerns(state, offsetMs).flatMap((each) => ('fact' in each ? [each.fact.type] : []));

  it('given the VTN’s is off by more than a minute, either way, then that is told; given no time that can be read, nothing', () => {
    const { state } = inForce();
    const told = (offsetMs: number | undefined) => raised(state, offsetMs);
    expect([told(60_000), told(-60_000), told(undefined), told(Number.NaN)]).toEqual([[], [], [], []]);
    expect([told(60_001), told(-60_001)]).toEqual([['AlarmRaised'], ['AlarmRaised']]);
  });

  it('given they differ by much, then ours is in doubt, once, and is believed when they agree or the VTN tells no time', () => {
    const heardOf = (state: AgentState, offsetMs: number | undefined) => heard(clockHeard(state, offsetMs));
    const doubt = [['watch', 'clock.doubted']];
    const agreed = [['watch', 'clock.agreed']];
    const told = inForce();
    expect([clocksAgreeMs, -clocksAgreeMs, undefined].map((each) => heardOf(told.state, each))).toEqual([[], [], []]);
    expect([clocksAgreeMs + 1, -clocksAgreeMs - 1].map((each) => heardOf(told.state, each))).toEqual([doubt, doubt]);
    told.due('PollFreq');
    told.answer({ message: 'oadrResponse', eiResponse: { responseCode: '200', requestID: '' } } as never, {
      clockOffsetMs: 2 * clocksAgreeMs,
    });
    expect([2 * clocksAgreeMs, clocksAgreeMs, undefined].map((each) => heardOf(told.state, each))).toEqual([
      [],
      agreed,
      agreed,
    ]);
  });
});

describe('a certificate', () => {
  const seen = (standing: string) => ({
    whose: 'ours',
    standing,
    certificate: { fingerprint: 'AA:BB', validFrom: at(0), validTo: at(240), key: 'RSA 2048' },
  });

  it('given it comes nearer to its end under the same alarm, then that is told anew in its place', () => {
    const told = started();
    const factsOf = (standing: string) => {
      told.take({ type: 'CertificateSeen', data: seen(standing) } as never, 'agent');
      return [told.facts('AlarmRaised').map(({ text }) => text), told.facts('AlarmCleared')];
    };
    factsOf('endsWithin60');
    expect(factsOf('endsWithin30')).toEqual([
      ['Our client certificate AA:BB ends on 2026-06-20, within 30 days.'],
      [{ alarm: 'certificateEnds', subject: 'ours' }],
    ]);
    expect(factsOf('endsWithin30')).toEqual([[], []]);
  });

  it('given it is good and nothing was told, then there is nothing to say', () => {
    expect(certificateSeen(started().state, seen('good') as never)).toEqual([]);
  });
});

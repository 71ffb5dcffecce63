/** Alarms that are raised by what comes in, and end by what comes in later. */
import { describe, expect, it } from 'vitest';
import type { AgentState } from '../../src/core/state.ts';
import type { Input } from '../../src/facts/fact.ts';
import type { DeviceStatus } from '../../src/facts/input.ts';
import { planMade } from '../../src/reactions/site.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { at, worldOn } from '../scenarios/support/day.ts';
import { eiResponse, noEvents, noon, registered, started, type Told } from './support/told.ts';

const tooLarge = (exchangeID: string): Input => ({
  type: 'ExchangeFailed',
  data: { exchangeID, reason: 'tooLarge', certainlyNotDelivered: false, detail: 'more than 1 MiB' },
});

describe('a message that is too large', () => {
  it('given the list of DR events is, then people are told of it under its name, and the alarm ends when one can be read', () => {
    const told = started();
    told.answer(registered);
    told.answer({ message: 'oadrRegisteredReport', eiResponse, oadrReportRequest: [] });
    expect(told.inFlight.purpose).toBe('requestEvent');
    told.take(tooLarge(told.inFlight.exchangeID));
    expect(told.alarms).toContain('messageUnreadable oadrDistributeEvent');
    expect(JSON.stringify(told.said)).toContain('"advice":"Its XML is not kept here');
    const [backoff] = [...told.state.timers.ofStream('ven')];
    if (backoff === undefined) throw new Error('nothing is waited for');
    const { timer, dueAt } = backoff[1];
    told.take({ type: 'TimerFired', data: { timer, dueAt } }, 'ven');
    told.answer(registered);
    told.answer({ message: 'oadrRegisteredReport', eiResponse, oadrReportRequest: [] });
    expect([told.inFlight.purpose, told.alarms]).toEqual(['requestEvent', ['messageUnreadable oadrDistributeEvent']]);
    told.answer(noEvents);
    expect(told.alarms).not.toContain('messageUnreadable oadrDistributeEvent');
  });

  it('given anything else is, then nobody knows of what kind it was; another failure tells nothing of the kind', () => {
    const told = started();
    told.take(tooLarge(told.inFlight.exchangeID));
    expect(told.alarms).toContain('messageUnreadable');
    const reset = started();
    const { exchangeID } = reset.inFlight;
    reset.take({
      type: 'ExchangeFailed',
      data: { exchangeID, reason: 'reset', certainlyNotDelivered: false, detail: 'the connection was lost' },
    });
    expect(reset.alarms).toEqual([]);
  });
});

describe('a list that grows', () => {
  const polledAgain = (told: Told): void => {
    const poll = [...told.state.timers.ofStream('ven')].find(([, { timer }]) => timer.includes('PollFreq'));
    if (poll === undefined) throw new Error('nothing is waited for');
    told.take({ type: 'TimerFired', data: { timer: poll[1].timer, dueAt: poll[1].dueAt } }, 'ven');
  };

  it('given it comes near the longest that is read, then people are told long before it is not read, until the whole is short again', () => {
    const told = started();
    told.answer(registered);
    told.answer({ message: 'oadrRegisteredReport', eiResponse, oadrReportRequest: [] });
    told.answer(noEvents, { bytes: 2_500_000 });
    expect(told.alarms).toEqual(['listGrows oadrDistributeEvent']);
    expect(JSON.stringify(told.said)).toContain('2500000 bytes, more than half of the longest that is read');

    // What changed since is little, and says nothing of the whole.
    polledAgain(told);
    expect(told.inFlight.purpose).toBe('poll');
    told.answer(noEvents);
    expect(told.alarms).toEqual(['listGrows oadrDistributeEvent']);

    const other = started();
    other.answer(registered);
    other.answer({ message: 'oadrRegisteredReport', eiResponse, oadrReportRequest: [] }, { bytes: 2_500_000 });
    other.answer(noEvents);
    expect(other.alarms).toEqual(['listGrows oadrRegisteredReport']);
  });
});

describe('a device that says what cannot be', () => {
  const device = settingsFor({}).devices[0]?.resourceID ?? '';
  const says = (told: Told, status: Partial<DeviceStatus>): readonly string[] => {
    told.take(
      {
        type: 'MeterRead',
        data: {
          resourceID: device,
          boundaryAt: noon,
          readAt: noon,
          importWattHours: 1,
          exportWattHours: 0,
          status: { online: true, manualOverride: false, maxChargeWatts: 5_000, maxDischargeWatts: 5_000, ...status },
        },
      },
      `device/${device}`,
    );
    return told.alarms.flatMap((key) => (key.startsWith('device') ? [told.state.alarms[key] ?? ''] : []));
  };

  it('given its level or its power cannot be, then people are told once, until it says what can', () => {
    const told = started();
    expect(says(told, { disbelieved: [{ value: 'stateOfCharge', said: 64 }] })).toEqual([
      `${device} says that it is 6400 % full, which cannot be: it is not planned with.`,
    ]);
    const both = [
      { value: 'stateOfCharge', said: null },
      { value: 'powerWatts', said: 2e9 },
    ] as const;
    expect(says(told, { disbelieved: both })).toHaveLength(1);
    expect(says(told, { stateOfCharge: 0.64 })).toEqual([]);
    expect(says(told, { disbelieved: both })[0]).toContain(
      'it is no number of per cent full and its power is 2000000000 W',
    );
  });

  it('given its clock is off, then people are told, with what it looks like, until it is right', () => {
    const told = started();
    expect(says(told, { clockOffsetMs: -4 * 3_600_000 })).toEqual([
      `The clock of ${device} is 4 h behind ours, as if it told the local time of America/New_York as UTC.`,
    ]);
    expect(says(told, { clockOffsetMs: 30_000 })).toEqual([]);
    expect(says(told, { clockOffsetMs: 86_400_000 })).toEqual([`The clock of ${device} is 1 d ahead of ours.`]);
    expect(says(told, {})).toEqual([]);
  });
});

describe('alarms of before the site planned', () => {
  it('given devices had alarms of their own, when a plan is made, then each of them ends, and others stand', () => {
    const raised = { raisedAt: noon, text: '', advice: '', position: 1 };
    const alarms = { 'planFailed battery-1': raised, 'planFailed battery-2': raised, 'meterSilent battery-1': raised };
    const state = { ...started().state, alarms: alarms as unknown as AgentState['alarms'] };
    const said = planMade(state, { planID: 'p1', basis: 'none', devices: [] });
    expect(said.filter((one) => 'fact' in one)).toEqual([
      { stream: 'site', fact: { type: 'AlarmCleared', data: { alarm: 'planFailed', subject: 'battery-1' } } },
      { stream: 'site', fact: { type: 'AlarmCleared', data: { alarm: 'planFailed', subject: 'battery-2' } } },
    ]);
    expect(
      planMade(started().state, { planID: 'p1', basis: 'none', devices: [] }).filter((one) => 'fact' in one),
    ).toEqual([]);
  });
});

describe('a report request that is not as the programme has it', () => {
  const odd = {
    kind: 'periodic',
    reportSpecifierID: 'RealEnergy',
    granularity: 'PT2H',
    reportBackDuration: 'PT1H',
  } as const;

  it('given its granularity is longer than its pace, then it is met, the difference is told, and it ends when no such request is left, whatever else is asked for', async () => {
    const { world } = worldOn({ day: '2026-06-10', hour: 9, vtn: { pollFreq: 'PT1M' } });
    await world.start();
    await world.runTo(at('2026-06-10', 9, 2));
    const standing = (): readonly string[] =>
      Object.keys(world.agent?.state.alarms ?? {}).filter((key) => key.startsWith('wireDiffersFromProgramme'));
    const usual = standing();
    const ids = new Set(world.vtn.registrations().flatMap(({ reportRequests }) => [...reportRequests.keys()]));
    world.vtn.askReport({ ...odd, lengthMs: 8 * 3_600_000 });
    await world.runTo(at('2026-06-10', 9, 5));
    expect(standing()).toEqual(['wireDiffersFromProgramme RealEnergy']);
    const more = { ...odd, granularity: 'PT3H', lengthMs: 8 * 3_600_000 };
    const askedSince = (): readonly string[] =>
      world.vtn
        .registrations()
        .flatMap(({ reportRequests }) => [...reportRequests.keys()])
        .filter((id) => !ids.has(id));
    const first = askedSince();
    world.vtn.askReport(more);
    await world.runTo(at('2026-06-10', 9, 8));
    const second = askedSince().filter((id) => !first.includes(id));
    expect([first.length, second.length]).toEqual([1, 1]);
    world.vtn.cancelReports(false, first);
    await world.runTo(at('2026-06-10', 9, 11));
    expect(standing()).toEqual(['wireDiffersFromProgramme RealEnergy']);
    world.vtn.cancelReports(false, second);
    await world.runTo(at('2026-06-10', 9, 14));
    expect([usual, standing(), world.agent === null]).toEqual([[], [], false]);
    await world.stop();
  });
});

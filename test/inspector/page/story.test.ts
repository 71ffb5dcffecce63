import { describe, expect, it } from 'vitest';
import { unpricedHours } from '../../../src/inspector/page/energy/delivery.ts';
import {
  activeLeaves,
  descriptionText,
  groupsOf,
  transitionText,
} from '../../../src/inspector/page/charts/lighting.ts';
import { grouped } from '../../../src/inspector/page/now/grouped.ts';
import { deviceSentence, storyOf } from '../../../src/inspector/page/now/story.ts';
import type { ChartState, Device, Hour, Row, State, Taken } from '../../../src/inspector/page/server/answers.ts';
import { readMachine } from '../../../src/inspector/drawing/readMachine.ts';
import { machines } from '../../../src/machines/machines.ts';

const newYork = 'America/New_York';
const now = Date.parse('2026-11-24T22:15:00Z');
const hourMs = 3_600_000;

const device: Device = {
  resourceID: 'battery',
  capacityWattHours: 13_500,
  maxChargeWatts: 5_000,
  maxDischargeWatts: 5_000,
  readAt: now,
  isOnline: true,
  powerWatts: -2_700,
  stateOfCharge: 0.58,
  importWattHours: 0,
  exportWattHours: 0,
  setpoint: { startAt: now - hourMs, endAt: now + 2.75 * hourMs, demandWatts: -2_700 },
  next: { startAt: now + 2.75 * hourMs, endAt: now + 8 * hourMs, demandWatts: 0 },
  plan: { basis: 'prices of 2026-11-24', madeAt: now, position: 1, slots: [] },
  doing: 'discharging',
};

const pricedDay = (pricedHours: number): State['prices']['days'][number] => ({
  day: '2026-11-24',
  startAt: 0,
  endAt: 0,
  hours: 24,
  pricedHours,
});

const state = (changes: { readonly [Name in keyof State]?: Partial<State[Name]> }): State =>
  ({
    asOf: now,
    timeZone: newYork,
    agent: { isRunning: true, stoppedBecause: null, ...changes.agent },
    registration: {
      status: 'registered',
      vtnID: 'vtn',
      registeredAt: null,
      backoff: null,
      refused: null,
      ended: null,
      ...changes.registration,
    },
    prices: { now: null, days: [pricedDay(24), pricedDay(0)], ...changes.prices },
    devices: changes.devices ?? [],
  }) as unknown as State;

describe('the story of a moment', () => {
  it('says what a battery does, until when, and why', () => {
    expect(deviceSentence(device, newYork)).toBe(
      'The battery battery at 58\u202f% delivers 2.7\u202fkW until 20:00, then rests (plan: prices of 2026-11-24).',
    );
    expect(deviceSentence({ ...device, setpoint: null, next: null, plan: null }, newYork)).toBe(
      'The battery battery at 58\u202f% is left to itself.',
    );
    expect(deviceSentence({ ...device, setpoint: null, doing: 'unknown', stateOfCharge: null }, newYork)).toBe(
      'Device battery has not been read yet.',
    );
  });

  it('says which prices are in hand', () => {
    const said = (...days: readonly number[]): string | undefined =>
      storyOf(state({ prices: { days: days.map(pricedDay) } }))[1];
    expect(said(24, 24)).toBe('Prices for today and tomorrow are in hand.');
    expect(said(24, 0)).toBe('Prices for today are in hand, tomorrow’s have not come yet.');
    expect(said(7.5, 24)).toBe('Prices for today cover 7 of 24 hours; tomorrow’s are in hand.');
  });

  it('says why nothing is sent', () => {
    const backoff = { at: now, attempt: 3, untilAt: now + 90_000, because: 'timeout' };
    expect(storyOf(state({ registration: { backoff } }))[0]).toBe(
      'Waiting 1 min 30 s before it tries the VTN again: timeout.',
    );
    expect(
      storyOf(
        state({
          registration: {
            status: 'refused',
            refused: { at: now, responseCode: '452', responseDescription: 'unknown venID' },
          },
        }),
      )[0],
    ).toBe('The VTN refused the registration: 452 unknown venID.');
    expect(storyOf(state({ agent: { isRunning: false, stoppedBecause: 'SIGTERM' } }))[0]).toBe(
      'The agent has stopped: SIGTERM.',
    );
  });
});

describe('happenings', () => {
  const row = (
    position: number,
    type: string,
    recordedAt: number,
    lane: Row['lane'] = 'reports',
    stream = 'ven',
  ): Row => ({
    position,
    type,
    recordedAt,
    lane,
    stream,
    direction: 'out',
    runID: '',
    message: null,
    sentence: '',
    cause: null,
    requestID: null,
    hasXml: false,
  });

  it('of one kind right after one another are told once', () => {
    const rows = [
      row(5, 'DrEventAnswered', 5_000, 'drEvents', 'drEvent/a'),
      row(4, 'DrEventAnswered', 4_000, 'drEvents', 'drEvent/b'),
      row(3, 'UsageDue', 3_000),
    ];
    expect(grouped(rows).map(({ row: { position }, alike }) => [position, alike])).toEqual([
      [5, 1],
      [3, 0],
    ]);
  });

  it('that lie apart are told apart, but for what fails again and again', () => {
    const minutes = (count: number): number => count * 60_000;
    expect(grouped([row(2, 'UsageDue', minutes(10)), row(1, 'UsageDue', 0)])).toHaveLength(2);
    expect(
      grouped([
        row(3, 'BackoffStarted', minutes(20), 'faults'),
        row(2, 'BackoffStarted', minutes(10), 'faults'),
        row(1, 'BackoffStarted', 0, 'faults'),
      ]),
    ).toHaveLength(1);
  });
});

describe('hours without a price', () => {
  it('are those that were metered and are worth nobody knows what', () => {
    const hour = (energyWattHours: number | null, amountUsd: string | null): Hour =>
      ({ energyWattHours, amountUsd }) as Hour;
    expect(unpricedHours([hour(5, null), hour(5, '0.01'), hour(null, null)])).toBe(1);
  });
});

describe('what shines in a chart', () => {
  const chart = readMachine(machines.ven as unknown as Parameters<typeof readMachine>[0]) as unknown as ChartState;
  const taken = (transitionIDs: readonly string[], left: readonly string[], entered: readonly string[]): Taken => ({
    position: 1,
    at: 0,
    stream: 'ven',
    event: '',
    transitionIDs: [...transitionIDs],
    left: [...left],
    entered: [...entered],
  });

  it('are the innermost active states', () => {
    const active = new Set([
      'ven',
      'ven.registered',
      'ven.registered.polling',
      'ven.registered.polling.waiting',
      'ven.registered.reporting',
      'ven.registered.reporting.idle',
    ]);
    expect(activeLeaves(chart, active).map(({ id }) => id)).toEqual([
      'ven.registered.polling.waiting',
      'ven.registered.reporting.idle',
    ]);
  });

  it('is the way that was taken, and what was decided on it', () => {
    const poll = 'ven.registered.polling.waiting--after.oadrRequestedOadrPollFreq--0';
    expect([...groupsOf(taken([poll], [], []), chart)]).toEqual([
      poll,
      'ven.registered.polling.waiting--to--ven.registered.polling.awaitingPollReply',
    ]);
    const chosen = groupsOf(
      taken([], ['ven.registering.choosing'], ['ven.registering.awaitingCreatedPartyRegistration']),
      chart,
    );
    expect([...chosen]).toContain('ven.registering.choosing--to--ven.registering.awaitingCreatedPartyRegistration');
  });

  it('is told in words', () => {
    expect(descriptionText('Asking what the VTN offers. @rule 2.0b 404')).toBe(
      'Asking what the VTN offers. (rule 2.0b 404)',
    );
    expect(descriptionText(null)).toBe('');
    const [first] = chart.transitions.filter(({ trigger }) => trigger.kind === 'event');
    expect(first === undefined ? '' : transitionText(first)).toMatch(/^agent\.started → registering \/ /);
  });
});

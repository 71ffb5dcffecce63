import { describe, expect, it } from 'vitest';
import { unpricedHours } from '../../../src/inspector/page/energy/delivery.ts';
import {
  activeLeaves,
  descriptionText,
  groupsOf,
  regionOf,
  transitionText,
} from '../../../src/inspector/page/charts/lighting.ts';
import { grouped } from '../../../src/inspector/page/now/grouped.ts';
import type { ChartState, Hour, Row, Taken } from '../../../src/inspector/page/server/answers.ts';
import { readMachine } from '../../../src/inspector/drawing/readMachine.ts';
import { machines } from '../../../src/machines/machines.ts';

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
    refused: [],
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
    const leaves = activeLeaves(chart, active);
    expect(leaves.map(({ id }) => id)).toEqual(['ven.registered.polling.waiting', 'ven.registered.reporting.idle']);
    expect(leaves.map((leaf) => regionOf(chart, leaf)?.name)).toEqual(['polling', 'reporting']);
    expect(activeLeaves(chart, new Set(['ven', 'ven.backoff'])).map((leaf) => regionOf(chart, leaf))).toEqual([
      undefined,
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

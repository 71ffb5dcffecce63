import { describe, expect, it } from 'vitest';
import type { ReportRequestAccepted } from '../../src/facts/output.ts';
import type { Moment } from '../../src/machines/moment.ts';
import {
  closedStretch,
  dueDelayMs,
  firstPeriodAt,
  intervalEndAt,
  isPointData,
  nextPeriodEnd,
  pastOf,
} from '../../src/machines/report/periods.ts';
import { heldForMs } from '../../src/machines/report/reportTerms.ts';
import { daySpan } from '../../src/programme/calendar.ts';
import type { OadrReportRequest } from '../../src/protocol/elements/oadrReportRequest.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { noon } from './support/given.ts';

/** What a report covers, and when it is due: a period that is skipped is usage the VTN never hears of. */

const termsOf = (changes: Partial<ReportRequestAccepted> = {}): ReportRequestAccepted => ({
  reportRequestID: 'request-1',
  kind: 'usage',
  request: {} as OadrReportRequest,
  reportSpecifierID: 'RealEnergy',
  rIDs: [],
  startAt: noon + 7 * minuteMs,
  granularityMs: 15 * minuteMs,
  reportBackMs: hourMs,
  aligned: 'start',
  ...changes,
});
const moment = (at = noon): Moment => ({
  at,
  chance: 1,
  runID: 'run00001',
  settings: settingsFor({ timeZone: 'America/New_York', usageDelayMs: 60_000 }),
});
const day = daySpan('2026-06-10', 'America/New_York');
const start = noon + 7 * minuteMs;
const after = (hours: number): number => start + hours * hourMs;

describe('the first period of a request', () => {
  it('begins on its own grid, at or before now, and not before its start', () => {
    expect(firstPeriodAt(termsOf(), after(2))).toBe(after(2));
    expect(firstPeriodAt(termsOf(), after(3) - 1)).toBe(after(2));
    expect(firstPeriodAt(termsOf(), noon - 5 * hourMs)).toBe(start);
    expect(firstPeriodAt(termsOf({ aligned: 'clock' }), after(2))).toBe(noon + 2 * hourMs);
    expect(firstPeriodAt(termsOf({ endAt: after(1) }), after(5))).toBe(after(1));
    expect(firstPeriodAt(termsOf({ endAt: after(9) }), after(5))).toBe(after(5));
  });

  it('begins now where it is told by the day, or once', () => {
    expect(firstPeriodAt(termsOf({ aligned: 'localDay' }), noon + 1)).toBe(noon + 1);
    expect(firstPeriodAt(termsOf({ reportBackMs: 0 }), noon + 1)).toBe(noon + 1);
  });
});

describe('the last end of an interval', () => {
  it('lies on the grid of its intervals, or of its reports where it has none', () => {
    const at = after(1) + 20 * minuteMs;
    expect(intervalEndAt(termsOf(), at)).toBe(after(1) + 15 * minuteMs);
    expect(intervalEndAt(termsOf(), after(1) + 15 * minuteMs)).toBe(after(1) + 15 * minuteMs);
    expect(intervalEndAt(termsOf({ granularityMs: 0 }), at)).toBe(after(1));
    expect(intervalEndAt(termsOf({ aligned: 'clock' }), at)).toBe(noon + hourMs + 15 * minuteMs);
    for (const none of [{ aligned: 'localDay' }, { reportBackMs: 0 }, { kind: 'status' }] as const)
      expect(intervalEndAt(termsOf(none), at)).toBe(at);
  });
});

describe('the end of the next period', () => {
  it('follows the last one on the grid, and what has passed since is told together', () => {
    expect(nextPeriodEnd(termsOf(), after(2), moment(after(2)))).toBe(after(3));
    expect(nextPeriodEnd(termsOf(), after(2), moment(after(2) + minuteMs))).toBe(after(3));
    expect(nextPeriodEnd(termsOf(), after(2), moment(after(3)))).toBe(after(3));
    expect(nextPeriodEnd(termsOf(), after(2), moment(after(7) + 1))).toBe(after(7));
    expect(nextPeriodEnd(termsOf({ aligned: 'clock' }), noon, moment(noon + 1))).toBe(noon + hourMs);
  });

  it('given one that a wrong clock closed far ahead, then it goes on from now; given one a period ahead, from there', () => {
    expect(nextPeriodEnd(termsOf(), after(9), moment(after(2) + 1))).toBe(after(3));
    expect(nextPeriodEnd(termsOf(), after(3), moment(after(2)))).toBe(after(4));
    expect(nextPeriodEnd(termsOf(), after(3) + 1, moment(after(2)))).toBe(after(3));
  });

  it('is the end of the request where that comes first, but for a look at the present', () => {
    const endAt = after(2) + 30 * minuteMs;
    const of = (changes: Partial<ReportRequestAccepted>, closedAt = after(2)): number =>
      nextPeriodEnd(termsOf({ endAt, ...changes }), closedAt, moment(after(2)));
    expect(of({})).toBe(endAt);
    expect(of({ endAt: after(3) })).toBe(after(3));
    expect(of({ endAt: after(4) })).toBe(after(3));
    expect(of({ kind: 'status' })).toBe(after(3));
    expect(of({}, endAt)).toBe(after(3));
    expect(of({ endAt: after(1) })).toBe(after(3));
  });

  it('is the next local midnight where it is told by the day', () => {
    expect(nextPeriodEnd(termsOf({ aligned: 'localDay' }), 0, moment())).toBe(day.endAt);
    expect(nextPeriodEnd(termsOf({ aligned: 'localDay' }), 0, moment(day.endAt))).toBe(day.endAt + 24 * hourMs);
  });

  it('is reported when it is there; a day a little later, so that its last reading is in; and at once when it has passed', () => {
    expect(dueDelayMs(termsOf(), noon + hourMs, moment())).toBe(hourMs);
    expect(dueDelayMs(termsOf({ aligned: 'localDay' }), noon + hourMs, moment())).toBe(hourMs + 60_000);
    expect(dueDelayMs(termsOf(), noon - hourMs, moment())).toBe(0);
    expect(dueDelayMs(termsOf({ aligned: 'localDay' }), noon - 30_000, moment())).toBe(30_000);
  });
});

describe('what a new request makes up for', () => {
  it('is what is held from before it where it has no end, else its own past, up to the first period', () => {
    expect(pastOf(termsOf(), after(1), moment())).toEqual({ fromAt: noon - heldForMs, toAt: after(1) });
    const endAt = after(9);
    expect(pastOf(termsOf({ endAt }), after(1), moment())).toEqual({ fromAt: start, toAt: after(1) });
    expect(pastOf(termsOf({ endAt, startAt: 0 }), after(1), moment())).toEqual({
      fromAt: noon - heldForMs,
      toAt: after(1),
    });
    expect(pastOf(termsOf({ aligned: 'localDay' }), after(1), moment()).toAt).toBe(day.startAt);
  });
});

describe('what a report of a closed period covers', () => {
  it('goes from where the last one ended to the last whole interval', () => {
    expect(closedStretch(termsOf(), after(1), after(2) + 20 * minuteMs)).toEqual({
      fromAt: after(1),
      toAt: after(2) + 15 * minuteMs,
    });
  });

  it.each([
    ['status', { kind: 'status' }],
    ['metadata', { kind: 'metadata' }],
    ['usage that is told once', { reportBackMs: 0 }],
  ] as const)('of %s is a moment', (_, changes) => {
    expect(closedStretch(termsOf(changes), after(1), after(2))).toEqual({ fromAt: after(2) - 1, toAt: after(2) });
    expect(isPointData(termsOf(changes))).toBe(!('reportBackMs' in changes));
  });

  it('of a history is all of it, up to its end or to now, and never nothing', () => {
    const of = (changes: Partial<ReportRequestAccepted>) =>
      closedStretch(termsOf({ kind: 'history', reportBackMs: 0, ...changes }), after(1), after(5));
    expect(of({})).toEqual({ fromAt: start, toAt: after(5) });
    expect(of({ endAt: after(3) })).toEqual({ fromAt: start, toAt: after(3) });
    expect(of({ endAt: after(9) })).toEqual({ fromAt: start, toAt: after(5) });
    expect(of({ endAt: start })).toEqual({ fromAt: start - 1, toAt: start });
    expect(isPointData(termsOf({ kind: 'history' }))).toBe(false);
  });

  it('of a day looks back as far as readings are held: what came late is told late', () => {
    expect(closedStretch(termsOf({ aligned: 'localDay' }), after(1), day.endAt)).toEqual({
      fromAt: day.endAt - heldForMs,
      toAt: day.endAt,
    });
  });
});

import { formatDateTime } from '../../../../src/protocol/types/dateTime.ts';
import type { ReportScript } from '../../../../src/vtn/reportScript.ts';
import type { OddRequest } from './adversity.ts';

const at = (now: number, offsetMs: number): string => formatDateTime(now + offsetMs);
const dayMs = 86_400_000;

const periodic = { kind: 'periodic', granularity: 'PT1H', reportBackDuration: 'PT1H' } as const;

/** Requests that no polite VTN would make. */
const scripts: Readonly<Record<OddRequest, (now: number) => readonly ReportScript[]>> = {
  negativeLength: (now) => [{ ...periodic, reportInterval: { dtstart: at(now, 0), duration: '-PT4H' } }],
  zeroLength: (now) =>
    [{ ...periodic, lengthMs: 0, startInMs: 0, reportBackDuration: 'PT2H', granularity: 'PT0S' }].map((script) => ({
      ...script,
      reportInterval: { dtstart: at(now, 0), duration: 'PT0S' },
    })),
  hugeLength: (now) => [{ ...periodic, reportInterval: { dtstart: at(now, 0), duration: 'P9000Y' } }],
  yearOne: () => [{ ...periodic, reportInterval: { dtstart: '0001-01-01T00:00:00Z', duration: 'P1Y' } }],
  pastStart: (now) => [{ ...periodic, reportInterval: { dtstart: at(now, -10 * dayMs), duration: 'P30D' } }],
  everySecond: (now) => [
    {
      kind: 'periodic',
      granularity: 'PT1S',
      reportBackDuration: 'PT1S',
      reportInterval: { dtstart: at(now, 0), duration: 'PT6H' },
    },
  ],
  negativePace: (now) => [
    { ...periodic, reportBackDuration: '-PT1H', reportInterval: { dtstart: at(now, 0), duration: 'PT6H' } },
    { ...periodic, granularity: '-PT1M', reportInterval: { dtstart: at(now, 0), duration: 'PT6H' } },
  ],
  hugePace: (now) => [
    {
      ...periodic,
      granularity: 'P1Y',
      reportBackDuration: 'P200Y',
      reportInterval: { dtstart: at(now, 0), duration: 'PT0S' },
    },
  ],
  onChange: (now) => [{ ...periodic, granularity: 'PT0S', reportInterval: { dtstart: at(now, 0), duration: 'PT3H' } }],
  statusOnChange: (now) => [
    {
      ...periodic,
      reportSpecifierID: 'Status',
      granularity: 'PT0S',
      reportInterval: { dtstart: at(now, 0), duration: 'PT3H' },
    },
  ],
  longHistory: (now) => [
    { kind: 'history', granularity: 'PT1M', reportInterval: { dtstart: at(now, -300 * dayMs), duration: 'P300D' } },
  ],
  quarters: (now) => [
    {
      ...periodic,
      granularity: 'PT15M',
      reportBackDuration: 'PT30M',
      reportInterval: { dtstart: at(now, 17 * 60_000), duration: 'PT5H' },
    },
  ],
  unknownPoint: () => [{ ...periodic, lengthMs: dayMs, rIDs: ['nothing-of-ours'], reportSpecifierID: 'RealEnergy' }],
  many: () =>
    Array.from({ length: 150 }, (_, index) => ({
      ...periodic,
      reportBackDuration: `PT${(index % 6) + 1}H`,
      lengthMs: 12 * 3_600_000,
    })),
};

/** What a VTN asks for that no polite one would. */
export const oddRequests = (odd: OddRequest, now: number): readonly ReportScript[] => scripts[odd](now);

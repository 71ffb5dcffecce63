import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  heldForMs,
  longestIdentifier,
  maxPeriodMs,
  minMetadataBackMs,
  minPeriodMs,
  minReportBackMs,
  reportTerms,
} from '../../src/machines/report/reportTerms.ts';
import type { Terms } from '../../src/machines/report/terms.ts';
import type { OadrReportRequest } from '../../src/protocol/elements/oadrReportRequest.ts';
import { formatDateTime } from '../../src/protocol/types/dateTime.ts';
import { formatDurationMs } from '../../src/protocol/types/duration.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { noon } from './support/given.ts';

const settings = settingsFor();
const { usageSpecifierID, statusSpecifierID, historySpecifierID } = settings;
const rID = 'example-device-001/energyReal';
const midnight = Date.parse('2026-06-10T04:00:00Z');

const status = { specifierID: statusSpecifierID, rIDs: ['example-device-001/resourceStatus'] };
const history = { specifierID: historySpecifierID };

interface Asked {
  readonly specifierID?: string;
  readonly rIDs?: readonly string[];
  readonly granularity?: string;
  readonly back?: string;
  readonly from?: number;
  readonly length?: string;
}

const requestOf = ({
  specifierID = usageSpecifierID,
  rIDs = [rID],
  granularity = 'PT1H',
  back = 'PT1H',
  from,
  length = 'PT0S',
}: Asked): OadrReportRequest => ({
  reportRequestID: 'request-1',
  reportSpecifier: {
    reportSpecifierID: specifierID,
    granularity,
    reportBackDuration: back,
    ...(from === undefined ? {} : { reportInterval: { dtstart: formatDateTime(from), duration: length } }),
    specifierPayload: rIDs.map((each) => ({ rID: each, readingType: 'x-notApplicable' })),
  },
});

const termsOf = (asked: Asked, strict = false): Terms => {
  const result = reportTerms(requestOf(asked), { ...settings, strict }, noon);
  if (!result.ok) throw new Error(result.fault.why);
  return result.terms;
};

const faultOf = (asked: Asked, strict = false): string | undefined => {
  const result = reportTerms(requestOf(asked), { ...settings, strict }, noon);
  return result.ok ? undefined : result.fault.responseCode;
};

describe('what can be asked for', () => {
  it('given a reportSpecifierID or rID that is not ours, then 452', () => {
    expect(faultOf({ specifierID: 'Nobody' })).toBe('452');
    expect(faultOf({ specifierID: usageSpecifierID.toUpperCase() })).toBe('452');
    expect(faultOf({ rIDs: [rID, 'nothing'] })).toBe('452');
    expect(faultOf({ specifierID: statusSpecifierID, rIDs: [rID] })).toBe('452');
  });

  it('given METADATA, then its rID does not matter', () => {
    expect(termsOf({ specifierID: 'METADATA', rIDs: ['whatever'], back: 'PT0S' }).kind).toBe('metadata');
  });

  it('given a pace we cannot keep, then it is slowed and remarked, and refused when strict', () => {
    const nhec = { granularity: 'PT30M', back: 'PT12S' };
    expect(termsOf(nhec)).toMatchObject({ granularityMs: 30 * minuteMs, reportBackMs: 30 * minuteMs });
    const remarked = reportTerms(requestOf(nhec), settings, noon);
    expect(remarked.ok && remarked.remarks).toHaveLength(1);
    expect(faultOf(nhec, true)).toBe('459');
    expect(termsOf({ ...status, granularity: 'PT0S', back: 'PT0.2S' }).reportBackMs).toBe(minReportBackMs);
    expect(termsOf({ specifierID: 'METADATA', granularity: 'PT1S', back: 'PT1S' }).reportBackMs).toBe(
      minMetadataBackMs,
    );
  });

  it.each<[string, Asked]>([
    ['a granularity finer than oadrMinPeriod', { granularity: 'PT10S', back: 'PT1M' }],
    ['the same of status', { ...status, granularity: 'PT59S', back: 'PT1M' }],
    ['a granularity longer than oadrMaxPeriod', { granularity: 'P2D', back: 'P4D' }],
    ['one of years', { granularity: 'P1Y', back: 'P1Y' }],
    ['usage on change', { granularity: 'PT0S', back: 'PT1M' }],
    ['history from before what is held', { ...history, from: Date.parse('2020-01-01T00:00:00Z') }],
    ['history from the year 1', { ...history, from: Date.parse('0001-01-01T00:00:00Z'), length: 'P1M' }],
    ['history of the future', { ...history, from: Date.parse('2030-01-01T00:00:00Z') }],
    ['usage of a time before what is held', { from: Date.parse('0001-01-01T00:00:00Z'), length: 'P1D' }],
    ['status of the past', { ...status, back: 'PT1M', granularity: 'PT1M', from: noon - hourMs, length: 'PT30M' }],
  ])('given %s, then it is beyond our offer: 454, strict or not', (_what, asked) => {
    expect([faultOf(asked), faultOf(asked, true)]).toEqual(['454', '454']);
  });

  it.each<[string, Asked]>([
    ['granularity', { granularity: '-PT1H' }],
    ['reportBackDuration', { back: '-P1D' }],
    ['reportInterval', { from: noon, length: '-PT1H' }],
    ['reportInterval of a history', { ...history, from: noon - hourMs, length: '-P1M' }],
  ])('given a negative %s, then it makes no sense: 459', (_what, asked) => {
    expect(faultOf(asked)).toBe('459');
  });

  it('given an empty reportRequestID, then it names no request: 452', () => {
    const request = { ...requestOf({}), reportRequestID: '' };
    expect(reportTerms(request, settings, noon)).toMatchObject({ ok: false, fault: { responseCode: '452' } });
  });

  it('given a reportRequestID that no answer could bear to repeat, then 459', () => {
    const request = { ...requestOf({}), reportRequestID: 'x'.repeat(longestIdentifier + 1) };
    expect(reportTerms(request, settings, noon)).toMatchObject({ ok: false, fault: { responseCode: '459' } });
  });

  it('given usage from long ago on, then it is met as far as readings are held, and that is remarked', () => {
    const from = Date.parse('2020-01-01T00:00:00Z');
    const result = reportTerms(requestOf({ from }), settings, noon);
    expect(result).toMatchObject({ ok: true, terms: { startAt: from, aligned: 'start' } });
    expect(result.ok && result.remarks).toHaveLength(1);
  });

  it('given times with fractions of a second, then they are told in whole seconds', () => {
    expect(termsOf({ granularity: 'PT1M0.5S', back: 'PT2M0.2S', from: noon + 500 })).toMatchObject({
      granularityMs: 61_000,
      reportBackMs: 121_000,
      startAt: noon,
    });
  });
});

describe('the terms', () => {
  it('given reportBackDuration 0, then it is one report, now, whatever interval it names', () => {
    expect(termsOf({ back: 'PT0S', from: noon + hourMs, length: 'PT3H' })).toMatchObject({
      startAt: noon,
      reportBackMs: 0,
      aligned: 'start',
    });
    expect(termsOf({ back: 'PT0S', from: noon + hourMs, length: 'PT3H' })).not.toHaveProperty('endAt');
  });

  it('given no interval, then it starts now, runs for ever and keeps to the clock', () => {
    const terms = termsOf({});
    expect(terms).toMatchObject({ startAt: noon, aligned: 'clock' });
    expect(terms).not.toHaveProperty('endAt');
  });

  it('given an interval, then it starts and ends with it', () => {
    expect(termsOf({ from: noon + hourMs, length: 'PT4H' })).toMatchObject({
      startAt: noon + hourMs,
      endAt: noon + 5 * hourMs,
      aligned: 'start',
    });
  });

  it('given a day of hours, then it follows the local days of the programme, unless it starts elsewhere in the day', () => {
    expect(termsOf({ back: 'PT24H' }).aligned).toBe('localDay');
    expect(termsOf({ back: 'P1D', granularity: 'PT15M', from: midnight }).aligned).toBe('localDay');
    expect(termsOf({ back: 'P1D', from: noon }).aligned).toBe('start');
    expect(termsOf({ back: 'P1D', granularity: 'PT2H' }).aligned).not.toBe('localDay');
    expect(
      termsOf({ specifierID: statusSpecifierID, rIDs: ['example-device-001/resourceStatus'], back: 'P1D' }).aligned,
    ).toBe('start');
  });

  it('given history, then it reaches from its start, or from the oldest we hold, and is one report', () => {
    expect(termsOf({ specifierID: historySpecifierID, from: noon - 5 * hourMs, length: 'PT2H' })).toMatchObject({
      startAt: noon - 5 * hourMs,
      endAt: noon - 3 * hourMs,
      reportBackMs: 0,
    });
    expect(termsOf({ specifierID: historySpecifierID })).toMatchObject({ startAt: noon - heldForMs, reportBackMs: 0 });
  });

  it('never reports more often than it measures, nor closer than our least period, whatever is asked', () => {
    const duration = fc.oneof(
      fc.integer({ min: -1_000, max: 200_000 }).map((seconds) => formatDurationMs(seconds * 1000)),
      fc.constantFrom('PT0S', '-P1D', 'P1M', 'P9999Y', '-P9999Y', 'PT0.1S', 'P300W', 'PT1M', 'PT1H', 'P1D'),
    );
    const start = fc.option(
      fc.oneof(
        fc.integer({ min: -1_000, max: 1_000 }).map((hours) => noon + hours * hourMs),
        fc.constantFrom(Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59Z')),
      ),
      { nil: undefined },
    );
    const specifier = fc.constantFrom({}, status, history, { specifierID: 'METADATA' });
    fc.assert(
      fc.property(specifier, duration, duration, duration, start, (what, granularity, back, length, from) => {
        const request = requestOf({ ...what, granularity, back, length, ...(from === undefined ? {} : { from }) });
        const result = reportTerms(request, settings, noon);
        if (!result.ok) {
          expect(['454', '459']).toContain(result.fault.responseCode);
          return;
        }
        const { terms } = result;
        for (const ms of [terms.startAt, terms.reportBackMs, terms.granularityMs, terms.endAt ?? 0])
          expect(Number.isSafeInteger(ms)).toBe(true);
        expect(terms.reportBackMs).toBeGreaterThanOrEqual(terms.reportBackMs === 0 ? 0 : minReportBackMs);
        if (terms.kind === 'metadata') return;
        if (terms.reportBackMs > 0) expect(terms.reportBackMs).toBeGreaterThanOrEqual(terms.granularityMs);
        if (terms.reportBackMs > 0 && (terms.granularityMs > 0 || terms.kind === 'usage')) {
          expect(terms.granularityMs).toBeGreaterThanOrEqual(minPeriodMs);
          expect(terms.granularityMs).toBeLessThanOrEqual(maxPeriodMs);
        }
        if (terms.endAt !== undefined) expect(terms.endAt).toBeGreaterThan(terms.startAt);
      }),
      { numRuns: 500 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldForMs, minPeriodMs, reportTerms } from '../../src/machines/reportTerms.ts';
import type { Terms } from '../../src/machines/reportRequest.ts';
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
    expect(termsOf({ granularity: 'PT10S', back: 'PT1M' }).granularityMs).toBe(minPeriodMs);
    expect(faultOf({ granularity: 'PT10S', back: 'PT1M' }, true)).toBe('454');
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
    const seconds = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(
        seconds,
        seconds,
        fc.option(fc.integer({ min: -100, max: 100 })),
        seconds,
        (granularity, back, fromHours, length) => {
          const asked = {
            granularity: formatDurationMs(granularity * 1000),
            back: formatDurationMs(back * 1000),
            length: formatDurationMs(length * 1000),
          };
          const terms = termsOf({ ...asked, ...(fromHours === null ? {} : { from: noon + fromHours * hourMs }) });
          if (terms.reportBackMs > 0) expect(terms.reportBackMs).toBeGreaterThanOrEqual(terms.granularityMs);
          if (terms.reportBackMs > 0 && terms.granularityMs > 0)
            expect(terms.granularityMs).toBeGreaterThanOrEqual(minPeriodMs);
          if (terms.endAt !== undefined) expect(terms.endAt).toBeGreaterThan(terms.startAt);
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportKind } from '../../src/facts/output.ts';
import { apart, isDivisible } from '../../src/machines/exchange/apart.ts';
import {
  backoffMs,
  describeFailure,
  isAboutCredentials,
  retryAfterCapMs,
} from '../../src/machines/exchange/backoff.ts';
import { daysLeftOf, standingOf } from '../../src/machines/certificates.ts';
import { dataPointsOf, reportKindOf } from '../../src/machines/report/dataPoints.ts';
import {
  activeMs,
  dtstartOf,
  eventTimes,
  intervalLengthsMs,
  startafterMs,
} from '../../src/machines/drEvent/eventTimes.ts';
import { afterAnswer, afterFailure, askedAgain, nextAgain } from '../../src/machines/device/failedReadings.ts';
import type { Failure, Wanted } from '../../src/machines/wanted.ts';
import { draw, newID, type Moment } from '../../src/machines/moment.ts';
import { accepts, pollFreqMs, repliesTo, responseOf, saysUnknown } from '../../src/machines/exchange/replies.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { formatDateTime } from '../../src/protocol/types/dateTime.ts';
import { eiEventOf, hourMs, minuteMs, priceSignal } from '../support/drEventMessages.ts';
import { noon } from './support/given.ts';
import {
  createdPartyRegistration,
  distributeNothing,
  oadrResponse,
  registeredReport,
  requestReregistration,
  updatedReport,
} from './support/venTalk.ts';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const failure = (changes: Partial<Failure> = {}): Failure => ({
  reason: 'reset',
  certainlyNotDelivered: false,
  detail: 'lost',
  ...changes,
});

describe('backoffMs', () => {
  const settings = settingsFor({ backoffFirstMs: 1_000, backoffCapMs: 300_000, backoffJitter: 0.1 });

  // @row +2.12
  it('stays within 10 % around the doubling, and under the cap, whatever the dice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), chance, (attempt, dice) => {
        const ms = backoffMs(settings, attempt, null, dice);
        const doubled = Math.min(300_000, 1_000 * 2 ** Math.min(attempt - 1, 30));
        expect(ms).toBeGreaterThanOrEqual(Math.floor(doubled * 0.9));
        expect(ms).toBeLessThanOrEqual(Math.min(300_000, Math.ceil(doubled * 1.1)));
      }),
    );
  });

  // @row +2.12
  it('differs with the dice, so that many VENs do not come back at once', () => {
    const pauses = [0, 0.5, 1].map((dice) => backoffMs(settings, 4, null, dice));
    expect(pauses).toEqual([7_200, 8_000, 8_800]);
  });

  it('never is shorter than what the VTN asked for, up to an hour', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        chance,
        fc.integer({ min: 0, max: 10_000_000 }),
        (attempt, dice, retryAfterMs) => {
          expect(backoffMs(settings, attempt, failure({ retryAfterMs }), dice)).toBeGreaterThanOrEqual(
            Math.min(retryAfterMs, retryAfterCapMs),
          );
        },
      ),
    );
    expect(backoffMs(settings, 1, failure({ retryAfterMs: 10 ** 12 }), 0.5)).toBe(retryAfterCapMs);
  });

  it('is longer by a high throw of the dice and shorter by a low one, to the same amount', () => {
    expect([0, 0.5, 1].map((dice) => backoffMs(settings, 3, null, dice))).toEqual([3_600, 4_000, 4_400]);
    expect(backoffMs({ ...settings, backoffJitter: 0 }, 3, null, 0)).toBe(4_000);
  });

  it('begins with a minute when it is about credentials, and keeps to a smaller cap', () => {
    expect(backoffMs(settings, 1, failure({ reason: 'tls' }), 0.5)).toBe(60_000);
    expect(backoffMs({ ...settings, backoffCapMs: 5_000 }, 1, failure({ reason: 'tls' }), 0.5)).toBe(5_000);
  });

  it.each([
    [failure({ reason: 'tls' }), true],
    [failure({ reason: 'httpStatus', httpStatus: 403 }), true],
    [failure({ reason: 'httpStatus', httpStatus: 404 }), true],
    [failure({ reason: 'httpStatus', httpStatus: 500 }), false],
    [failure({ reason: 'httpStatus', httpStatus: 429 }), false],
    [failure(), false],
  ])('%j: about credentials: %s', (of, is) => {
    expect(isAboutCredentials(of)).toBe(is);
  });

  it('tells a failure in one line', () => {
    expect(describeFailure(failure())).toBe('reset: lost');
    expect(describeFailure(failure({ reason: 'httpStatus', httpStatus: 503, detail: 'busy' }))).toBe(
      'httpStatus 503: busy',
    );
  });
});

describe('replies', () => {
  it.each<[OadrMessage, boolean]>([
    [oadrResponse('200'), true],
    [oadrResponse('201'), true],
    [oadrResponse('452'), false],
    [distributeNothing, false],
    [requestReregistration, false],
  ])('accepts %#: %s', (message, isAccepting) => {
    expect(accepts(message)).toBe(isAccepting);
  });

  it('reads the eiResponse where there is one', () => {
    expect(responseOf(updatedReport('454'))?.responseCode).toBe('454');
    expect(responseOf(distributeNothing)).toBeNull();
  });

  it('knows when the VTN does not know us: 452 and 463 and nothing else', () => {
    expect(
      ['200', '450', '451', '452', '453', '459', '460', '463', '469'].filter((code) => saysUnknown(oadrResponse(code))),
    ).toEqual(['452', '463']);
  });

  // @row +19.16 -19.16 +19.17 -19.17
  it('takes an oadrResponse or a wish for registration as reply to anything, and a typed reply to its request only', () => {
    for (const purpose of [
      'query',
      'registration',
      'metadata',
      'requestEvent',
      'poll',
      'answer',
      'report',
      'cancel',
    ] as const) {
      expect(repliesTo(purpose, oadrResponse())).toBe(true);
      expect(repliesTo(purpose, requestReregistration)).toBe(true);
    }
    expect(repliesTo('metadata', registeredReport)).toBe(true);
    expect(repliesTo('metadata', createdPartyRegistration())).toBe(false);
    expect(repliesTo('report', registeredReport)).toBe(false);
    expect(repliesTo('requestEvent', updatedReport())).toBe(false);
  });

  it('takes whatever a poll or an answer brings', () => {
    for (const message of [distributeNothing, registeredReport, updatedReport(), createdPartyRegistration()]) {
      expect([repliesTo('poll', message), repliesTo('answer', message)]).toEqual([true, true]);
    }
  });

  // @row -3.7 +19.13
  it.each([
    ['PT10S', 10_000],
    ['PT1M', 60_000],
    ['P1D', 86_400_000],
    [undefined, null],
    ['', null],
    ['PTS', null],
    ['PT0S', null],
    ['-PT10S', null],
    ['P1DT1S', 86_401_000],
    ['P3D', 3 * 86_400_000],
    ['P1M', 31 * 86_400_000],
    ['P1Y', 366 * 86_400_000],
    ['P9999Y', 315_537_984_000_000],
    ['soon', null],
  ])('poll frequency %s: %s', (text, ms) => {
    expect(pollFreqMs(text)).toBe(ms);
  });
});

describe('eventTimes', () => {
  // @row +8.1
  it('adds offset, length and ramp-up', () => {
    const event = eiEventOf({
      startAt: noon,
      lengthMs: 2 * hourMs,
      period: { 'x-eiRampUp': 'PT10M', startafter: 'PT5M' },
    });
    expect([dtstartOf(event), activeMs(event), startafterMs(event)]).toEqual([noon, 2 * hourMs, 5 * minuteMs]);
    expect(eventTimes(event, minuteMs)).toEqual({
      nearAt: noon - 9 * minuteMs,
      startAt: noon + minuteMs,
      endAt: noon + minuteMs + 2 * hourMs,
    });
  });

  it('knows no end for duration 0, however it is written', () => {
    for (const duration of ['PT0S', 'P0D', 'P', 'PT', 'PT0M'])
      expect(eventTimes(eiEventOf({ period: { duration } }), 0).endAt).toBeNull();
  });

  it('counts months by the calendar', () => {
    const event = eiEventOf({ startAt: Date.parse('2026-01-31T00:00:00Z'), period: { duration: 'P1M' } });
    expect(eventTimes(event, 0).endAt).toBe(Date.parse('2026-02-28T00:00:00Z'));
  });

  // @row -8.1
  it('keeps a negative ramp-up or startafter from moving anything before its time', () => {
    const event = eiEventOf({ startAt: noon, period: { 'x-eiRampUp': '-PT10M', startafter: '-PT5M' } });
    expect([eventTimes(event, 0).nearAt, startafterMs(event)]).toEqual([noon, 0]);
  });
});

describe('chance', () => {
  const moment = (seed: number): Moment => ({ at: noon, chance: seed, runID: 'run00001', settings: settingsFor() });

  it('draws in [0, 1), the same for one step and label, and differently for others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), fc.string(), (seed, label) => {
        const drawn = draw(moment(seed), label);
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(drawn).toBeLessThan(1);
        expect(draw(moment(seed), label)).toBe(drawn);
      }),
    );
    const draws = Array.from({ length: 10_000 }, (_, seed) => draw(moment(seed), 'x'));
    expect(draws.reduce((sum, each) => sum + each, 0) / draws.length).toBeCloseTo(0.5, 1);
    expect(new Set(draws).size).toBeGreaterThan(9_990);
  });

  it('names things by run, instant and label', () => {
    expect(newID(moment(1), 'a')).not.toBe(newID(moment(1), 'b'));
    expect(newID(moment(1), 'a')).not.toBe(newID({ ...moment(1), runID: 'run00002' }, 'a'));
    expect(newID(moment(1), 'a')).toMatch(/^run00001-[0-9a-z]+-[0-9a-f]{8}$/);
  });
});

describe('a message that a VTN failed on', () => {
  const answers = (count: number): Wanted => ({
    purpose: 'answer',
    resend: true,
    attempt: 1,
    message: {
      message: 'oadrCreatedEvent',
      eiResponse: { responseCode: '200', requestID: '' },
      eventResponses: Array.from({ length: count }, (_, index) => ({
        responseCode: '200',
        requestID: 'list-1',
        qualifiedEventID: { eventID: `event-${index}`, modificationNumber: 0 },
        optType: 'optIn',
      })),
      venID: 'ven-1',
    },
  });
  const partsOf = (wanted: Wanted) =>
    apart(wanted).map(({ message }) =>
      message.message === 'oadrCreatedEvent'
        ? (message.eventResponses ?? []).map((each) => each.qualifiedEventID.eventID)
        : [],
    );

  it.each([
    [2, [1, 1]],
    [8, [1, 1, 1, 1, 1, 1, 1, 1]],
    [9, [2, 2, 2, 2, 1]],
    [20, [3, 3, 3, 3, 3, 3, 2]],
  ])('of %i answers is taken apart into %j, in their order, and none is lost or said twice', (count, sizes) => {
    const parts = partsOf(answers(count));
    expect(parts.map(({ length }) => length)).toEqual(sizes);
    expect(parts.flat()).toEqual(Array.from({ length: count }, (_, index) => `event-${index}`));
    expect(isDivisible(answers(count))).toBe(true);
  });

  it('of one answer, of none, or of another kind stays as it is', () => {
    const poll: Wanted = { ...answers(1), purpose: 'poll', message: { message: 'oadrPoll', venID: 'ven-1' } };
    for (const wanted of [answers(1), answers(0), poll]) {
      expect(apart(wanted)).toEqual([wanted]);
      expect(isDivisible(wanted)).toBe(false);
    }
  });
});

describe('a certificate', () => {
  const dayMs = 24 * hourMs;
  const certificate = { validFrom: noon - dayMs, validTo: noon + 100 * dayMs };
  const daysBefore = (days: number): number => certificate.validTo - days * dayMs;

  it.each([
    [certificate.validFrom - 1, 'notYetValid'],
    [certificate.validFrom, 'good'],
    [daysBefore(60) - 1, 'good'],
    [daysBefore(60), 'endsWithin60'],
    [daysBefore(30) - 1, 'endsWithin60'],
    [daysBefore(30), 'endsWithin30'],
    [daysBefore(7) - 1, 'endsWithin30'],
    [daysBefore(7), 'endsWithin7'],
    [certificate.validTo, 'endsWithin7'],
    [certificate.validTo + 1, 'expired'],
  ])('at %i is %s', (at, standing) => {
    expect(standingOf(certificate, at)).toBe(standing);
  });

  it('has so many full days left, and less than none when it is over', () => {
    expect(
      [daysBefore(2), daysBefore(2) + 1, certificate.validTo, certificate.validTo + 1].map((at) =>
        daysLeftOf(certificate.validTo, at),
      ),
    ).toEqual([2, 1, 0, -1]);
  });
});

describe('data points', () => {
  const settings = settingsFor({
    devices: [
      { resourceID: 'battery', maxChargeWatts: 1, maxDischargeWatts: 1, rIDs: { powerReal: 'p' } },
      { resourceID: 'car', maxChargeWatts: 1, maxDischargeWatts: 1 },
    ],
  });
  const rIDsOf = (kind: ReportKind) => dataPointsOf(kind, settings).map(({ rID, measure }) => [rID, measure]);

  it('are two of usage for each device, one of its status, and none of metadata', () => {
    const usage = [
      ['battery/energyReal', 'energyReal'],
      ['p', 'powerReal'],
      ['car/energyReal', 'energyReal'],
      ['car/powerReal', 'powerReal'],
    ];
    expect([rIDsOf('usage'), rIDsOf('history')]).toEqual([usage, usage]);
    expect(rIDsOf('status')).toEqual([
      ['battery/resourceStatus', 'resourceStatus'],
      ['car/resourceStatus', 'resourceStatus'],
    ]);
    expect(rIDsOf('metadata')).toEqual([]);
  });

  it.each([
    ['RealEnergy', 'usage'],
    ['Status', 'status'],
    ['History', 'history'],
    ['METADATA', 'metadata'],
    ['Other', null],
  ])('of the reportSpecifierID %s are %s', (reportSpecifierID, kind) => {
    const named = {
      ...settings,
      usageSpecifierID: 'RealEnergy',
      statusSpecifierID: 'Status',
      historySpecifierID: 'History',
    };
    expect(reportKindOf(reportSpecifierID, named)).toBe(kind);
  });
});

describe('the end of prices', () => {
  const dayMs = 24 * hourMs;
  const startAt = Date.parse('2026-03-08T05:00:00Z');
  const prices = (count: number, changes: object = {}) => [
    priceSignal(
      Array.from({ length: count }, () => '0.1'),
      changes,
    ),
  ];
  const lengthOf = (count: number, lengthMs: number, changes: object = {}): number =>
    activeMs(eiEventOf({ startAt, lengthMs, signals: prices(count, changes) })) / hourMs;

  it.each([
    [23, dayMs, 23],
    [25, dayMs, 25],
    [22, dayMs, 22],
    [26, dayMs, 26],
    [21, dayMs, 24],
    [27, dayMs, 24],
    [47, 2 * dayMs, 47],
    [23, 23 * hourMs, 23],
    [22, 23 * hourMs, 23],
  ])(
    'of %i hours in an active period of %i ms is after %i hours: days are as long as clocks make them',
    (count, lengthMs, hours) => {
      expect(lengthOf(count, lengthMs)).toBe(hours);
    },
  );

  it('is not set by what is no price, nor by intervals of which the last has no length', () => {
    expect(lengthOf(23, dayMs, { signalName: 'SIMPLE', signalType: 'level' })).toBe(24);
    const without = (place: number, length: object) =>
      prices(24)[0]!.intervals.map(({ duration, ...interval }, index) =>
        index === place ? { ...interval, ...length } : { ...interval, ...(duration === undefined ? {} : { duration }) },
      );
    for (const length of [{ duration: 'PT0S' }, {}]) {
      expect(lengthOf(24, dayMs, { intervals: without(3, length) })).toBe(23);
      expect(lengthOf(24, dayMs, { intervals: without(23, length) })).toBe(24);
    }
  });

  it('is theirs where each says when it begins, one after the other, and not where one of them does not', () => {
    const dated = (shiftMs: (index: number) => number | null) =>
      prices(5)[0]!.intervals.map((interval, index) => {
        const shift = shiftMs(index);
        return shift === null ? interval : { ...interval, dtstart: formatDateTime(startAt + index * hourMs + shift) };
      });
    const of = (shiftMs: (index: number) => number | null): number =>
      lengthOf(5, 7 * hourMs, { intervals: dated(shiftMs) });
    expect(of(() => 0)).toBe(5);
    expect(of((index) => (index === 3 ? minuteMs : 0))).toBe(7);
    expect(of((index) => (index === 3 ? null : 0))).toBe(7);
    expect(of((index) => (index === 0 ? minuteMs : 0))).toBe(7);
    expect(of(() => null)).toBe(7);
  });

  it('is that of the longest of several signals', () => {
    const signals = [...prices(23), ...prices(25, { signalID: 'signal-2' })];
    expect(activeMs(eiEventOf({ startAt, lengthMs: dayMs, signals }))).toBe(25 * hourMs);
  });

  it('counts months of intervals by the calendar, one after another', () => {
    const signal = priceSignal(['0.1', '0.2', '0.3']);
    const intervals = signal.intervals.map((interval) => ({ ...interval, duration: 'P1M' }));
    expect(
      intervalLengthsMs({ ...signal, intervals }, Date.parse('2026-01-01T00:00:00Z')).map((ms) => ms / dayMs),
    ).toEqual([31, 28, 31]);
  });
});

describe('a reading that failed', () => {
  const boundaryAt = noon;
  const none = { again: [], isSilent: false };
  const again = (of: number, tries = 0, dueAt: number | null = of + 5_000) => ({ boundaryAt: of, tries, dueAt });

  it('is asked for after 5, 15 and 30 s, and then the device is silent, which is news once', () => {
    let known: Parameters<typeof afterFailure>[0] = {};
    const waits = [0, 1, 2].map(() => {
      const then = afterFailure(known, boundaryAt, noon + 1_000);
      known = then;
      expect([then.isSilent, then.isNews]).toEqual([false, false]);
      return (then.again[0]?.dueAt ?? 0) - noon - 1_000;
    });
    expect(waits).toEqual([5_000, 15_000, 30_000]);
    expect(afterFailure(known, boundaryAt, noon)).toEqual({ again: [], isSilent: true, isNews: true });
    expect(afterFailure({ ...known, isSilent: true }, boundaryAt, noon)).toEqual({
      again: [],
      isSilent: true,
      isNews: false,
    });
  });

  it('is not asked for once more two minutes after its boundary, nor of a silent device but at full hours', () => {
    expect(afterFailure(none, boundaryAt, noon + 120_000).again).toHaveLength(1);
    expect(afterFailure(none, boundaryAt, noon + 120_001)).toEqual({ ...none, isNews: false });
    const silent = { again: [], isSilent: true };
    expect(afterFailure(silent, noon + 15 * minuteMs, noon + 15 * minuteMs)).toEqual({ ...silent, isNews: false });
    expect(afterFailure(silent, noon, noon)).toEqual({ again: [again(noon)], isSilent: true, isNews: false });
  });

  it('is one of four at the most that are asked for once more', () => {
    const four = [1, 2, 3, 4].map((index) => again(noon - index * minuteMs));
    expect(afterFailure({ again: four }, boundaryAt, noon).again).toEqual(four);
    expect(afterFailure({ again: four.slice(1) }, boundaryAt, noon).again).toEqual([...four.slice(1), again(noon)]);
    const [first] = four;
    expect(afterFailure({ again: four }, first!.boundaryAt, noon).again).toEqual([
      ...four.slice(1),
      { boundaryAt: first!.boundaryAt, tries: 1, dueAt: noon + 15_000 },
    ]);
  });

  it('and comes after all is not asked for any more; of a silent device only the last boundary is news', () => {
    const known = { again: [again(noon), again(noon - minuteMs)], isSilent: true };
    expect(afterAnswer(known, noon, noon)).toEqual({ again: [again(noon - minuteMs)], isSilent: false, isNews: true });
    expect(afterAnswer(known, noon - minuteMs, noon)).toEqual({ again: [again(noon)], isSilent: true, isNews: false });
    expect(afterAnswer({ ...known, isSilent: false }, noon, noon)).toMatchObject({ isSilent: false, isNews: false });
    expect(afterAnswer({}, noon, null)).toEqual({ ...none, isNews: false });
  });

  it('is due by the first of them that is not being asked for', () => {
    expect(nextAgain({})).toBe(Number.POSITIVE_INFINITY);
    expect(nextAgain({ again: [again(noon, 0, null)] })).toBe(Number.POSITIVE_INFINITY);
    const two = [again(noon, 0, noon + 9), again(noon - minuteMs, 0, noon + 7), again(noon + 1, 0, null)];
    expect(nextAgain({ again: two })).toBe(noon + 7);
    expect(askedAgain({ again: two }, noon + 7)).toEqual({
      boundaries: [noon - minuteMs],
      again: [two[0], { ...two[1], dueAt: null }, two[2]],
    });
    expect(askedAgain({}, noon)).toEqual({ boundaries: [], again: [] });
  });
});

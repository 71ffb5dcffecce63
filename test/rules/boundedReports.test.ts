/** Whatever is asked for: reports are bounded, polls go on, memory stays small, and nothing that is owed is dropped. */
import { describe, expect, it } from 'vitest';
import { requestsLimit } from '../../src/reactions/reportRequests.ts';
import { turnMs, waitingLimit } from '../../src/reactions/reports/turns.ts';
import { decodePayload } from '../../src/protocol/payload.ts';
import type { OadrReportRequest } from '../../src/protocol/elements/oadrReportRequest.ts';
import { formatDateTime, parseDateTime } from '../../src/protocol/types/dateTime.ts';
import { conversation, deviceID, tenInTheMorning, type Conversation } from '../support/conversation.ts';
import { Meter, wavyRegister } from '../support/meter.ts';
import { seeded } from '../protocol/support/seeded.ts';
import { energyID, hourMs, minuteMs, MoodyMeter, spansOf, statusID, toldBy, valuesOf } from './support/reports.ts';

const dayMs = 24 * hourMs;

interface Asked {
  readonly id: string;
  readonly specifier?: string;
  readonly rID?: string;
  readonly granularity?: string;
  readonly back?: string;
  readonly from?: number;
  readonly length?: string;
}

const requestOf = ({
  id,
  specifier = 'RealEnergy',
  rID = energyID,
  granularity = 'PT1H',
  back = 'PT1H',
  from,
  length = 'PT0S',
}: Asked): OadrReportRequest => ({
  reportRequestID: id,
  reportSpecifier: {
    reportSpecifierID: specifier,
    granularity,
    reportBackDuration: back,
    ...(from === undefined ? {} : { reportInterval: { dtstart: formatDateTime(from), duration: length } }),
    specifierPayload: [{ rID, readingType: 'x-notApplicable' }],
  },
});

const ask = (...asked: readonly Asked[]) => ({
  message: 'oadrCreateReport' as const,
  requestID: 'asking',
  venID: 'bellawatt.example.ven.123',
  oadrReportRequest: asked.map(requestOf),
});

const codes = (talk: Conversation): readonly string[] =>
  talk
    .named('oadrCreatedReport')
    .filter(({ eiResponse }) => eiResponse.requestID === 'asking')
    .map(({ eiResponse }) => eiResponse.responseCode);

/** Entries of the log by the second in which they were recorded. */
const perSecond = async (talk: Conversation): Promise<readonly number[]> => {
  const counts = new Map<number, number>();
  for (const { recordedAt, direction } of await talk.world.entries()) {
    if (direction !== 'out') continue;
    const second = Math.floor(recordedAt / 1000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return [...counts.values()];
};

const pollsSince = (talk: Conversation, fromAt: number): number => talk.sentNamed('oadrPoll', fromAt).length;

/** @limit Outputs of one virtual second for one device, whatever is asked for. */
const outputsPerSecond = 500;

describe('whatever is asked for', () => {
  const specifiers = [
    { specifier: 'RealEnergy', rID: energyID },
    { specifier: 'Status', rID: statusID },
    { specifier: 'History', rID: energyID },
    { specifier: 'METADATA', rID: 'METADATA' },
  ] as const;
  const durations = ['PT0S', 'PT1S', 'PT1M', 'PT7M', 'PT1H', 'P1D', 'P2D', 'P1M', 'P9999Y', '-PT1H', '-P1Y'];
  const starts = ['0001-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2026-06-09T04:00:00Z', '9999-12-31T23:59:59Z'];

  it.each([1, 2, 3])(
    'seed %d: outputs are few, polls go on, little waits, and all is within our own limits',
    async (seed) => {
      const random = seeded(seed);
      const { pick } = random;
      const wish = (index: number): Asked => ({
        id: `wish-${seed}-${index % 60}`,
        ...pick(specifiers),
        granularity: pick(durations),
        back: pick(durations),
        length: pick(durations),
        ...(random.below(10) < 3 ? {} : { from: Date.parse(pick(starts)) }),
      });
      const talk = await conversation();
      await talk.pass(20 * minuteMs);
      const fromAt = talk.now;
      for (let round = 0; round < 4; round += 1) {
        await talk.hand(ask(...Array.from({ length: 50 }, (_, index) => wish(round * 50 + index))));
        await talk.pass(2 * minuteMs);
        const { context } = talk.world.agent?.state.streams.get('ven') ?? {};
        expect((context as { reports: readonly unknown[] }).reports.length).toBeLessThanOrEqual(waitingLimit + 4);
      }
      const seconds = (talk.now - fromAt) / 1000;
      expect(Math.max(...(await perSecond(talk)))).toBeLessThanOrEqual(outputsPerSecond);
      expect(pollsSince(talk, fromAt)).toBeGreaterThanOrEqual(seconds / 20);
      expect(talk.sentNamed('oadrUpdateReport', fromAt).length).toBeLessThanOrEqual((seconds * 1000) / turnMs + 200);
      for (const { xml } of talk.sent) expect(decodePayload(xml).ok).toBe(true);
    },
  );

  // @row +12.3
  it('given hundreds of requests at once, then as many as can be carried are met, the rest refused aloud, and polls go on', async () => {
    const talk = await conversation();
    const fromAt = talk.now;
    const asked = Array.from({ length: requestsLimit + 100 }, (_, index) => ({
      id: `status-${index}`,
      specifier: 'Status',
      rID: statusID,
      granularity: 'PT1M',
      back: 'PT1M',
    }));
    await talk.hand(ask(...asked));
    expect(codes(talk)).toEqual(['454']);
    const refused = await talk.facts('ReportRequestRefused');
    expect(refused).toHaveLength(10);
    expect(refused.at(-1)?.['why']).toContain('90 more');
    await talk.pass(minuteMs);
    expect(pollsSince(talk, fromAt)).toBeGreaterThanOrEqual(5);
    const seconds = (talk.now - fromAt) / 1000;
    expect(toldBy(talk).length).toBeLessThanOrEqual((seconds * 1000) / turnMs + waitingLimit);
    expect(await talk.facts('ReportDelayed')).not.toEqual([]);
  });

  it('given the same request with every poll, then it is no news', async () => {
    const talk = await conversation();
    const request = ask({ id: 'again', specifier: 'Status', rID: statusID, granularity: 'PT10M', back: 'PT10M' });
    for (let times = 0; times < 5; times += 1) await talk.hand(request);
    expect(codes(talk)).toEqual(['200', '200', '200', '200', '200']);
    expect(toldBy(talk, 'again')).toHaveLength(1);
    expect(await talk.facts('ReportRequestAccepted')).toHaveLength(1);
  });
});

describe('catching up', () => {
  // @row +12.24
  it('given usage from long ago on, then the newest day is told first, the oldest interval of a report first, each once, then the pace', async () => {
    // With prices, so that nothing is looked for and registered anew meanwhile.
    const talk = await conversation({
      vtn: { pollFreq: 'PT10M', prices: { unit: 'usd_per_kwh', pricesOf: () => Array<string>(24).fill('0.10') } },
    });
    await talk.pass(3 * dayMs);
    const from = Date.parse('2020-01-01T00:00:00Z');
    const askedAt = talk.now;
    await talk.hand(ask({ id: 'past', from }));
    await talk.pass(11 * minuteMs);
    expect(codes(talk)).toEqual(['200']);
    const told = toldBy(talk, 'past').map(({ report }) => spansOf(report).map(([startAt]) => startAt));
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(6);
    for (const starts of told) expect(starts).toEqual([...starts].sort((a, b) => a - b));
    const firsts = told.map(([first = 0]) => first);
    expect(firsts).toEqual([...firsts].sort((a, b) => b - a));
    const all = told.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(Math.min(...all)).toBe(tenInTheMorning);
    expect(Math.max(...all)).toBe(Math.floor(askedAt / hourMs) * hourMs - hourMs);
    expect(all).toHaveLength((Math.max(...all) - Math.min(...all)) / hourMs + 1);
    expect(await talk.facts('ReportDelayed')).toMatchObject([{ reportRequestID: 'past' }]);
    const before = told.length;
    await talk.pass(3 * hourMs);
    expect(toldBy(talk, 'past')).toHaveLength(before + 3);
  });

  // @row +12.20
  it('given intervals that do not fit the reportBackDuration, then none is lost between two reports', async () => {
    const talk = await conversation();
    const from = talk.now + minuteMs;
    await talk.hand(ask({ id: 'odd', granularity: 'PT40M', back: 'PT1H', from }));
    await talk.pass(6 * hourMs + 5 * minuteMs);
    const starts = toldBy(talk, 'odd').flatMap(({ report }) => spansOf(report).map(([startAt]) => startAt));
    const first = parseDateTime(formatDateTime(from)) ?? 0;
    expect(starts).toEqual(Array.from({ length: 9 }, (_, index) => first + index * 40 * minuteMs));
  });
});

describe('what was not measured', () => {
  /** A meter that knows nothing of the time before it was put there. */
  class NewMeter extends MoodyMeter {
    sinceAt = 0;

    override read(boundaryAt: number) {
      return boundaryAt < this.sinceAt
        ? Promise.reject(Object.assign(new Error('That was before my time.'), { quality: 'Non Specific' }))
        : super.read(boundaryAt);
    }
  }

  const withNewMeter = async (unmeasured: 'placeholder' | 'withhold') => {
    const meters: NewMeter[] = [];
    const talk = await conversation({
      settings: { unmeasured },
      devices: (time) => {
        const meter = new NewMeter(
          new Meter(deviceID, time, wavyRegister(4_000, 3, time.now()), wavyRegister(5_000, 7, time.now())),
        );
        meter.sinceAt = time.now() + 2 * hourMs;
        meters.push(meter);
        return meters;
      },
    });
    await talk.hand(ask({ id: 'hours', granularity: 'PT15M', back: 'PT1H' }));
    await talk.pass(3 * hourMs + 20 * minuteMs);
    const [meter] = meters;
    if (meter !== undefined) meter.quality = 'Device Failure';
    await talk.pass(30 * minuteMs);
    if (meter !== undefined) meter.quality = null;
    await talk.pass(hourMs);
    return { talk, told: toldBy(talk, 'hours').map(({ report }) => report) };
  };

  // @row +12.21 -12.21
  it('given hours before the first reading, then no interval of them, and it is told; a gap after it is a placeholder', async () => {
    const { talk, told } = await withNewMeter('placeholder');
    const starts = told.flatMap((report) => spansOf(report).map(([startAt]) => startAt));
    expect(starts[0]).toBe(tenInTheMorning + 2 * hourMs);
    expect(await talk.facts('UsageLeftOut')).toMatchObject([{ resourceID: deviceID, because: 'neverMetered' }]);
    const qualities = told.flatMap((report) => valuesOf(report, energyID).map(([, quality]) => quality));
    expect(qualities).toContain('Quality Bad - Device Failure');
    expect(starts).toHaveLength(qualities.length);
    expect(starts.slice(1).every((startAt, index) => startAt === (starts[index] ?? 0) + 15 * minuteMs)).toBe(true);
  });

  // @row -12.21
  it('given the setting withholds gaps, then a gap has no interval either, and that is told', async () => {
    const { talk, told } = await withNewMeter('withhold');
    const qualities = told.flatMap((report) => valuesOf(report, energyID).map(([, quality]) => quality));
    expect(new Set(qualities)).toEqual(new Set(['Quality Good - Non Specific']));
    expect(await talk.facts('UsageLeftOut')).toContainEqual(
      expect.objectContaining({ because: 'notMeasured' }) as unknown,
    );
  });
});

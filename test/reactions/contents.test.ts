/** What stands in a report on the wire: made from what was metered and told, as a request asks for it. */
import { describe, expect, it } from 'vitest';
import { initialState, viewFolds, type AgentState } from '../../src/core/state.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import type { Terms } from '../../src/machines/report/terms.ts';
import type { ReportRequestContext } from '../../src/machines/reportRequest.ts';
import type { OadrReport } from '../../src/protocol/elements/oadrReport.ts';
import { formatDateTime } from '../../src/protocol/types/dateTime.ts';
import { contentsFor } from '../../src/reactions/reports/contents.ts';
import { historyIntervals } from '../../src/reactions/reports/history.ts';
import { nextPiece } from '../../src/reactions/reports/pieces.ts';
import { awaitedAreIn, nextReadings, readingsAtOnce } from '../../src/reactions/reports/readings.ts';
import { at, day, delivered, device, hour, metered, started } from '../settlement/support/facts.ts';
import { hourMs, meterRead, settings as ofProgramme, told, type Told } from '../store/projections/facts.ts';

const quality = { good: 'Quality Good - Non Specific', old: 'No New Value - Previous Value Used' };
const settings: VenSettings = { ...ofProgramme, venID: 'ven-1' };
const battery = { maxChargeWatts: 5_000, maxDischargeWatts: 5_000 };
const energy = `${device}/energyReal`;
const power = `${device}/powerReal`;

const stateOf = (facts: readonly Told[]): AgentState => ({
  ...initialState,
  settings,
  views: {
    ...initialState.views,
    usage: told(viewFolds.usage, facts),
    deliveries: told(viewFolds.deliveries, facts),
    instructions: told(viewFolds.instructions, facts),
  },
});

/** A request for these data points; hourly, told each hour, unless said otherwise. */
const asks = (changes: Partial<Terms> = {}, rIDs: readonly string[] = [energy]): Terms => {
  const reportSpecifierID = { status: 'Status', history: 'History' }[String(changes.kind)] ?? 'RealEnergy';
  const specifierPayload = rIDs.map((rID) => ({ rID }));
  return {
    kind: 'usage',
    reportRequestID: 'request-1',
    reportSpecifierID,
    request: { reportRequestID: 'request-1', reportSpecifier: { reportSpecifierID, specifierPayload } },
    rIDs,
    startAt: day.startAt,
    granularityMs: hourMs,
    reportBackMs: hourMs,
    aligned: 'start',
    ...changes,
  } as Terms;
};

/** Where a request stands: it tells a piece of the day, in hours from midnight. */
const standing = (fromHour: number, toHour: number, changes: object = {}): ReportRequestContext => {
  const piece = { fromAt: at(fromHour), toAt: at(toHour) };
  const common = { acceptedAt: day.startAt, toAt: at(toHour), reportedTo: at(fromHour), round: piece, piece };
  const rest = { isLast: false, deliveries: 0, awaited: [], silent: [], isDelayTold: false };
  return { ...common, ...rest, ...changes } as unknown as ReportRequestContext;
};

const momentAt = (hours: number, changes: Partial<VenSettings> = {}) => ({
  at: at(hours),
  chance: 1,
  runID: 'run',
  settings: { ...settings, ...changes },
});

interface Story {
  readonly facts: readonly Told[];
  readonly terms: Terms;
  readonly context: ReportRequestContext;
  readonly now?: number;
  readonly changes?: Partial<VenSettings>;
}

const made = ({ facts, terms, context, now = 25, changes = {} }: Story) =>
  contentsFor(stateOf(facts), momentAt(now, changes), terms, { ...context, terms });

const messages = (story: Story) => made(story).contents.map(({ message }) => message);
const reports = (story: Story): readonly OadrReport[] => messages(story).flatMap(({ oadrReport }) => oadrReport);

/** Hour after hour and what it is worth, of one data point after the other. */
const valuesIn = ({ intervals = [] }: OadrReport) =>
  intervals.map(({ dtstart, oadrReportPayload = [] }) => [
    dtstart,
    ...oadrReportPayload.map((payload) => ('payloadFloat' in payload ? payload.payloadFloat : '')),
  ]);
const hoursIn = (report: OadrReport | undefined): readonly unknown[] =>
  report === undefined ? [] : valuesIn(report).map(([dtstart]) => dtstart);
const hoursOf = (...hours: readonly number[]) => hours.map((each) => formatDateTime(at(each)));

/** The first hours of the day, with as many watt-hours drawn as a hundred times the hour. */
const read = [started, ...metered(Array.from({ length: 24 }, (_, index) => [100 * (index + 1), 0] as const))];

describe('a report of usage', () => {
  it('given two hours, then it names its request and span, and each hour has its value and its number', () => {
    const [message] = messages({ facts: read, terms: asks({}, [energy, power]), context: standing(2, 4) });
    expect(message).toMatchObject({ message: 'oadrUpdateReport', venID: 'ven-1' });
    const value = (rID: string, payloadFloat: string) => ({
      rID,
      payloadFloat,
      confidence: 100,
      accuracy: '0.001',
      oadrDataQuality: quality.good,
    });
    const interval = (index: number, uid: string, worth: string) => ({
      dtstart: formatDateTime(at(index)),
      duration: 'PT1H',
      uid,
      oadrReportPayload: [value(energy, worth), value(power, worth)],
    });
    expect(message?.oadrReport).toEqual([
      {
        dtstart: formatDateTime(at(2)),
        duration: 'PT2H',
        intervals: [interval(2, '0', '0.300'), interval(3, '1', '0.400')],
        reportRequestID: 'request-1',
        reportSpecifierID: 'RealEnergy',
        reportName: 'TELEMETRY_USAGE',
        createdDateTime: formatDateTime(at(25)),
      },
    ]);
  });

  it('given it tells energy, then it is a delivery of these hours; given power alone, it settles nothing', () => {
    const [energetic] = made({ facts: read, terms: asks(), context: standing(0, 1) }).contents;
    expect(energetic?.usage).toEqual([{ resourceID: device, intervals: [{ ...hour(0, 100) }] }]);
    const [powerful] = made({ facts: read, terms: asks({}, [power]), context: standing(0, 1) }).contents;
    expect(powerful).toBeDefined();
    expect(powerful).not.toHaveProperty('usage');
  });

  it('given an hour that the VTN has, then it is not told again, or the VTN would add it up twice', () => {
    const facts = [...read, ...delivered([hour(1, 200)], 'acknowledged')];
    const [report] = reports({ facts, terms: asks(), context: standing(0, 3, { acceptedAt: at(3) }) });
    expect(hoursIn(report)).toEqual(hoursOf(0, 2));
  });

  it('given more hours than the VTN takes at once, then as many reports as that needs, each under its own requestID', () => {
    const story = { facts: read, terms: asks(), context: standing(0, 5), changes: { reportLimits: { intervals: 2 } } };
    expect(reports(story).map(hoursIn)).toEqual([hoursOf(0, 1), hoursOf(2, 3), hoursOf(4)]);
    expect(new Set(messages(story).map(({ requestID }) => requestID)).size).toBe(3);
  });

  it('given an hour before the device was ever read, then it is not told as zero, and that is said', () => {
    const facts = [started, meterRead(at(1), 0), meterRead(at(2), 100)];
    const { contents, leftOut } = made({ facts, terms: asks({ aligned: 'localDay' }), context: standing(0, 24) });
    expect(contents).toHaveLength(1);
    expect(leftOut).toEqual([{ resourceID: device, fromAt: at(0), toAt: at(1), because: 'neverMetered' }]);
  });

  it('given the metadata were asked for, then there is no such report', () => {
    expect(made({ facts: read, terms: asks({ kind: 'metadata' }), context: standing(0, 1) })).toEqual({
      contents: [],
      leftOut: [],
    });
  });
});

describe('usage of a closed day', () => {
  const daily = asks({ aligned: 'localDay', reportBackMs: 24 * hourMs });

  it('given nothing of it was told, then all its hours; given some, the others', () => {
    const context = standing(0, 24);
    expect(reports({ facts: read, terms: daily, context }).map(hoursIn)).toEqual([
      hoursOf(...Array.from({ length: 24 }, (_, index) => index)),
    ]);
    const facts = [...read, ...delivered([hour(0, 100), hour(5, 600)], 'acknowledged')];
    const [rest] = reports({ facts, terms: daily, context });
    expect(hoursIn(rest)).toEqual(hoursOf(...[1, 2, 3, 4], ...Array.from({ length: 18 }, (_, index) => index + 6)));
  });

  const inDoubt = (values: readonly (readonly [index: number, wattHours: number])[]): readonly Told[] => {
    const usage = values.map(([index, wattHours]) => hour(index, wattHours));
    return delivered(usage, 'doubted').map(([when, type, data]) =>
      type === 'UsageDeliveryDoubted' ? [when, type, { ...data, policy: 'resend' }] : [when, type, data],
    ) as readonly Told[];
  };

  it('given some of it may be with the VTN, then that is said again as it was, under its requestID, and the rest beside it', () => {
    const facts = [
      ...read,
      ...inDoubt([
        [3, 7],
        [4, 8],
      ]),
    ];
    const contents = made({ facts, terms: daily, context: standing(0, 24) }).contents;
    const [again, rest] = contents;
    expect(again).toMatchObject({ repeats: 'message-1', message: { requestID: 'message-1' } });
    // The values that were sent, whatever is known by now: who counted them would count others on top.
    expect(again?.message.oadrReport.map(valuesIn)).toEqual([
      [
        [formatDateTime(at(3)), '0.007'],
        [formatDateTime(at(4)), '0.008'],
      ],
    ]);
    expect(rest).not.toHaveProperty('repeats');
    expect(rest?.message.requestID).not.toBe('message-1');
    const others = Array.from({ length: 24 }, (_, index) => index).filter((index) => index !== 3 && index !== 4);
    expect(hoursIn(rest?.message.oadrReport[0])).toEqual(hoursOf(...others));
    expect(contents).toHaveLength(2);
  });

  it('given the request has an end, then what is in doubt of another time is not its affair', () => {
    const facts = [
      ...read,
      ...inDoubt([
        [3, 7],
        [4, 8],
      ]),
    ];
    const again = (startHour: number, endHour: number): boolean => {
      const terms = asks({ startAt: at(startHour), endAt: at(endHour) });
      const { contents } = made({ facts, terms, context: standing(0, 6, { acceptedAt: at(6) }) });
      return contents.some(({ repeats }) => repeats === 'message-1');
    };
    expect([again(3, 5), again(0, 24), again(4, 5), again(3, 4), again(0, 3)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('given it does not fit into one report any more, then no part goes under the old requestID', () => {
    const facts = [
      ...read,
      ...inDoubt([
        [3, 7],
        [4, 8],
      ]),
    ];
    const changes = { reportLimits: { intervals: 1 } };
    const { contents } = made({ facts, terms: daily, context: standing(0, 24), changes });
    const again = contents.filter(({ repeats }) => repeats === 'message-1');
    expect(again).toHaveLength(2);
    expect(again.every(({ message }) => message.requestID !== 'message-1')).toBe(true);
  });
});

describe('the last report of a request that is cancelled', () => {
  it('given whole hours are left, then they are told, and not the rest of the period', () => {
    const context = standing(2, 4, { isLast: true });
    expect(reports({ facts: read, terms: asks(), context }).map(hoursIn)).toEqual([hoursOf(2, 3)]);
  });

  it('given none is whole, then the rest of its period, in whole seconds', () => {
    const facts = [started, meterRead(at(2), 0), meterRead(at(2.5), 50)];
    const context = standing(2, 2.5, { isLast: true });
    const [report] = reports({ facts, terms: asks(), context });
    expect(report).toMatchObject({ dtstart: formatDateTime(at(2)), duration: 'PT30M' });
    expect(valuesIn(report as OadrReport)).toEqual([[formatDateTime(at(2)), '0.050']]);
  });

  it('given more than goes at once, then the newest', () => {
    const context = standing(0, 9, { isLast: true });
    const changes = { reportLimits: { intervals: 1 } };
    const told = reports({ facts: read, terms: asks(), context, changes }).map(hoursIn);
    expect(told).toEqual([hoursOf(5), hoursOf(6), hoursOf(7), hoursOf(8)]);
  });

  it('given it goes by days, then the hours of today that are over, but those that the VTN has', () => {
    const facts = [...read.slice(0, 5), ...delivered([hour(1, 200)], 'acknowledged')];
    const context = standing(0, 3.5, { isLast: true });
    const terms = asks({ aligned: 'localDay', reportBackMs: 24 * hourMs });
    expect(reports({ facts, terms, context, now: 3.5 }).map(hoursIn)).toEqual([hoursOf(0, 2)]);
  });
});

describe('a report that is wanted at once', () => {
  const once = asks({ reportBackMs: 0, granularityMs: 0 });
  const never = { facts: [started], terms: once, context: standing(2, 3) };

  it('given a reading at both ends, then the hour that has just passed', () => {
    const [report] = reports({ facts: read, terms: once, context: standing(2, 3) });
    expect(valuesIn(report as OadrReport)).toEqual([[formatDateTime(at(2)), '0.300']]);
  });

  it('given nobody ever metered, then a placeholder answers, unless placeholders are withheld', () => {
    const [report] = reports(never);
    expect(valuesIn(report as OadrReport)).toEqual([[formatDateTime(at(2)), '0']]);
    const withheld = made({ ...never, changes: { unmeasured: 'withhold' } });
    expect(withheld.contents).toEqual([]);
    expect(withheld.leftOut).toMatchObject([{ resourceID: device, because: 'neverMetered' }]);
  });
});

describe('a report of history', () => {
  const past = asks({ kind: 'history', startAt: at(0), endAt: at(4) });

  it('given what was metered, then it is told as history, and settles nothing', () => {
    const { contents } = made({ facts: read, terms: past, context: standing(0, 4) });
    expect(contents[0]).not.toHaveProperty('usage');
    expect(contents[0]?.message.oadrReport).toMatchObject([
      { reportName: 'HISTORY_USAGE', reportSpecifierID: 'History', duration: 'PT4H' },
    ]);
  });

  it('given nothing was metered, then one report says so; given part of it was told already, none', () => {
    const story = { facts: [started], terms: past, context: standing(0, 4) };
    expect(reports(story).map(hoursIn)).toEqual([hoursOf(0)]);
    expect(reports({ ...story, context: standing(0, 4, { deliveries: 1 }) })).toEqual([]);
    const newest = { fromAt: at(2), toAt: at(4) };
    expect(reports({ ...story, context: standing(0, 4, { piece: newest }) })).toEqual([]);
  });

  it('given it would be very many quarters of an hour, then hours', () => {
    const changes = { sampleEveryMs: hourMs / 4 };
    const whole = Array.from({ length: 13 }, (_, index) => meterRead(at(index / 4), 25 * index));
    const facts = [started, ...whole];
    const told = (endAt: number) => {
      const terms = asks({ kind: 'history', startAt: at(0), endAt });
      return reports({ facts, terms, context: standing(0, 3, { acceptedAt: at(1_000) }), changes }).map(hoursIn);
    };
    const most = (historyIntervals * hourMs) / 4;
    expect(told(day.startAt + most).map(({ length }) => length)).toEqual([12]);
    expect(told(day.startAt + most + 1)).toEqual([hoursOf(0, 1, 2)]);
  });
});

describe('a report of status', () => {
  const status = asks({ kind: 'status', granularityMs: 0 }, [`${device}/resourceStatus`]);
  const said = (readAt: number, powerWatts: number, manualOverride = false): Told =>
    meterRead(readAt, 0, 0, {
      status: { online: true, manualOverride, powerWatts, maxChargeWatts: 4_000, maxDischargeWatts: 3_000 },
    });
  const payloadOf = (facts: readonly Told[], context: ReportRequestContext, terms = status) => {
    const [report] = reports({ facts, terms, context });
    return report?.intervals?.[0]?.oadrReportPayload?.[0] as unknown as {
      readonly oadrDataQuality: string;
      readonly oadrPayloadResourceStatus: { readonly oadrOnline: boolean; readonly oadrManualOverride: boolean };
    };
  };
  const fresh = 5_000;

  it('given it was read just now, then as it said, at that instant and without a duration', () => {
    const [report] = reports({ facts: [started, said(at(3), -1_250)], terms: status, context: standing(2, 3) });
    expect(report).toMatchObject({ dtstart: formatDateTime(at(3)), reportName: 'TELEMETRY_STATUS' });
    expect(report).not.toHaveProperty('duration');
    expect(report?.intervals).toMatchObject([
      {
        dtstart: formatDateTime(at(3)),
        uid: '0',
        oadrReportPayload: [
          {
            rID: `${device}/resourceStatus`,
            oadrDataQuality: quality.good,
            oadrPayloadResourceStatus: {
              oadrOnline: true,
              oadrManualOverride: false,
              oadrLoadControlState: { oadrCapacity: { oadrMin: '-3.000', oadrMax: '4.000', oadrCurrent: '-1.250' } },
            },
          },
        ],
      },
    ]);
  });

  it('given it was read too long ago, or never, then it is not connected', () => {
    const context = standing(0, 3);
    const bad = { oadrDataQuality: 'Quality Bad - Not Connected', oadrPayloadResourceStatus: { oadrOnline: false } };
    expect(payloadOf([started, said(at(3) - fresh, 0)], context).oadrDataQuality).toBe(quality.good);
    expect(payloadOf([started, said(at(3) - fresh - 1, 0)], context)).toMatchObject(bad);
    expect(payloadOf([started], context)).toMatchObject(bad);
  });

  it('given it is told on change and said nothing since the last report, then that is what is said', () => {
    const facts = [started, said(at(2), 0)];
    const old = { oadrDataQuality: quality.old, oadrPayloadResourceStatus: { oadrOnline: true } };
    expect(payloadOf(facts, standing(2, 3))).toMatchObject(old);
    // The first report of a request, one at a fixed pace, and one that is wanted once have no former value.
    const first = asks({ kind: 'status', granularityMs: 0, startAt: at(2) }, [`${device}/resourceStatus`]);
    const paced = asks({ kind: 'status' }, [`${device}/resourceStatus`]);
    const once = asks({ kind: 'status', granularityMs: 0, reportBackMs: 0 }, [`${device}/resourceStatus`]);
    for (const terms of [first, paced, once])
      expect(payloadOf(facts, standing(2, 3), terms).oadrDataQuality).toBe('Quality Bad - Not Connected');
    expect(payloadOf([started, said(at(2) + 1, 0)], standing(2, 3)).oadrDataQuality).toBe(
      'Quality Bad - Not Connected',
    );
  });

  it('given a person overrides it here, then the VTN sees that, whatever the device says itself', () => {
    const overridden: Told = [
      at(2),
      'OperatorInstructed',
      {
        resourceID: device,
        instruction: { kind: 'override', action: 'hold' },
        endAt: at(4),
        isForLength: true,
        by: 'ven',
      },
    ];
    const isOverridden = (facts: readonly Told[]): boolean =>
      payloadOf([started, ...facts], standing(2, 3)).oadrPayloadResourceStatus.oadrManualOverride;
    expect(isOverridden([said(at(3), 0)])).toBe(false);
    expect(isOverridden([said(at(3), 0, true)])).toBe(true);
    expect(isOverridden([overridden, said(at(3), 0)])).toBe(true);
  });
});

describe('the next piece that is told', () => {
  const next = (facts: readonly Told[], terms: Terms, context: ReportRequestContext, changes = {}) =>
    nextPiece(stateOf(facts), momentAt(25, changes), { ...context, terms });

  it('given days back, then the newest that owes anything, and where more lies before it', () => {
    const daily = asks({ aligned: 'localDay', reportBackMs: 24 * hourMs });
    const three = standing(-48, 24);
    const earlier = [started, meterRead(at(-47), 0), ...read.slice(1)];
    expect(next(read, daily, three)).toEqual({ piece: { fromAt: at(0), toAt: at(24) }, restFromAt: null });
    expect(next(earlier, daily, three)).toEqual({ piece: { fromAt: at(0), toAt: at(24) }, restFromAt: at(-48) });
    expect(next(earlier, daily, { ...three, isDelayTold: true })?.restFromAt).toBeNull();
    const hours = Array.from({ length: 24 }, (_, index) => hour(index, 100 * (index + 1)));
    const told = [...earlier, ...delivered(hours, 'acknowledged')];
    expect(next(told, daily, three)).toEqual({ piece: { fromAt: at(-24), toAt: at(0) }, restFromAt: at(-48) });
    expect(next(told, daily, standing(0, 24))).toBeNull();
  });

  it('given a past in which nothing was metered, then nothing is told of it; what passes now is told in any case', () => {
    const terms = asks();
    expect(next([started], terms, standing(0, 3, { acceptedAt: at(3) }))).toBeNull();
    expect(next([started], terms, standing(0, 3))?.piece).toEqual({ fromAt: at(0), toAt: at(3) });
    const late = [started, meterRead(at(2), 0), meterRead(at(3), 100)];
    expect(next(late, terms, standing(-30, 3, { acceptedAt: at(3) }))?.piece).toEqual({ fromAt: at(0), toAt: at(3) });
    expect(next(read, terms, standing(3, 3))).toBeNull();
    expect(nextPiece(stateOf(read), momentAt(25), { ...standing(0, 3), terms: null })).toBeNull();
  });

  it('given one device was metered before another, then the past begins with the day of the first of them', () => {
    const devices = [device, 'car'].map((resourceID) => ({ ...battery, resourceID }));
    const car = [-3, -2].map((hours) => meterRead(at(hours), 0, 0, { resourceID: 'car' }));
    const facts = [started, ...car, meterRead(at(2), 0), meterRead(at(3), 100)];
    const terms = asks({}, [energy, 'car/energyReal']);
    expect(next(facts, terms, standing(-40, 3, { acceptedAt: at(3) }), { devices })).toEqual({
      piece: { fromAt: at(0), toAt: at(3) },
      restFromAt: at(-24),
    });
  });

  it('given history of what was never metered, then it is answered once', () => {
    const terms = asks({ kind: 'history', endAt: at(3) });
    const context = standing(0, 3, { acceptedAt: at(3) });
    expect(next([started], terms, context)).toEqual({ piece: context.round, restFromAt: null });
    expect(next([started], terms, { ...context, deliveries: 1 })).toBeNull();
  });

  it('given more than few messages hold, then its newest part, cut where intervals meet, and the rest later', () => {
    const changes = { reportLimits: { intervals: 1 } };
    const context = standing(0, 10);
    expect(next(read, asks(), context, changes)).toEqual({
      piece: { fromAt: at(6), toAt: at(10) },
      restFromAt: at(0),
    });
    const shifted = asks({ startAt: at(0.5) });
    expect(next(read, shifted, context, changes)?.piece).toEqual({ fromAt: at(6.5), toAt: at(10) });
    const long = asks({ granularityMs: 5 * hourMs, reportBackMs: 5 * hourMs });
    expect(next(read, long, standing(0, 10.5), { reportLimits: { intervals: 0.1 } })?.piece).toEqual({
      fromAt: at(0),
      toAt: at(10.5),
    });
  });

  it('given several days, then the newest one first; a stretch of a day is not cut at midnight', () => {
    expect(next(read, asks(), standing(-30, 10))).toEqual({
      piece: { fromAt: at(0), toAt: at(10) },
      restFromAt: at(-30),
    });
    expect(next(read, asks(), standing(-12, 10))).toEqual({
      piece: { fromAt: at(-12), toAt: at(10) },
      restFromAt: null,
    });
  });

  it('given it is the last, wanted once, or a look at the present, then it is told whole', () => {
    const many = standing(-30, 10);
    const whole = { piece: many.round, restFromAt: null };
    expect(next(read, asks(), { ...many, isLast: true })).toEqual(whole);
    expect(next(read, asks({ reportBackMs: 0 }), many)).toEqual(whole);
    expect(next(read, asks({ kind: 'status' }), many)).toEqual(whole);
  });
});

describe('very many devices', () => {
  const ids = Array.from({ length: 120 }, (_, index) => `d-${index}`);
  const changes = {
    devices: ids.map((resourceID) => ({ ...battery, resourceID })),
  };
  const facts = [
    started,
    ...[at(0), at(24)].flatMap((when) => ids.map((resourceID) => meterRead(when, when / hourMs, 0, { resourceID }))),
  ];
  const rIDs = ids.map((id) => `${id}/energyReal`);
  const daily = () => asks({ aligned: 'localDay', reportBackMs: 24 * hourMs }, rIDs);

  it('given a day of theirs, then it is told of so many at a time, in their order, and the last are no part', () => {
    const state = stateOf(facts);
    const terms = daily();
    const parts: (readonly string[])[] = [];
    for (let before: object = {}; parts.length < 20;) {
      const context = standing(0, 24, { terms, piece: { fromAt: at(0), toAt: at(24), ...before } });
      const piece = nextPiece(state, momentAt(25, changes), context)?.piece;
      parts.push(piece?.resourceIDs ?? []);
      if (piece?.isPart !== true) break;
      before = piece;
    }
    expect(parts.flat()).toEqual(ids);
    expect(parts.map(({ length }) => length)).toEqual([20, 20, 20, 20, 20, 20]);
  });

  it('given some of them have told it, then they are passed over; given all but few owe nothing, those are no part', () => {
    const hours = Array.from({ length: 24 }, (_, index) => hour(index, 1));
    const usage = ids.slice(0, 118).map((resourceID) => ({ resourceID, intervals: hours }));
    const told = delivered(hours, 'acknowledged').map(([when, type, data]) =>
      type === 'UsageDue' ? [when, type, { ...data, usage }] : [when, type, data],
    ) as readonly Told[];
    const next = nextPiece(stateOf([...facts, ...told]), momentAt(25, changes), standing(0, 24, { terms: daily() }));
    expect(next?.piece).toEqual({ fromAt: at(0), toAt: at(24), resourceIDs: ['d-118', 'd-119'] });
  });

  it('given a piece of some of them, then the report tells of those alone, device by device', () => {
    const context = standing(0, 24, { piece: { fromAt: at(0), toAt: at(24), resourceIDs: ['d-7', 'd-3'] } });
    const [report, ...more] = reports({ facts, terms: daily(), context, changes });
    expect(more).toEqual([]);
    expect(report?.intervals?.[0]?.oadrReportPayload?.map(({ rID }) => rID)).toEqual([
      'd-7/energyReal',
      'd-3/energyReal',
    ]);
  });
});

describe('the readings that a piece needs', () => {
  const asked = (facts: readonly Told[], terms: Terms, context: ReportRequestContext, changes = {}) =>
    nextReadings(stateOf(facts), momentAt(25, changes), { ...context, terms });
  const of = (boundaryAt: number, resourceID = device) => ({ resourceID, boundaryAt });

  it('given hours, then both ends of each, once and in order, but those that are known', () => {
    const terms = asks();
    expect(asked([started], terms, standing(0, 2)).awaited).toEqual([of(at(0)), of(at(1)), of(at(2))]);
    expect(asked([started, meterRead(at(1), 0)], terms, standing(0, 2)).awaited).toEqual([of(at(0)), of(at(2))]);
    expect(asked(read, terms, standing(0, 2))).toEqual({ awaited: [], silent: [] });
  });

  it('given a device did not answer before, then it is not asked again, and what it was asked is awaited no longer', () => {
    const context = standing(0, 2, { awaited: [of(at(0))] });
    expect(asked([started], asks(), context)).toEqual({ awaited: [], silent: [device] });
    expect(awaitedAreIn(stateOf([started]), context)).toBe(false);
    const answered = [started, meterRead(at(0), 0)];
    expect(awaitedAreIn(stateOf(answered), context)).toBe(true);
    expect(asked(answered, asks(), context)).toEqual({ awaited: [of(at(1)), of(at(2))], silent: [] });
  });

  it('given very many, then so many at a time, the oldest first', () => {
    const { awaited } = asked([started], asks({ granularityMs: hourMs / 60 }), standing(0, 2));
    expect([awaited.length, awaited[0], awaited.at(-1)]).toEqual([
      readingsAtOnce,
      of(at(0)),
      of(at(0) + ((readingsAtOnce - 1) * hourMs) / 60),
    ]);
  });

  it('given status, then a look at the device, unless it was read within seconds; once, both ends of the hour as well', () => {
    const status = asks({ kind: 'status' }, [`${device}/resourceStatus`]);
    expect(asked([started], status, standing(2, 3)).awaited).toEqual([of(at(3))]);
    const recent = meterRead(at(3) - 5_000, 0, 0, { boundaryAt: at(2) });
    expect(asked([started, recent], status, standing(2, 3)).awaited).toEqual([]);
    expect(asked([started, meterRead(at(3) - 5_001, 0)], status, standing(2, 3)).awaited).toEqual([of(at(3))]);
    const once = asks({ reportBackMs: 0, granularityMs: 0 });
    expect(asked([started, recent], once, standing(2, 3)).awaited).toEqual([of(at(2)), of(at(3))]);
  });

  it('given history or metadata, then none: they are told as they are held', () => {
    for (const kind of ['history', 'metadata'] as const)
      expect(asked([started], asks({ kind }), standing(0, 2)).awaited).toEqual([]);
  });

  it('given the last report, then the ends of what it tells: hours of today, or the rest of a period', () => {
    const daily = asks({ aligned: 'localDay', reportBackMs: 24 * hourMs });
    expect(asked([started], daily, standing(0, 1.5, { isLast: true })).awaited).toEqual([of(at(0)), of(at(1))]);
    expect(asked([started], asks(), standing(0, 0.5, { isLast: true })).awaited).toEqual([of(at(0)), of(at(0.5))]);
    expect(asked([started], asks(), standing(0, 0.5)).awaited).toEqual([]);
    const closed = asked([started, meterRead(at(0), 0)], daily, standing(0, 24)).awaited;
    expect([closed.length, closed[0], closed.at(-1)]).toEqual([24, of(at(1)), of(at(24))]);
  });
});

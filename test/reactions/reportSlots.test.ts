import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialState, viewFolds, type AgentState } from '../../src/core/state.ts';
import type { OadrReportRequest } from '../../src/protocol/elements/oadrReportRequest.ts';
import type { UsageInterval } from '../../src/facts/usage.ts';
import { hourMs } from '../../src/programme/calendar.ts';
import { gridOf } from '../../src/reactions/reports/grids.ts';
import { historyEveryMs, historyIntervals, historySlots } from '../../src/reactions/reports/history.ts';
import { closedDays, isTold, together, toldIntervals, untoldSoFar } from '../../src/reactions/reports/periods.ts';
import { inParts, intervalsPerReport, resourcesPerReport, valuesAtOnce } from '../../src/reactions/reports/size.ts';
import {
  inOrder,
  lastSlot,
  onGridAfter,
  restOfPeriod,
  slotsBetween,
  slotsIn,
  slotsLimit,
  without,
  type Slot,
} from '../../src/reactions/reports/slots.ts';
import { tellable } from '../../src/reactions/reports/unmeasured.ts';
import type { Terms } from '../../src/machines/report/terms.ts';
import { at, day, delivered, device, metered, started } from '../settlement/support/facts.ts';
import { agentStarted, meterRead, settings, told, type Told } from '../store/projections/facts.ts';

/** Which hours a report tells: one that is left out is lost, one that is told beside itself is counted twice. */

const minuteMs = 60_000;
const slot = (startAt: number, durationMs: number): Slot => ({ startAt, durationMs });
const hourOf = (index: number): Slot => slot(at(index), hourMs);

const stateOf = (facts: readonly Told[]): AgentState => ({
  ...initialState,
  views: {
    ...initialState.views,
    usage: told(viewFolds.usage, facts),
    deliveries: told(viewFolds.deliveries, facts),
  },
});

const terms: Terms = {
  kind: 'usage',
  reportRequestID: 'request-1',
  reportSpecifierID: 'RealEnergy',
  request: {} as OadrReportRequest,
  rIDs: [],
  startAt: day.startAt,
  granularityMs: hourMs,
  reportBackMs: 24 * hourMs,
  aligned: 'start',
};

describe('intervals', () => {
  it('follow one another from the first instant on, and end no later than the last', () => {
    expect(slotsBetween(0, 10, 3)).toEqual([slot(0, 3), slot(3, 3), slot(6, 3)]);
    expect(slotsBetween(0, 9, 3)).toHaveLength(3);
    for (const none of [slotsBetween(0, 2, 3), slotsBetween(5, 0, 3), slotsBetween(0, 9, 0), slotsBetween(0, 9, -3)])
      expect(none).toEqual([]);
    expect(slotsBetween(0, Number.MAX_SAFE_INTEGER, 1)).toHaveLength(slotsLimit);
  });

  it('lie on the grid of the request: from its start, or by the clock', () => {
    const shifted = { ...terms, startAt: 7 * minuteMs };
    expect(onGridAfter(shifted, hourMs)).toBe(hourMs + 7 * minuteMs);
    expect(onGridAfter(shifted, hourMs + 7 * minuteMs)).toBe(hourMs + 7 * minuteMs);
    expect(onGridAfter({ ...shifted, aligned: 'clock' }, hourMs + 1)).toBe(2 * hourMs);
    expect(slotsIn(shifted, { fromAt: hourMs, toAt: 3 * hourMs + 7 * minuteMs })).toEqual([
      slot(hourMs + 7 * minuteMs, hourMs),
      slot(2 * hourMs + 7 * minuteMs, hourMs),
    ]);
    const whole = { ...terms, startAt: 0, granularityMs: 0, reportBackMs: 2 * hourMs };
    expect(slotsIn(whole, { fromAt: hourMs, toAt: 6 * hourMs })).toEqual([
      slot(2 * hourMs, 2 * hourMs),
      slot(4 * hourMs, 2 * hourMs),
    ]);
  });

  it('that have just passed end with the last sample', () => {
    const sampled = { ...settings, sampleEveryMs: 15 * minuteMs };
    expect(lastSlot(sampled, hourMs)).toEqual(slot(45 * minuteMs, 15 * minuteMs));
    expect(lastSlot(sampled, hourMs - 1)).toEqual(slot(30 * minuteMs, 15 * minuteMs));
  });

  it('that are the rest of a period are of whole seconds within it, or the last sample where there is none', () => {
    expect(restOfPeriod(settings, { fromAt: 1_001, toAt: 4_999 })).toEqual(slot(2_000, 2_000));
    expect(restOfPeriod(settings, { fromAt: 1_000, toAt: 4_000 })).toEqual(slot(1_000, 3_000));
    for (const toAt of [at(3) + 1, at(3) + 999])
      expect(restOfPeriod(settings, { fromAt: at(3), toAt })).toEqual(lastSlot(settings, toAt));
  });

  it('are in order of their starts, the shorter first', () => {
    expect(inOrder([slot(5, 1), slot(1, 9), slot(1, 2)])).toEqual([slot(1, 2), slot(1, 9), slot(5, 1)]);
  });
});

describe('intervals of which others are taken out', () => {
  it.each([
    ['nothing', [slot(0, 10)], [], [slot(0, 10)]],
    ['what lies before and after', [slot(10, 10)], [slot(0, 10), slot(20, 5)], [slot(10, 10)]],
    ['the beginning', [slot(10, 10)], [slot(5, 8)], [slot(13, 7)]],
    ['the end', [slot(10, 10)], [slot(15, 10)], [slot(10, 5)]],
    ['the middle', [slot(0, 10)], [slot(3, 4)], [slot(0, 3), slot(7, 3)]],
    ['all of it', [slot(0, 10)], [slot(0, 10)], []],
    ['all of it, in parts that overlap', [slot(0, 10)], [slot(0, 6), slot(2, 2), slot(5, 5)], []],
    ['a part of each', [slot(0, 10), slot(10, 10)], [slot(8, 4)], [slot(0, 8), slot(12, 8)]],
  ] as const)('%s: what is left is told, each part once', (_, slots, taken, left) => {
    expect(without(slots, taken)).toEqual(left);
  });

  it('leave every instant that was not taken, and none that was', () => {
    const slots = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 9 })), { maxLength: 6 });
    fc.assert(
      fc.property(slots, (pairs) => {
        const taken = inOrder(pairs.map(([startAt, durationMs]) => slot(startAt, durationMs)));
        const left = without([slot(0, 20), slot(20, 20)], taken);
        const covers = (some: readonly Slot[], instant: number): number =>
          some.filter(({ startAt, durationMs }) => startAt <= instant && instant < startAt + durationMs).length;
        for (let instant = 0; instant < 40; instant += 1)
          expect(covers(left, instant)).toBe(covers(taken, instant) === 0 ? 1 : 0);
      }),
    );
  });
});

describe('a grid of a request', () => {
  it('is where its boundaries lie, whenever it began', () => {
    const grid = { originAt: 7 * minuteMs, everyMs: hourMs };
    expect(gridOf({ ...terms, startAt: 5 * hourMs + 7 * minuteMs })).toEqual([grid]);
    expect(gridOf({ ...terms, startAt: 7 * minuteMs - 3 * hourMs })).toEqual([grid]);
    expect(gridOf({ ...terms, startAt: 7 * minuteMs, aligned: 'clock' })).toEqual([{ ...grid, originAt: 0 }]);
  });

  it('is none where no readings of its own are needed', () => {
    const status: Terms = { ...terms, kind: 'status' };
    for (const none of [null, status, { ...terms, reportBackMs: 0 }, { ...terms, granularityMs: 0 }])
      expect(gridOf(none)).toEqual([]);
  });
});

describe('a history', () => {
  const everyMs = (startAt: number, endAt?: number, acceptedAt = at(0)): number =>
    historyEveryMs(
      { ...terms, startAt, ...(endAt === undefined ? {} : { endAt }) },
      { ...settings, sampleEveryMs: minuteMs },
      { acceptedAt },
    );

  it('is told as it was sampled, or in hours where that would be too many', () => {
    const longest = historyIntervals * minuteMs;
    expect(everyMs(at(0) - longest)).toBe(minuteMs);
    expect(everyMs(at(0) - longest - 1)).toBe(hourMs);
    expect(everyMs(at(0) - 2 * longest, at(0) - longest)).toBe(minuteMs);
    expect(everyMs(at(0) - longest, at(0) + longest)).toBe(minuteMs);
  });

  it('begins with the interval in which its time begins', () => {
    expect(historySlots({ fromAt: at(1) + 1, toAt: at(3) }, hourMs)).toEqual([hourOf(1), hourOf(2)]);
    expect(historySlots({ fromAt: at(1), toAt: at(3) - 1 }, hourMs)).toEqual([hourOf(1)]);
  });
});

describe('how much one report holds', () => {
  const points = (count: number, rID = 'x'.repeat(20)) =>
    Array.from({ length: count }, (_, index) => ({
      rID: `${rID}${index % 10}`,
      resourceID: `device-${Math.floor(index / 2)}`,
      measure: 'energyReal' as const,
    }));

  it('is what the VTN takes, and at least one interval', () => {
    expect(intervalsPerReport(points(1), { reportLimits: { intervals: 7 } })).toBe(7);
    expect(intervalsPerReport(points(1), { reportLimits: { nodes: 14 * 5 } })).toBe(5);
    expect(intervalsPerReport(points(1), { reportLimits: { nodes: 14 * 5 - 1 } })).toBe(4);
    expect(intervalsPerReport(points(2), { reportLimits: { nodes: 21 * 5 } })).toBe(5);
    expect(intervalsPerReport(points(1), { reportLimits: { bytes: (240 + 320 + 21) * 3 } })).toBe(3);
    expect(intervalsPerReport(points(1), { reportLimits: { bytes: (240 + 320 + 21) * 3 - 1 } })).toBe(2);
    expect(intervalsPerReport(points(1), { reportLimits: { nodes: 1 } })).toBe(1);
  });

  it('counts what is written of a name: six bytes for a mark, four for a letter beyond ASCII', () => {
    const bytes = (rID: string, limit: number): number =>
      intervalsPerReport(points(1, rID), { reportLimits: { bytes: limit } });
    expect([bytes('ab', 2 * (560 + 3)), bytes('&"', 2 * (560 + 13)), bytes('é漢', 2 * (560 + 9))]).toEqual([2, 2, 2]);
    expect([bytes('ab', 2 * 563 - 1), bytes('&"', 2 * 573 - 1), bytes('é漢', 2 * 569 - 1)]).toEqual([1, 1, 1]);
  });

  it('is without a limit of the VTN what we would read ourselves', () => {
    const most = intervalsPerReport(points(1), {});
    expect(most).toBeGreaterThan(100);
    expect(intervalsPerReport(points(1), { reportLimits: { nodes: 10 ** 12, bytes: 10 ** 12 } })).toBe(most);
  });

  it('holds so many devices of two data points each, at least one', () => {
    const of = (intervals: number, reportLimits: object): number =>
      resourcesPerReport(points(20), 10, intervals, { reportLimits });
    expect(of(1, { nodes: 7 + 14 * 4 })).toBe(4);
    expect(of(1, { nodes: 7 + 14 * 4 - 1 })).toBe(3);
    expect(of(3, { nodes: 3 * (7 + 14 * 4) })).toBe(4);
    expect(of(1, { bytes: 240 + 2 * 341 * 3 })).toBe(3);
    expect(of(2, { bytes: 2 * (240 + 2 * 341 * 3) - 1 })).toBe(2);
    expect(of(1, { nodes: 1 })).toBe(1);
  });

  it('holds no more values of some devices of many than a step may take, and at least one device', () => {
    const of = (intervals: number): number => resourcesPerReport(points(20), 10, intervals, {});
    expect([1, 24, 250, 100_000].map(of)).toEqual([valuesAtOnce / 2, Math.floor(valuesAtOnce / 48), 1, 1]);
  });

  it('is told in parts, in order, and nothing is lost', () => {
    expect(inParts([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(inParts([1, 2], 2)).toEqual([[1, 2]]);
    expect(inParts([], 2)).toEqual([]);
  });
});

describe('what is told already', () => {
  const interval = (fromHour: number, hours: number, energyWattHours: number | null): UsageInterval =>
    energyWattHours === null
      ? { startAt: at(fromHour), durationMs: hours * hourMs, energyWattHours, bad: 'Comm Failure' }
      : { startAt: at(fromHour), durationMs: hours * hourMs, energyWattHours };
  const read = metered([
    [100, 0],
    [200, 0],
    [300, 0],
  ]);
  const isToldAfter = (...facts: readonly (readonly Told[])[]): readonly boolean[] => {
    const state = stateOf([started, ...facts.flat()]);
    return [0, 1, 2].map((index) => isTold(state, device, hourOf(index)));
  };

  it.each([
    ['acknowledged', true],
    ['rejected', true],
    ['doubted', true],
    ['sending', true],
    ['due', false],
  ] as const)('an hour that is %s: %s', (outcome, is) => {
    expect(isToldAfter(read, delivered([interval(1, 1, 200)], outcome))).toEqual([false, is, false]);
  });

  it('a longer interval tells its hours, and hours tell what they make up', () => {
    expect(isToldAfter(read, delivered([interval(0, 2, 300)], 'acknowledged'))).toEqual([true, true, false]);
    const halves = [interval(0, 0.5, 60), interval(0.5, 0.5, 40)];
    expect(isToldAfter(read, delivered(halves, 'acknowledged'))).toEqual([true, false, false]);
    expect(isToldAfter(read, delivered(halves.slice(0, 1), 'acknowledged'))).toEqual([false, false, false]);
    expect(isToldAfter(read, delivered([interval(0.5, 1, 150)], 'acknowledged'))).toEqual([false, false, false]);
  });

  it('a placeholder is told until the hour is measured after all', () => {
    const first = meterRead(at(0), 0);
    const placeholder = delivered([interval(0, 1, null)], 'acknowledged');
    expect(isToldAfter([first], placeholder)[0]).toBe(true);
    expect(isToldAfter([first], placeholder, [meterRead(at(1), 100)])[0]).toBe(false);
    expect(isToldAfter([first], delivered([interval(0, 1, null)], 'rejected'), [meterRead(at(1), 100)])[0]).toBe(true);
  });

  it('is taken out of what is told of a stretch, and so is what is on its way', () => {
    const facts = [
      started,
      ...read,
      ...delivered([interval(0, 1, 100)], 'acknowledged', 'first'),
      ...delivered([interval(1, 1, 200)], 'sending', 'second'),
      ...delivered([interval(2, 1, 300)], 'due', 'third'),
    ];
    expect(toldIntervals(stateOf(facts), device, { fromAt: at(0), toAt: at(3) })).toMatchObject([hourOf(0), hourOf(1)]);
    const late = [started, meterRead(at(0), 0), ...delivered([interval(0, 1, null)], 'acknowledged')];
    expect(toldIntervals(stateOf(late), device, { fromAt: at(0), toAt: at(1) })).toMatchObject([hourOf(0)]);
    expect(toldIntervals(stateOf([...late, meterRead(at(1), 9)]), device, { fromAt: at(0), toAt: at(1) })).toEqual([]);
  });

  it('leaves the hours of today that are over', () => {
    const state = stateOf([started, ...read, ...delivered([interval(1, 1, 200)], 'acknowledged')]);
    expect(untoldSoFar(state, terms, [device], settings, at(3))).toEqual([
      { resourceIDs: [device], slots: [hourOf(0), hourOf(2)] },
    ]);
    expect(untoldSoFar(state, terms, [device], settings, at(1) - 1)).toEqual([]);
  });
});

describe('days that are closed', () => {
  const days = (facts: readonly Told[], now: number, resourceIDs = [device]): readonly string[] =>
    closedDays(stateOf(facts), resourceIDs, settings, now).map((each) => each.day);

  it('are those since the first reading of any of the devices, today left out until it is over', () => {
    const facts = [started, meterRead(at(5), 0), meterRead(at(30), 0, 0, { resourceID: 'car' })];
    expect(days(facts, at(24) - 1)).toEqual([]);
    expect(days(facts, at(24))).toEqual(['2026-07-29']);
    expect(days(facts, at(49), ['car', device])).toEqual(['2026-07-29', '2026-07-30']);
    expect(days(facts, at(49), ['car'])).toEqual(['2026-07-30']);
    expect(days(facts, at(49), ['other'])).toEqual([]);
  });
});

describe('devices of which the same is told', () => {
  it('are told together, and one of which nothing is told is not named', () => {
    const slots: Readonly<Record<string, readonly Slot[]>> = {
      a: [hourOf(0), hourOf(1)],
      b: [hourOf(0)],
      c: [hourOf(0), hourOf(1)],
      d: [],
      e: [slot(at(0), 2 * hourMs)],
    };
    expect(together(Object.keys(slots), (id) => slots[id] ?? [])).toEqual([
      { resourceIDs: ['a', 'c'], slots: slots['a'] },
      { resourceIDs: ['b'], slots: slots['b'] },
      { resourceIDs: ['e'], slots: slots['e'] },
    ]);
  });
});

describe('what was never metered', () => {
  const facts = [
    agentStarted(at(-20)),
    meterRead(at(2), 0),
    meterRead(at(3), 100),
    meterRead(at(5), 300),
    meterRead(at(6), 400),
  ];
  const wanted = [{ resourceIDs: [device, 'car'], slots: [0, 1, 2, 3, 4, 5].map(hourOf) }];
  const never = { resourceID: 'car', fromAt: at(0), toAt: at(6), because: 'neverMetered' };

  it('is not told, in one stretch; a gap after the first reading is a placeholder', () => {
    expect(tellable(stateOf(facts), settings, wanted)).toEqual({
      tellings: [{ resourceIDs: [device], slots: [2, 3, 4, 5].map(hourOf) }],
      leftOut: [{ resourceID: device, fromAt: at(0), toAt: at(2), because: 'neverMetered' }, never],
    });
  });

  it('given that gaps are withheld, then they are left out as well, with their own reason', () => {
    expect(tellable(stateOf(facts), { ...settings, unmeasured: 'withhold' }, wanted)).toEqual({
      tellings: [{ resourceIDs: [device], slots: [2, 5].map(hourOf) }],
      leftOut: [
        { resourceID: device, fromAt: at(0), toAt: at(2), because: 'neverMetered' },
        { resourceID: device, fromAt: at(3), toAt: at(5), because: 'notMeasured' },
        never,
      ],
    });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Shelves } from '../../src/core/shelves.ts';
import { initialState, viewFolds, type AgentState } from '../../src/core/state.ts';
import type { LeftToTell } from '../../src/machines/report/leftToTell.ts';
import { intervalEndAt, type ReportPiece } from '../../src/machines/report/periods.ts';
import type { Terms } from '../../src/machines/report/terms.ts';
import type { ReportRequestContext } from '../../src/machines/reportRequest.ts';
import { beginsAt } from '../../src/reactions/reports/left.ts';
import { nextPiece } from '../../src/reactions/reports/pieces.ts';
import { doubtfulIn } from '../../src/reactions/reports/resending.ts';
import { onGridAfter, sideBySide, slotsBetween, type Slot } from '../../src/reactions/reports/slots.ts';
import { tellingsIn } from '../../src/reactions/reports/tellings.ts';
import { agentStarted, hourMs, meterRead, settings, told, type Told } from '../store/projections/facts.ts';

/**
 * What is told of a device when requests of several grids became void, some of it on its way, in doubt or there already: no instant
 * twice, and each that was measured.
 */

const resourceID = 'battery';
const minuteMs = 60_000;
const noon = Date.parse('2026-06-11T12:00:00Z');
const acceptedAt = noon + 30 * minuteMs + 13_000;
const untilAt = noon + 40 * minuteMs;

/** What became of a delivery of a request that is void now. */
const fates = ['owed', 'waiting', 'sending', 'resend', 'hold', 'acknowledged', 'rejected', 'released'] as const;
type Fate = (typeof fates)[number];

interface Due {
  readonly fate: Fate;
  readonly slots: readonly Slot[];
}

const usageOf = (slots: readonly Slot[]) => [
  { resourceID, intervals: slots.map((slot) => ({ ...slot, energyWattHours: 1 })) },
];

/** The facts of a delivery; `instant` keeps them apart. */
const factsOf = ({ fate, slots }: Due, deliveryID: string, instant: number): readonly Told[] => {
  const requestID = `${deliveryID}-message`;
  const due: Told = [instant, 'UsageDue', { deliveryID, reportRequestID: 'void', usage: usageOf(slots) }];
  const started: Told = [instant, 'UsageDeliveryStarted', { deliveryID, exchangeID: 'exchange', requestID }];
  const doubted = (policy: 'resend' | 'hold'): Told => [
    instant,
    'UsageDeliveryDoubted',
    { deliveryID, requestID, policy, because: 'the answer was lost' },
  ];
  const released: Told = [instant, 'UsageDeliveryReleased', { deliveryID, because: 'the VTN was not reached' }];
  switch (fate) {
    case 'owed':
      return [due, released];
    case 'waiting':
      return [due];
    case 'sending':
      return [due, started];
    case 'resend':
      return [due, started, doubted('resend')];
    case 'released':
      return [due, started, doubted('resend'), started, released];
    case 'hold':
      return [due, started, doubted('hold')];
    case 'acknowledged':
      return [
        due,
        started,
        [instant, 'UsageDeliveryAcknowledged', { deliveryID, reportRequestID: 'void', responseCode: '200' }],
      ];
    case 'rejected':
      return [due, started, [instant, 'UsageDeliveryRejected', { deliveryID, responseCode: '459', why: '' }]];
  }
};

/** The state of an agent whose log holds these facts, with these deliveries in the queue of reports. */
const stateOf = (facts: readonly Told[], waiting: readonly string[]): AgentState => ({
  ...initialState,
  streams: Shelves.of([
    ['ven', { context: { reports: waiting.map((deliveryID) => ({ deliveryID })), inHand: null } }],
  ]) as never,
  views: {
    ...initialState.views,
    usage: told(viewFolds.usage, facts),
    deliveries: told(viewFolds.deliveries, facts),
  },
});

const begun: readonly Told[] = [agentStarted(noon - 2 * hourMs), meterRead(noon - hourMs, 0)];
const moment = { at: untilAt, chance: 1, runID: 'run', settings };

const grids = fc.record({
  everyMs: fc.constantFrom(minuteMs, 2 * minuteMs, 5 * minuteMs),
  offsetMs: fc.integer({ min: 0, max: 11 }).map((tens) => tens * 10_000),
});

const lefts: fc.Arbitrary<LeftToTell> = fc
  .tuple(grids, fc.integer({ min: 0, max: 25 }), fc.option(fc.integer({ min: 5, max: 30 })))
  .map(([{ everyMs, offsetMs }, from, to]) => ({
    resourceIDs: [resourceID],
    everyMs,
    originAt: noon + offsetMs,
    fromAt: noon + from * minuteMs,
    toAt: to === null ? null : noon + to * minuteMs,
  }));

/** Owed by a request that went on beside this one it may be of later, too. */
const dues: fc.Arbitrary<Due> = fc
  .tuple(grids, fc.constantFrom(...fates), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 8 }))
  .map(([{ everyMs, offsetMs }, fate, from, count]) => {
    const slots = slotsBetween(noon + offsetMs + from * minuteMs, untilAt, everyMs).slice(0, count);
    const ended = slots.filter(({ startAt, durationMs }) => startAt + durationMs <= acceptedAt);
    return { fate, slots: fate === 'owed' ? slots : ended };
  });

const requests: fc.Arbitrary<Terms> = fc
  .tuple(grids, fc.constantFrom('start' as const, 'clock' as const))
  .map(([{ everyMs, offsetMs }, aligned]) => ({
    kind: 'usage',
    reportRequestID: 'request',
    reportSpecifierID: 'RealEnergy',
    request: {
      reportRequestID: 'request',
      reportSpecifier: { specifierPayload: [{ rID: `${resourceID}/energyReal` }] },
    } as never,
    rIDs: [`${resourceID}/energyReal`],
    startAt: aligned === 'start' ? noon + 28 * minuteMs + offsetMs : acceptedAt,
    granularityMs: everyMs,
    reportBackMs: everyMs,
    aligned,
  }));

interface Story {
  readonly facts: Told[];
  readonly waiting: string[];
}

/** Tells a piece as the request does: what comes of it waits for the line. Gives what is told for the first time, and again. */
const tellPiece = (story: Story, context: ReportRequestContext, terms: Terms, piece: ReportPiece) => {
  const state = stateOf(story.facts, story.waiting);
  const again = doubtfulIn(state, moment, terms, piece).flatMap(({ usage }) =>
    usage.flatMap(({ intervals }) => intervals.map(({ startAt, durationMs }) => ({ startAt, durationMs }))),
  );
  const first = tellingsIn(state, moment, context, terms, piece).flatMap(({ slots }) => slots);
  for (const slots of [again, first]) {
    if (slots.length === 0) continue;
    const deliveryID = `told ${story.facts.length}`;
    story.facts.push(...factsOf({ fate: 'waiting', slots }, deliveryID, noon + 2 * hourMs + story.facts.length));
    story.waiting.push(deliveryID);
  }
  return { first, again };
};

const endOf = ({ startAt, durationMs }: Slot): number => startAt + durationMs;
const share = (one: Slot, other: Slot): boolean => one.startAt < endOf(other) && other.startAt < endOf(one);

/** Steps of ten seconds in which slots lie. */
const steps = (slots: readonly Slot[]): ReadonlySet<number> =>
  new Set(slots.flatMap((slot) => slotsBetween(slot.startAt, endOf(slot), 10_000).map(({ startAt }) => startAt)));

const startedStory = (facts: readonly Due[]): Story => ({
  facts: [...begun, ...facts.flatMap((due, index) => factsOf(due, `d${index}`, noon + hourMs + index))],
  waiting: facts.flatMap(({ fate }, index) => (fate === 'waiting' ? [`d${index}`] : [])),
});

const acceptedContext = (terms: Terms, left: readonly LeftToTell[]): ReportRequestContext =>
  ({ terms, acceptedAt, left, deliveries: 0, isLast: false }) as unknown as ReportRequestContext;

/** All that a request tells: its past, the newest piece first, then what passes. */
const tellAll = (story: Story, terms: Terms, left: readonly LeftToTell[]) => {
  const context = acceptedContext(terms, left);
  const first: Slot[] = [];
  const again: Slot[] = [];
  const tell = (piece: ReportPiece): void => {
    const said = tellPiece(story, context, terms, piece);
    first.push(...said.first);
    again.push(...said.again);
  };
  const reportedTo = Math.max(intervalEndAt(terms, acceptedAt), beginsAt(terms, context));
  const cuts = [reportedTo, noon + 20 * minuteMs, noon + 7 * minuteMs, noon - hourMs];
  for (const [index, toAt] of cuts.slice(0, -1).entries()) tell({ fromAt: cuts[index + 1] ?? toAt, toAt });
  for (let fromAt = reportedTo; fromAt + terms.reportBackMs <= untilAt; fromAt += terms.reportBackMs)
    tell({ fromAt, toAt: fromAt + terms.reportBackMs });
  return { first, again, liveAt: onGridAfter(terms, Math.max(terms.startAt, acceptedAt)) };
};

describe('what is told beside what others left, of any grids', () => {
  it('tells no instant twice, and none that is there, on its way or in doubt', () => {
    fc.assert(
      fc.property(fc.array(lefts, { maxLength: 4 }), fc.array(dues, { maxLength: 6 }), requests, (left, due, terms) => {
        const { first, again } = tellAll(startedStory(due), terms, left);
        const elsewhere = due
          .filter(({ fate }) => fate !== 'owed' && fate !== 'rejected')
          .flatMap(({ slots }) => slots);
        const twice = first.filter((slot, index) =>
          [...first.slice(index + 1), ...elsewhere].some((other) => share(slot, other)),
        );
        expect(twice).toEqual([]);
        const inDoubt = due
          .filter(({ fate }) => fate === 'resend' || fate === 'released')
          .flatMap(({ slots }) => slots);
        expect(inDoubt).toEqual(expect.arrayContaining(again));
      }),
      { numRuns: 60 },
    );
  });

  it('tells all that was due or left and is not told otherwise', () => {
    fc.assert(
      fc.property(fc.array(lefts, { maxLength: 4 }), fc.array(dues, { maxLength: 6 }), requests, (left, due, terms) => {
        const { first, again, liveAt } = tellAll(startedStory(due), terms, left);
        const known = steps([
          ...first,
          ...again,
          ...due.filter(({ fate }) => fate !== 'owed').flatMap(({ slots }) => slots),
        ]);
        const begunAt = Math.min(beginsAt(terms, acceptedContext(terms, left)), acceptedAt);
        const wholeOf = ({ originAt, everyMs, fromAt, toAt }: LeftToTell): readonly Slot[] =>
          slotsBetween(
            originAt + Math.ceil((fromAt - originAt) / everyMs) * everyMs,
            Math.min(begunAt, toAt ?? Infinity),
            everyMs,
          );
        const wanted = [
          ...due.filter(({ fate }) => fate === 'owed').flatMap(({ slots }) => slots),
          ...left.flatMap(wholeOf),
        ];
        expect([...steps(wanted)].filter((step) => step < liveAt && !known.has(step))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('sends again what is in doubt of a stretch in which nothing else is to be told', () => {
    fc.assert(
      fc.property(requests, fc.constantFrom('resend' as const, 'released' as const), (terms, fate) => {
        const slots = slotsBetween(noon, noon + 5 * minuteMs, minuteMs);
        const context = acceptedContext(terms, []);
        const past = { ...context, round: { fromAt: noon - hourMs, toAt: beginsAt(terms, context) } };
        const { facts, waiting } = startedStory([{ fate, slots }]);
        const next = nextPiece(stateOf(facts, waiting), moment, past as ReportRequestContext);
        expect(next?.piece.fromAt).toBeLessThanOrEqual(noon);
      }),
      { numRuns: 20 },
    );
  });
});

describe('what was not measured of one grid, and was of another', () => {
  const interval = (from: number, to: number, energyWattHours: number | null) => ({
    startAt: noon + from * minuteMs,
    durationMs: (to - from) * minuteMs,
    energyWattHours,
  });
  const dueOf = (deliveryID: string, of: ReturnType<typeof interval>, reportRequestID = 'void'): Told => [
    noon + hourMs,
    'UsageDue',
    { deliveryID, reportRequestID, usage: [{ resourceID, intervals: [of] }] },
  ];
  const terms: Terms = {
    ...fc.sample(requests, { numRuns: 1, seed: 1 })[0]!,
    aligned: 'clock',
    granularityMs: minuteMs,
  };
  const toldOf = (facts: readonly Told[]): readonly Slot[] =>
    tellingsIn(stateOf([...begun, ...facts], []), moment, acceptedContext(terms, []), terms, {
      fromAt: noon,
      toAt: noon + 20 * minuteMs,
    }).flatMap(({ slots }) => slots);

  it('takes nothing out of what was measured when it was told as a placeholder', () => {
    const placeholder = dueOf('p', interval(3, 5, null));
    const acknowledged: readonly Told[] = [
      [noon + hourMs, 'UsageDeliveryStarted', { deliveryID: 'p', exchangeID: 'exchange', requestID: 'm' }],
      [noon + hourMs, 'UsageDeliveryAcknowledged', { deliveryID: 'p', reportRequestID: 'void', responseCode: '200' }],
    ];
    expect(toldOf([placeholder, ...acknowledged, dueOf('d', interval(2, 4, 7))])).toEqual([
      { startAt: noon + 2 * minuteMs, durationMs: 2 * minuteMs },
    ]);
  });

  it('gives way to what was measured when both are owed', () => {
    expect(toldOf([dueOf('p', interval(1, 3, null)), dueOf('d', interval(2, 4, 7))])).toEqual([
      { startAt: noon + minuteMs, durationMs: minuteMs },
      { startAt: noon + 2 * minuteMs, durationMs: 2 * minuteMs },
    ]);
  });
});

describe('slots laid side by side', () => {
  it('cover the same time, each instant once', () => {
    const slots = fc.record({ startAt: fc.nat(60), durationMs: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.array(slots), (some) => {
        const laid = sideBySide(some);
        const instants = (all: readonly Slot[]) => all.flatMap((slot) => slotsBetween(slot.startAt, endOf(slot), 1));
        const starts = instants(laid).map(({ startAt }) => startAt);
        expect(starts).toHaveLength(new Set(starts).size);
        expect(new Set(starts)).toEqual(new Set(instants(some).map(({ startAt }) => startAt)));
      }),
    );
  });
});

/** From a request to its reports: who hears what when readings come, when the line is free, and when requests end. */
import { describe, expect, it } from 'vitest';
import { Shelves } from '../../src/core/shelves.ts';
import { initialState, viewFolds, type AgentState } from '../../src/core/state.ts';
import type { ReportRequestEnded } from '../../src/facts/output.ts';
import {
  contentWanted,
  lineIsFree,
  meterRead,
  meterReadFailed,
  readingsWanted,
  reportingWithheld,
  reportRequestAccepted,
  reportRequestEnded,
  reportsRegistered,
  samplingChanged,
  turnWanted,
  usageRequestsWanted,
} from '../../src/reactions/reporting.ts';
import { lossConcerns } from '../../src/reactions/loss.ts';
import {
  gridsLimit,
  receiveCancelReport,
  receiveReportRequests,
  requestsLimit,
} from '../../src/reactions/reportRequests.ts';
import { blockedMs, waitingLimit } from '../../src/reactions/reports/turns.ts';
import { at, day, delivered, device, hour, metered, started } from '../settlement/support/facts.ts';
import { hourMs, settings, told, type Told } from '../store/projections/facts.ts';

interface Request {
  readonly id: string;
  readonly terms?: object;
  readonly value?: string;
  readonly context?: object;
}

/** What stands beside the requests: of line, lifecycle and clock. */
interface Beside {
  readonly facts?: readonly Told[];
  readonly ven?: object;
  readonly isIdle?: boolean;
  readonly line?: { readonly value?: string; readonly isStopping?: boolean };
  readonly clock?: string;
}

const termsOf = (id: string, changes: object = {}) => ({
  kind: 'usage',
  reportRequestID: id,
  reportSpecifierID: 'RealEnergy',
  request: {
    reportRequestID: id,
    reportSpecifier: {
      reportSpecifierID: 'RealEnergy',
      granularity: 'PT1H',
      reportBackDuration: 'PT1H',
      specifierPayload: [{ rID: `${device}/energyReal` }],
    },
  },
  rIDs: [`${device}/energyReal`],
  startAt: day.startAt,
  granularityMs: hourMs,
  reportBackMs: hourMs,
  aligned: 'start',
  ...changes,
});
const piece = { fromAt: at(0), toAt: at(2) };
const contextOf = ({ id, terms, context }: Request) => ({
  reportRequestID: id,
  terms: termsOf(id, terms),
  acceptedAt: day.startAt,
  toAt: at(2),
  reportedTo: at(1),
  round: piece,
  piece,
  turnAt: null,
  isLast: false,
  deliveries: 0,
  awaited: [],
  silent: [],
  left: [],
  hasStoodBack: false,
  isDelayTold: false,
  ...context,
});
const holding = (wanted: object, given: object): boolean => JSON.stringify(wanted) === JSON.stringify(given);

const stateOf = (requests: readonly Request[], beside: Beside = {}): AgentState => {
  const { facts = [started], ven = {}, isIdle = true, line = {}, clock = 'steady' } = beside;
  const lifecycle = { reports: [], inHand: null, requestsFreshSince: null, left: [], venID: 'ven-1', ...ven };
  return {
    ...initialState,
    settings,
    streams: Shelves.of([
      [
        'ven',
        { context: lifecycle, matches: (at: object) => isIdle && holding(at, { registered: { reporting: 'idle' } }) },
      ],
      ['exchange', { value: line.value ?? 'idle', context: { isStopping: line.isStopping ?? false, queue: [] } }],
      ['watch', { matches: (at: object) => holding(at, { clock }) }],
      ...requests.map((each) => [
        `reportRequest/${each.id}`,
        { value: each.value ?? 'waiting', context: contextOf(each) },
      ]),
    ] as never),
    views: {
      ...initialState.views,
      usage: told(viewFolds.usage, facts),
      deliveries: told(viewFolds.deliveries, facts),
    },
  };
};
const moment = { at: at(2), chance: 1, runID: 'run', settings };
/** Who hears what, in order. */
const heard = (consequences: readonly object[]): readonly unknown[] =>
  consequences.flatMap((each) => {
    const { to, event } = each as { to?: string; event?: { type: string } };
    return event === undefined ? [] : [[to, event.type]];
  });
const eventsOf = (consequences: readonly object[]): readonly unknown[] =>
  consequences.flatMap((each) => ('event' in each ? [each.event] : []));
const status = { kind: 'status' };
const periodicMetadata = { kind: 'metadata', reportBackMs: 24 * hourMs };

describe('a turn', () => {
  const turn = (terms: object, beside: Beside = {}) =>
    eventsOf(turnWanted(stateOf([{ id: 'r', terms }], beside), moment, 'r'));

  it('given nothing is left to tell, then the round is over; given something, then it is told now', () => {
    expect(turn({})).toMatchObject([{ type: 'turn.come', piece, restFromAt: null }]);
    const over = stateOf([{ id: 'r', context: { round: { fromAt: at(2), toAt: at(2) } } }]);
    expect(eventsOf(turnWanted(over, moment, 'r'))).toEqual([{ type: 'round.over' }]);
    expect(turnWanted(stateOf([]), moment, 'gone')).toEqual([]);
  });

  it('given a clock that is in doubt, then energy waits for a quarter of an hour and says why; a look at the present does not', () => {
    const later = [{ type: 'turn.later', waitMs: 15 * 60_000 }];
    for (const clock of ['unsettled', 'doubted']) {
      expect(turn({}, { clock })).toMatchObject(later);
      expect(
        turn(
          { kind: 'history', endAt: at(2) },
          {
            clock,
            facts: [
              started,
              ...metered([
                [1, 0],
                [1, 0],
              ]),
            ],
          },
        ),
      ).toMatchObject(later);
      expect(turn(status, { clock })).toMatchObject([{ type: 'turn.come' }]);
    }
  });
});

describe('many reports that wait for the line', () => {
  it('given so many, then turns are withheld, the longer the more stand back, and why is said', () => {
    const reports = Array.from({ length: waitingLimit }, (_, index) => ({ reportRequestID: `w-${index}` }));
    const turn = (some: readonly object[], standing: readonly Request[]) =>
      eventsOf(turnWanted(stateOf([{ id: 'r' }, ...standing], { ven: { reports: some } }), moment, 'r'));
    const because = `${waitingLimit} reports wait for the line`;
    expect(turn(reports, [])).toEqual([{ type: 'turn.later', waitMs: blockedMs, because }]);
    const two = ['a', 'b'].map((id) => ({ id, value: 'standingBack' }));
    expect(turn(reports, two)).toEqual([{ type: 'turn.later', waitMs: 3 * blockedMs, because }]);
    expect(turn(reports.slice(1), [])).toMatchObject([{ type: 'turn.come' }]);
  });
});

describe('boundaries at which devices are read', () => {
  it('given requests and what void ones left, then each grid once, and none of what is over', () => {
    const left = (originAt: number, more: object = {}) => ({
      originAt,
      everyMs: hourMs,
      resourceIDs: [device],
      ...more,
    });
    const half = at(0.5);
    const grids = (lefts: readonly object[], requests: readonly Request[] = []): unknown =>
      eventsOf(samplingChanged(stateOf(requests, { ven: { left: lefts } })))[0];
    expect(grids([left(at(5)), left(at(7)), left(half)])).toEqual({
      type: 'sampling.changed',
      grids: [
        { originAt: 0, everyMs: hourMs },
        { originAt: hourMs / 2, everyMs: hourMs },
      ],
    });
    expect(grids([left(half, { isOver: true })])).toMatchObject({ grids: [] });
    expect(grids([left(at(5))], [{ id: 'r' }])).toMatchObject({ grids: [{ originAt: 0, everyMs: hourMs }] });
    expect(
      grids(
        [],
        [
          { id: 'r', terms: { reportBackMs: 0 } },
          { id: 's', terms: status },
        ],
      ),
    ).toMatchObject({ grids: [] });
  });
});

describe('requests that come', () => {
  const request = (reportRequestID: string, more: object = {}) =>
    ({
      reportRequestID,
      reportSpecifier: {
        reportSpecifierID: 'RealEnergy',
        granularity: 'PT1H',
        reportBackDuration: 'PT1H',
        specifierPayload: [{ rID: `${device}/energyReal`, readingType: 'x-notApplicable' }],
        ...more,
      },
    }) as never;
  const from = (dtstart: string) => ({ reportInterval: { dtstart, duration: 'PT0S' } });
  const came = (state: AgentState, id: string, more: object = {}) =>
    receiveReportRequests(state, moment, [request(id, more)], 'c-1');
  const faultOf = (consequences: readonly object[]): unknown =>
    (consequences[0] as { signal: { fault: { responseCode: string; why: string } | null } }).signal.fault;

  it('given more grids of boundaries than devices are read at, then one more is refused, and one of those is met', () => {
    const all = Array.from({ length: gridsLimit }, (_, index) => ({
      id: `r-${index}`,
      terms: { startAt: day.startAt + index * 60_000 },
    }));
    const state = stateOf(all);
    const refusal = {
      responseCode: '454',
      why: `its intervals begin at other instants than those of ${gridsLimit} requests in force`,
    };
    const odd = from('2026-07-29T06:59:00Z');
    expect(faultOf(came(state, 'new', odd))).toEqual(refusal);
    expect(faultOf(came(stateOf(all.slice(1)), 'new', odd))).toBeNull();
    expect(faultOf(came(state, 'new', from('2026-07-29T07:05:00Z')))).toBeNull();
  });

  it('given as many as can be in force, then one more is refused, and another under the name of one is met', () => {
    const state = stateOf(Array.from({ length: requestsLimit }, (_, index) => ({ id: `r-${index}` })));
    expect(faultOf(came(state, 'new'))).toEqual({
      responseCode: '454',
      why: `more than ${requestsLimit} report requests at once`,
    });
    expect(faultOf(came(state, 'r-0'))).toBeNull();
  });

  it('given one takes the place of another, then it tells what that had not told, and nobody else does', () => {
    const said = came(stateOf([{ id: 'r' }]), 'r');
    const left = [{ resourceIDs: [device], everyMs: hourMs, fromAt: at(0), toAt: null, originAt: day.startAt }];
    expect(heard(said)).toEqual([
      ['reportRequest/r', 'request.ended'],
      ['ven', 'usage.left'],
      ['ven', 'usage.taken'],
      ['reportRequest/r', 'request.accepted'],
    ]);
    expect(eventsOf(said)).toContainEqual({ type: 'usage.left', left });
    expect(eventsOf(said).at(-1)).toMatchObject({ left });
    expect(heard(came(stateOf([{ id: 'other' }]), 'new'))).toEqual([['reportRequest/new', 'request.accepted']]);
  });

  it('given one is cancelled of which only a report still waits, then that is void, unless a report is to follow', () => {
    const state = stateOf([{ id: 'r' }], { ven: { reports: [{ deliveryID: 'd-1', reportRequestID: 'w' }] } });
    const cancelled = (ids: readonly string[], reportToFollow: boolean) =>
      receiveCancelReport(state, moment, { reportRequestID: ids, reportToFollow, requestID: 'x' }, false);
    const because = 'its request ended: cancelled';
    expect(eventsOf(cancelled(['w'], false))).toEqual([{ type: 'requests.void', reportRequestIDs: ['w'], because }]);
    expect(eventsOf(cancelled(['w'], true))).toEqual([{ type: 'requests.void', reportRequestIDs: [], because }]);
    expect(heard(cancelled(['r'], true))).toEqual([['reportRequest/r', 'request.cancelled']]);
    // What nobody asks for after its end is not told by those who come later.
    expect(eventsOf(cancelled(['r'], false))).toMatchObject([
      { type: 'usage.left', left: [{ toAt: at(2), isOver: true }] },
      { type: 'request.cancelled', reportToFollow: false },
    ]);
    expect(cancelled(['nobody'], false)).toEqual([]);
  });
});

describe('readings', () => {
  const of = (boundaryAt: number) => ({ resourceID: device, boundaryAt });
  const waits = (awaited: readonly object[], value = 'awaitingReadings'): Request => ({
    id: 'r',
    value,
    context: { awaited },
  });
  const one = (state: AgentState) =>
    heard(meterRead(state, moment, { resourceID: device, boundaryAt: at(1) } as never)).slice(1);

  it('given all that it needs is known, then it goes on; given more is to be asked, then it asks; given it awaits another, it waits', () => {
    const two = {
      facts: [
        started,
        ...metered([
          [1, 0],
          [1, 0],
        ]),
      ],
    };
    const first = { facts: [started, ...metered([])] };
    expect(one(stateOf([waits([of(at(0))])], two))).toEqual([['reportRequest/r', 'readings.in']]);
    expect(one(stateOf([waits([of(at(0))])], first))).toEqual([['reportRequest/r', 'readings.came']]);
    expect(one(stateOf([waits([of(at(1))])], first))).toEqual([]);
    expect(one(stateOf([waits([of(at(0))], 'waiting')], two))).toEqual([]);
  });

  it('given a device could not tell them, then it hears why, and who waits for others goes on', () => {
    const state = stateOf([waits([])], {
      facts: [
        started,
        ...metered([
          [1, 0],
          [1, 0],
        ]),
      ],
    });
    const failed = { resourceID: device, boundaryAt: at(1), detail: 'no', quality: 'Comm Failure' };
    const said = meterReadFailed(state, moment, failed as never);
    expect(said[0]).toMatchObject({
      to: `device/${device}`,
      event: { type: 'meter.failed', boundaryAt: at(1), detail: 'no' },
    });
    expect(heard(said.slice(1))).toEqual([['reportRequest/r', 'readings.in']]);
  });

  it('given some are wanting, then each is asked of its device; given none is, then it goes on', () => {
    const asked = readingsWanted(stateOf([{ id: 'r' }]), moment, 'r');
    expect(eventsOf(asked)).toEqual([
      { type: 'readings.asked', awaited: [at(0), at(1), at(2)].map(of), silent: [] },
      ...[at(0), at(1), at(2)].map((boundaryAt) => ({ type: 'reading.wanted', boundaryAt })),
    ]);
    const known = stateOf([{ id: 'r' }], {
      facts: [
        started,
        ...metered([
          [1, 0],
          [1, 0],
        ]),
      ],
    });
    expect(eventsOf(readingsWanted(known, moment, 'r'))).toEqual([{ type: 'readings.in' }]);
    expect(readingsWanted(stateOf([]), moment, 'gone')).toEqual([]);
  });

  it('given metadata are to be told, then the lifecycle tells them; other contents are made here', () => {
    const made = (terms: object) => heard(contentWanted(stateOf([{ id: 'r', terms }]), moment, 'r'));
    expect(made(periodicMetadata)).toEqual([
      ['ven', 'metadata.wanted'],
      ['reportRequest/r', 'contents.made'],
    ]);
    expect(made({})).toEqual([['reportRequest/r', 'contents.made']]);
    expect(contentWanted(stateOf([]), moment, 'gone')).toEqual([]);
  });
});

describe('a line that is free', () => {
  const usage = { ven: { reports: [{ deliveryID: 'd-1', reportRequestID: 'r' }] } };
  const look = { ven: { reports: [{ reportRequestID: 'r' }] } };
  const goes = (beside: Beside): boolean => lineIsFree(stateOf([], beside)).length > 0;

  it('given a report waits, and nobody else speaks, then it may go', () => {
    expect(eventsOf(lineIsFree(stateOf([], usage)))).toEqual([{ type: 'line.free' }]);
    expect(goes({})).toBe(false);
    expect(goes({ ...usage, line: { value: 'awaitingReply' } })).toBe(false);
    expect(goes({ ...usage, line: { isStopping: true } })).toBe(false);
    expect(goes({ ...usage, isIdle: false })).toBe(false);
    expect(lineIsFree(initialState)).toEqual([]);
  });

  it('given the clock is in doubt, then usage waits, and a look at the present goes', () => {
    for (const clock of ['unsettled', 'doubted'])
      expect([goes({ ...usage, clock }), goes({ ...look, clock })]).toEqual([false, true]);
  });
});

describe('requests that end', () => {
  const waiting = { ven: { reports: [{ deliveryID: 'd-1', reportRequestID: 'w' }] } };
  const asked: readonly Request[] = [
    { id: 'usage' },
    { id: 'periodic', terms: periodicMetadata },
    { id: 'once', terms: { kind: 'metadata', reportBackMs: 0 } },
  ];

  it('given the reports were registered anew, then all are void but periodic metadata, and what they had not told is left', () => {
    const said = reportsRegistered(stateOf(asked, waiting));
    expect(heard(said)).toEqual([
      ['ven', 'usage.left'],
      ['reportRequest/usage', 'request.ended'],
      ['reportRequest/once', 'request.ended'],
      ['ven', 'requests.void'],
      ['watch', 'reports.registered'],
    ]);
    expect(said).toContainEqual({
      to: 'ven',
      event: { type: 'requests.void', reportRequestIDs: ['w'], because: 'the reports were registered anew' },
    });
    expect(eventsOf(said)).toContainEqual({
      type: 'usage.left',
      left: [{ resourceIDs: [device], everyMs: hourMs, fromAt: at(0), toAt: null, originAt: day.startAt }],
    });
    expect(heard(reportsRegistered(stateOf([])))).toEqual([['watch', 'reports.registered']]);
  });

  it('given the devices are withheld, then nothing is asked of them any more, and nothing is left to tell', () => {
    expect(heard(reportingWithheld(stateOf(asked, waiting))).toSorted()).toEqual([
      ['reportRequest/once', 'request.ended'],
      ['reportRequest/periodic', 'request.ended'],
      ['reportRequest/usage', 'request.ended'],
      ['ven', 'requests.void'],
    ]);
  });

  const ended = (because: string, requests: readonly Request[]) =>
    reportRequestEnded(stateOf(requests), { reportRequestID: 'r', because } as ReportRequestEnded);

  it.each([
    ['cancelled', true],
    ['replaced', true],
    ['registrationEnded', true],
    ['reportsRegistered', true],
    ['devicesWithheld', true],
    ['elapsed', false],
    ['told', false],
  ])('given it ends because of %s, then what waits of it is void: %s', (because, isVoid) => {
    const event = { type: 'requests.void', reportRequestIDs: ['r'], because: `its request ended: ${because}` };
    expect(eventsOf(ended(because, [{ id: 'usage' }]))).toEqual(isVoid ? [event] : []);
  });

  it('given no other asks for usage again and again, then nobody asks for usage', () => {
    const isUnasked = (requests: readonly Request[]): boolean =>
      heard(ended('elapsed', requests)).some((each) => String(each) === 'watch,usage.unasked');
    expect(isUnasked([{ id: 'r' }])).toBe(true);
    expect(isUnasked([{ id: 'r' }, { id: 'other' }])).toBe(false);
    expect(isUnasked([{ id: 'r' }, { id: 'other', terms: status }])).toBe(true);
    expect(isUnasked([{ id: 'r' }, { id: 'other', terms: { reportBackMs: 0 } }])).toBe(true);
  });

  it('given usage is to be asked for anew, then where others are asked for again and again the party is renewed alone', () => {
    const wanted = (requests: readonly Request[]) => usageRequestsWanted(stateOf(requests), 'full');
    expect(wanted([{ id: 'r', terms: status }])).toMatchObject({ signal: { bootstrap: 'renewal' } });
    expect(wanted([{ id: 'r', terms: { reportBackMs: 0 } }])).toMatchObject({ signal: { bootstrap: 'full' } });
    expect(wanted([])).toMatchObject({ signal: { bootstrap: 'full' } });
  });

  it('given one is accepted, then the devices are read for it, and the watchdogs hear of usage', () => {
    expect(heard(reportRequestAccepted({ kind: 'usage' } as never))).toEqual([['watch', 'usage.asked']]);
    expect(reportRequestAccepted({ kind: 'status' } as never)).toEqual([{ unsettled: 'sampling' }]);
  });
});

describe('entries that were lost', () => {
  const read = [
    started,
    ...metered([
      [100, 0],
      [200, 0],
      [300, 0],
    ]),
  ];
  const lost = (facts: readonly Told[], toAt: number, changes: object = {}) => {
    const repaired = { lost: [{ fromPosition: 1, toAt }], findings: [] };
    const now = { ...moment, settings: { ...settings, ...changes } };
    return lossConcerns(stateOf([], { facts }), now, repaired as never).flatMap((each) =>
      'fact' in each
        ? [each.fact as unknown as { readonly type: string; readonly data: Readonly<Record<string, unknown>> }]
        : [],
    );
  };
  const doubts = (facts: ReturnType<typeof lost>) =>
    facts.flatMap(({ type, data }) => (type === 'UsageDeliveryDoubted' ? [data] : []));
  const dues = (facts: ReturnType<typeof lost>) =>
    facts.flatMap(({ type, data }) => (type === 'UsageDue' ? [data] : []));

  it('given a delivery was on its way, then it is in doubt as after any lost answer; one that was due before is held', () => {
    const sending = lost([...read, ...delivered([hour(0, 100), hour(1, 200), hour(2, 300)], 'sending')], at(3));
    expect(doubts(sending)).toMatchObject([{ deliveryID: 'delivery-1', requestID: 'message-1', policy: 'resend' }]);
    expect(dues(sending)).toEqual([]);
    expect(sending.some(({ type }) => type === 'AlarmRaised')).toBe(false);
    const due = delivered([hour(0, 100), hour(1, 200), hour(2, 300)], 'due');
    const owed = lost([...read, ...due], at(30));
    expect(doubts(owed).slice(0, 1)).toMatchObject([{ deliveryID: 'delivery-1', policy: 'hold' }]);
    const later = doubts(lost([...read, ...due], at(24)));
    expect(later.filter(({ deliveryID }) => deliveryID === 'delivery-1')).toEqual([]);
  });

  it('given hours of which no delivery speaks, then they are held, a day of the programme at a time; those it speaks of are not', () => {
    const one = lost([...read, ...delivered([hour(1, 200)], 'acknowledged')], at(3));
    expect(dues(one)).toMatchObject([
      {
        reportRequestID: 'unknown',
        usage: [{ resourceID: device, intervals: [{ startAt: at(0) }, { startAt: at(2) }] }],
      },
    ]);
    expect(doubts(one)).toHaveLength(1);
    const night = [
      started,
      ...metered(
        Array.from({ length: 4 }, () => [1, 0] as const),
        -2,
      ),
    ];
    expect(dues(lost(night, at(2)))).toHaveLength(2);
    const told = lost(read, at(2.5)).find(({ type }) => type === 'AlarmRaised');
    expect(told?.data['text']).toBe(
      'Entries of the log were lost, so it is unknown whether the VTN counted the usage of 2 hours.',
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { KnownEntry } from '../../src/facts/fact.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { VirtualTime } from '../support/virtualTime.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { MemoryDisk, openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { entryOf, type Told } from '../store/projections/facts.ts';
import { directoryChecks } from './support/adversity/directoryChecks.ts';
import { isAbout, isRefusedAloud, PriceOracle, type Stated, withLatest } from './support/adversity/priceOracle.ts';
import type { Departure } from './support/adversity/directory.ts';
import { StormWatch } from './support/adversity/storm.ts';
import { tooMany } from './support/adversity/wireChecks.ts';
import { signedChecks } from './support/adversity/signedChecks.ts';
import { secondVenChecks } from './support/adversity/secondVenChecks.ts';
import type { Check, Evidence } from './support/check.ts';
import { decidedOnce, isToldInParts, patient } from './support/invariants.ts';
import { owedFrom, unreadBoundaries } from './support/readings.ts';
import { notTwice } from './support/toldAgain.ts';

/** That the demands of replaced directories, of second machines and of signatures can fail. */

const foundBy = async (
  checks: readonly Check[],
  run: object,
  facts: readonly Told[] = [],
): Promise<readonly string[]> => {
  const entries: readonly KnownEntry[] = facts.map(entryOf);
  const found = await Promise.all(checks.map((check) => check({ run, entries } as unknown as Evidence)));
  return found.flat();
};

const departure: Departure = {
  by: 'anOlderCopy',
  goneAt: 0,
  stoppedAt: 10_000,
  sentAfter: ['oadrPoll'],
  atWork: [],
  isTouched: false,
  isMoreKnown: true,
  refusal: 'this is an older copy',
  isOver: true,
};

describe('what the simulation demands where a data directory went from under an agent', () => {
  const found = (changes: Partial<Departure>) =>
    foundBy(directoryChecks, { directory: { departures: [{ ...departure, ...changes }] } });

  it('finds nothing in an agent that ends, lets go, and is refused until somebody says so', async () => {
    expect(await found({})).toEqual([]);
    expect(await foundBy(directoryChecks, { directory: null })).toEqual([]);
  });

  it.each<readonly [string, Partial<Departure>, RegExp]>([
    ['goes on', { stoppedAt: null }, /18: the agent outlived/],
    ['takes longer than a minute', { stoppedAt: 60_001 }, /18: the agent outlived/],
    ['tells the VTN more', { sentAfter: ['oadrPoll', 'oadrUpdateReport'] }, /18: oadrUpdateReport left after/],
    ['leaves a device at work', { atWork: ['battery'] }, /18: battery is at work/],
    ['writes into what is not its own', { isTouched: true }, /18: what came after .* was written to/],
    ['goes on with an older copy unasked', { refusal: null }, /19: .* went on with anOlderCopy, and nobody was asked/],
  ])('finds one that %s', async (_, changes, sentence) => {
    expect(await found(changes)).toEqual([expect.stringMatching(sentence)]);
  });

  it('asks nobody about a copy that lacks nothing the VTN was told', async () => {
    expect(await found({ refusal: null, isMoreKnown: false })).toEqual([]);
  });
});

describe('what the simulation demands while a second machine is the same VEN', () => {
  const minuteMs = 60_000;
  const second = { fromAt: 0, untilAt: null, sentAt: [], dropped: new Set(), unpriced: [] };
  const registration = { registrationID: 'r', venID: 'ven', vtnID: 'vtn', renewed: false };
  const lost = (hour: number): readonly Told[] => [
    [hour * 60 * minuteMs, 'Registered', { ...registration, registrationID: `r${hour}` }],
    [(hour + 0.5) * 60 * minuteMs, 'RegistrationEnded', { by: 'lost' }],
  ];
  const suspected: Told = [
    3 * 60 * minuteMs,
    'SecondAgentSuspected',
    { by: 'registration', isSuspected: true, detail: 'taken' },
  ];

  it('finds nothing where there is one machine, or where people were told of two', async () => {
    expect(await foundBy(secondVenChecks, { seconds: [] }, [0, 1, 2].flatMap(lost))).toEqual([]);
    expect(await foundBy(secondVenChecks, { seconds: [second] }, [...[0, 1, 2].flatMap(lost), suspected])).toEqual([]);
  });

  it('finds registrations that were taken away again and again without a word', async () => {
    const found = await foundBy(secondVenChecks, { seconds: [second] }, [...[0, 1, 2, 3].flatMap(lost)]);
    expect(found).toEqual([expect.stringMatching(/^21: 3 registrations were taken away .* nobody was told/)]);
  });

  it('finds prices that went to the second one without a word', async () => {
    expect(await foundBy(secondVenChecks, { seconds: [{ ...second, unpriced: ['2026-06-11'] }] })).toEqual([
      '22: the prices of 2026-06-11 went to the second VEN, and the first one says nothing of it',
    ]);
  });

  it('finds an hour that was told twice, unless the machine that told it has the reason on record, the second one too, or files that gave way', async () => {
    const lengthMs = 60 * minuteMs;
    const told = [{ reportRequestID: 'r1' }, { reportRequestID: 'r1' }];
    const vtn = { bookings: () => [{ resourceID: 'battery', startAt: 0, lengthMs, told }] };
    const due: Told = [
      0,
      'UsageDue',
      {
        deliveryID: 'd1',
        reportRequestID: 'r1',
        usage: [{ resourceID: 'battery', intervals: [{ startAt: 0, durationMs: lengthMs, energyWattHours: 1_000 }] }],
      },
    ];
    const doubted: Told = [
      1,
      'UsageDeliveryDoubted',
      { deliveryID: 'd1', requestID: 'q1', policy: 'resend', because: 'timeout' },
    ];
    const diskOf = async (facts: readonly Told[]): Promise<MemoryDisk> => {
      const disk = new MemoryDisk();
      const log = openMemoryEventLog({ disk });
      await log.append(facts.map((fact, position) => ({ ...entryOf(fact, position), runID: 'second' })));
      await log.close();
      return disk;
    };
    const foundIn = async (ofFirst: readonly Told[], ofSecond: readonly Told[], gone: readonly Told[] = []) => {
      const seconds = [{ ...second, disk: await diskOf(ofSecond) }];
      const beside = { seconds, undone: [await diskOf(gone)], disk: new MemoryDisk() };
      return foundBy([notTwice], { world: { vtn }, seen: new Set<string>(), ...beside }, ofFirst);
    };
    expect(await foundIn([due, doubted], [])).toEqual([]);
    expect(await foundIn([], [due, doubted])).toEqual([]);
    expect(await foundIn([], [], [due, doubted])).toEqual([]);
    expect(await foundIn([due], [due])).toEqual([expect.stringMatching(/told 2 times under r1 for 0 reasons/)]);
  });

  it('finds two that take the registration from one another without a pause, and a second one that storms', async () => {
    const often = Array.from({ length: 40 }, (_, index): Told => [index * minuteMs, 'Registered', registration]);
    expect(await foundBy(secondVenChecks, { seconds: [second] }, often)).toEqual([
      expect.stringMatching(/^20: more than 30 registrations within an hour/),
    ]);
    const sentAt = Array.from({ length: 200 }, (_, index) => index * 100);
    expect(await foundBy(secondVenChecks, { seconds: [{ ...second, sentAt }] })).toEqual([
      expect.stringMatching(/^20: the second VEN sent more than 120 requests/),
    ]);
  });
});

describe('what the simulation demands where all is signed', () => {
  const signed = { wronglyTaken: [], wronglyRefused: [], refused: 0 };
  const run = (changes: object, unsigned: string | null = null) => ({
    signed: { ...signed, ...changes },
    wire: { unsigned },
    seen: new Set<string>(),
  });
  const received = (nonce: string | null): Told => [
    0,
    'MessageReceived',
    {
      exchangeID: 'x',
      message: { message: 'oadrPoll', venID: 'v' },
      deviations: [],
      roundTripMs: 1,
      ...(nonce === null ? {} : { signature: { algorithm: 'rsa-sha256', fingerprint: 'f', timestamp: 't', nonce } }),
    },
  ];
  const alarm: Told = [0, 'AlarmRaised', { alarm: 'signatureRefused', text: 't', advice: 'a' }];

  it('finds nothing where nothing is signed, or where each message counts once', async () => {
    expect(await foundBy(signedChecks, { signed: null }, [received(null)])).toEqual([]);
    expect(await foundBy(signedChecks, run({}), [received('a'), received('b')])).toEqual([]);
  });

  it.each<readonly [string, object, readonly Told[], RegExp]>([
    ['what leaves unsigned', run({}, '<x/>'), [], /^24: this left unsigned/],
    ['what was taken and not signed', run({ wronglyTaken: ['taken'] }), [], /^25: taken/],
    ['what was signed and refused', run({ wronglyRefused: ['refused'] }), [], /^25: refused/],
    ['a message that was taken unsigned', run({}), [received(null)], /^25: .* was taken unsigned/],
    ['a message that counts twice', run({}), [received('a'), received('a')], /^25: .* counts a second time/],
    ['an alarm that stays', run({}), [alarm], /^26: the alarm/],
  ])('finds %s', async (_, given, facts, sentence) => {
    expect(await foundBy(signedChecks, given, facts)).toEqual([expect.stringMatching(sentence)]);
  });
});

describe('what the simulation demands of an hour that is told by the grids of two requests', () => {
  const minuteMs = 60_000;
  const part = (fromMinute: number, minutes: number) => ({
    startAt: fromMinute * minuteMs,
    lengthMs: minutes * minuteMs,
  });

  it('takes it for told where each instant lies in a part, also in one that reaches beyond the hour', () => {
    expect(isToldInParts([part(53, 60), part(0, 53)], 0)).toBe(true);
    expect(isToldInParts([part(-7, 60), part(53, 60)], 0)).toBe(true);
  });

  it('finds an instant that nobody was told of, at its beginning, within it and at its end', () => {
    expect(isToldInParts([part(1, 60)], 0)).toBe(false);
    expect(isToldInParts([part(0, 30), part(31, 29)], 0)).toBe(false);
    expect(isToldInParts([part(0, 59)], 0)).toBe(false);
    expect(isToldInParts([], 0)).toBe(false);
  });
});

describe('what the simulation demands of answers to DR events', () => {
  const command = { signalName: 'SIMPLE', signalType: 'level', intervals: [] };
  const listed = (eventStatus: string): OadrMessage =>
    ({
      message: 'oadrDistributeEvent',
      oadrEvent: [
        { eiEvent: { eventDescriptor: { eventID: 'e', eventStatus }, eiEventSignals: { eiEventSignal: [command] } } },
      ],
    }) as unknown as OadrMessage;
  const heard = (eventStatus: string): Told => [
    0,
    'MessageReceived',
    { exchangeID: 'x', message: listed(eventStatus), deviations: [], roundTripMs: 1 },
  ];
  const pushed = (eventStatus: string): Told => [
    1,
    'RequestReceived',
    { exchangeID: 'y', service: 'EiEvent', message: listed(eventStatus), deviations: [] },
  ];
  const answered = (optType: 'optIn' | 'optOut'): Told => [
    2,
    'DrEventAnswered',
    { eventID: 'e', modificationNumber: 0, optType, responseCode: '200', requestID: 'q' },
  ];
  const inShadow = { plan: { dispatching: { isInShadow: true } } };

  it('given an event that nothing follows, when its cancellation is pushed, then it is confirmed by optIn', async () => {
    expect(await foundBy([decidedOnce], inShadow, [heard('far'), answered('optOut')])).toEqual([]);
    const confirmed = [heard('far'), answered('optOut'), pushed('cancelled'), answered('optIn')];
    expect(await foundBy([decidedOnce], inShadow, confirmed)).toEqual([]);
  });

  it('finds an answer that nobody wanted to what was pushed, too', async () => {
    for (const facts of [heard, pushed])
      expect(await foundBy([decidedOnce], inShadow, [facts('far'), answered('optIn')])).toEqual([
        expect.stringMatching(/^7: e was answered optIn at 1, which nobody wanted/),
      ]);
  });
});

describe('what the simulation takes for told of a price that is not in force', () => {
  it.each(['pricesRefused A', 'identityMismatch vtnID', 'identityMismatch venID assigned', 'messageUnreadable'])(
    'takes the alarm %s for one about it',
    (alarm) => {
      expect(isAbout(alarm, 'A')).toBe(true);
    },
  );

  it('asks for another where only prices of other DR events, or usage, are alarmed', () => {
    for (const alarm of ['pricesRefused B', 'usageRequestMissing', 'messageUnreadable oadrCreateReport'])
      expect(isAbout(alarm, 'A')).toBe(false);
  });
});

/** As the VTN lists it: an hour from one o’clock on has a price. */
const priced = (eventID: string) =>
  ({
    eiEvent: {
      eventDescriptor: { eventID, modificationNumber: 1, eventStatus: 'far' },
      eiActivePeriod: { dtstart: '1970-01-01T01:00:00Z', duration: 'PT1H' },
      eiEventSignals: {
        eiEventSignal: [
          {
            signalName: 'ELECTRICITY_PRICE',
            signalType: 'price',
            intervals: [{ duration: 'PT1H', signalPayload: [{ payloadFloat: '0.05' }] }],
          },
        ],
      },
    },
  }) as const;

describe('what the simulation demands of a price that the VTN has taken from its list', () => {
  const refused: Told = [
    1,
    'DrEventRefused',
    { eventID: 'A', modificationNumber: 1, responseCode: '451', why: 'its start cannot be moved any more' },
  ];

  /** Hears of A, then of each list, and looks. */
  const missingAfter = (implicitCancellation: boolean, ...lists: readonly (readonly string[])[]) => {
    const time = new VirtualTime(0);
    const agent = { state: { views: { prices: pricesProjection().initial }, alarms: {} } };
    const oracle = new PriceOracle({ settings: { implicitCancellation }, agent, time } as unknown as AgentWorld);
    for (const list of [['A'], ...lists])
      oracle.hear({ message: 'oadrDistributeEvent', oadrEvent: list.map(priced) } as unknown as OadrMessage);
    return { oracle, time };
  };

  it.each([
    ['is not on the next list', true, [['B']], true],
    ['is on the list again', true, [['B'], ['A']], false],
    ['is not on a list that holds changes alone', false, [['B']], false],
  ] as const)(
    'asks for no standing alarm where it was refused aloud and %s',
    async (_, isWhole, lists, isLeftAlone) => {
      const { oracle, time } = missingAfter(isWhole, ...lists);
      await time.runTo(60_000);
      const missing = oracle.missing.filter(({ eventID }) => eventID === 'A');
      expect(missing.length).toBeGreaterThan(0);
      const isLeft = (facts: readonly Told[]) => missing.every((each) => isRefusedAloud(facts.map(entryOf), each));
      expect([isLeft([refused]), isLeft([])]).toEqual([isLeftAlone, false]);
    },
  );
});

describe('what the simulation demands of prices in a message that is pushed again', () => {
  it('is no second refusal: it is answered as it was at first', async () => {
    const time = new VirtualTime(0);
    const agent = {
      state: { views: { prices: pricesProjection().initial }, alarms: { 'identityMismatch vtnID': '' } },
    };
    const oracle = new PriceOracle({ settings: { implicitCancellation: true }, agent, time } as unknown as AgentWorld);
    const push = (requestID: string): void =>
      oracle.hear({ message: 'oadrDistributeEvent', requestID, oadrEvent: [priced('A')] } as unknown as OadrMessage);
    const reason = { message: 'oadrDistributeEvent', responseCode: '452', why: 'it is of another VTN' } as const;
    const refused: readonly Told[] = [[0, 'MessageRefused', reason]];
    push('r1');
    await time.runTo(40_000);
    push('r1');
    await time.runTo(80_000);
    push('r2');
    await time.runTo(120_000);
    const isRefused = oracle.missing.map((each) => isRefusedAloud(refused.map(entryOf), each));
    expect(isRefused).toEqual([true, true, false]);
  });
});

describe('what the simulation takes for too much at once', () => {
  it('is what lies close together, and not what comes after a clock was set back to the same hour', () => {
    const minute = [0, 1, 2, 3].map((second) => second * 1_000);
    expect(tooMany(minute, { limit: 3 })).toBe(3_000);
    const ahead = [259_200_000, 259_201_000, 172_800_000];
    expect(tooMany([...ahead, 259_202_000, 259_203_000], { limit: 3 })).toBeUndefined();
  });
});

describe('what the simulation knows of readings', () => {
  const status = { online: true, manualOverride: false, maxChargeWatts: 5_000, maxDischargeWatts: 5_000 };
  const read = (resourceID: string, boundaryAt: number): Told => [
    boundaryAt,
    'MeterRead',
    { resourceID, boundaryAt, readAt: boundaryAt, importWattHours: 0, exportWattHours: 0, status },
  ];
  const disowned: Told = [9, 'ReadingsDisowned', { fromPosition: 0, beforePosition: 1, clockOffsetMs: 86_400_000 }];
  const evidence = (withheld: readonly string[], ...facts: readonly Told[]) =>
    ({ run: { ourSide: { withheld: new Set(withheld) } }, entries: facts.map(entryOf) }) as unknown as Evidence;

  it('leaves a boundary unread of which nothing is known but by a clock that was wrong', () => {
    expect([...unreadBoundaries(evidence(['a 5', 'a 6'], read('a', 5)))]).toEqual(['a 6']);
    expect([...unreadBoundaries(evidence(['a 5', 'a 6'], read('a', 5), disowned))]).toEqual(['a 5', 'a 6']);
  });

  it('owes nothing of a device that nobody could read before, and all of one that could be', () => {
    const facts = [read('b', 3), read('a', 7)];
    expect(owedFrom(evidence([], ...facts), 'a')).toBe(3);
    expect(owedFrom(evidence(['a 4'], ...facts), 'a')).toBe(7);
    expect(owedFrom(evidence(['a 8', 'b 4'], ...facts), 'a')).toBe(3);
    expect(owedFrom(evidence(['c 4'], ...facts), 'c')).toBe(3);
    expect(owedFrom(evidence([], ...facts, disowned), 'a')).toBe(7);
  });
});

describe('what the simulation demands of pauses', () => {
  const pause: Told = [0, 'BackoffStarted', { attempt: 8, delayMs: 135_000, because: 'HTTP status 500' }];
  const message = { message: 'oadrQueryRegistration', requestID: 'query' } as const;
  const sending = { exchangeID: 'e1', purpose: 'query', service: 'EiRegisterParty', message, attempt: 1 } as const;
  const query: Told = [60_000, 'SendRequested', sending];
  const ended = (by: 'vtn' | 'lost'): Told => [10_000, 'RegistrationEnded', { by }];

  it('finds what is sent in the midst of one, unless the VTN has ended the registration meanwhile by itself', async () => {
    const tooEarly = expect.stringMatching(/^12: oadrQueryRegistration was sent 75000 ms too early/);
    expect(await foundBy([patient], {}, [pause, query])).toEqual([tooEarly]);
    expect(await foundBy([patient], {}, [pause, ended('lost'), query])).toEqual([tooEarly]);
    expect(await foundBy([patient], {}, [pause, ended('vtn'), query])).toEqual([]);
  });
});

describe('what the simulation takes for a storm of entries', () => {
  const watched = () => {
    const world = { agent: {}, time: new VirtualTime(0), crash: () => undefined };
    return { world, watch: new StormWatch(world as unknown as AgentWorld) };
  };

  it('is what one agent writes within a minute, and not what lies already in the log that the next one goes on with', () => {
    const { world, watch } = watched();
    for (const position of [0, 100, 29_000]) watch.noteAppend(position);
    world.agent = {};
    watch.noteAppend(75_000);
    expect(watch.storm).toBeNull();
    watch.noteAppend(90_000);
    expect(watch.storm).toMatch(/^more than 30000 entries within the minute/);
  });
});

describe('what the simulation knows of a DR event that contradicts itself', () => {
  const stated = (usdPerKwh: number): Stated => {
    const slots = [{ startAt: 0, endAt: 3_600_000, usdPerKwh }];
    return { eventID: 'A', modificationNumber: 0, isOver: false, slots, prices: [usdPerKwh] };
  };

  it('is what was said first too, however often the other is said again', () => {
    let held: readonly Stated[] = [stated(0.15)];
    for (let times = 0; times < 30; times += 1) held = withLatest([stated(0.08)], held);
    expect(held).toEqual([stated(0.08), stated(0.15)]);
  });
});

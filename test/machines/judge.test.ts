import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, type Verdict } from '../../src/machines/drEvent/judge.ts';
import type { JudgeContext, KnownEvent } from '../../src/machines/drEvent/knownEvent.ts';
import type { OadrDistributeEvent } from '../../src/protocol/messages/oadrDistributeEvent.ts';
import { settingsFor } from '../support/agentWorld.ts';
import {
  defaultStartAt,
  distributeEvent,
  eiEventOf,
  hourMs,
  oadrEventOf,
  priceSignal,
  type DrEventParts,
} from '../support/drEventMessages.ts';
import { noon } from './support/given.ts';

const knownAs = (
  parts: DrEventParts,
  status: KnownEvent['status'] = 'far',
  changes: Partial<KnownEvent> = {},
): readonly [string, KnownEvent] => {
  const event = eiEventOf(parts);
  const { eventID, modificationNumber } = event.eventDescriptor;
  return [eventID, { event, modificationNumber, status, optType: 'optIn', ...changes }];
};

const contextOf = (
  known: readonly (readonly [string, KnownEvent])[] = [],
  changes: Partial<JudgeContext> = {},
): JudgeContext => ({
  known: new Map(known),
  venID: 'ven-1',
  vtnID: 'ter_vtn_1.0',
  settings: settingsFor(),
  at: noon,
  ...changes,
});

const judged = (message: OadrDistributeEvent, context = contextOf()) => judge(message, context);
const only = (parts: DrEventParts, context = contextOf()): Verdict =>
  judged(distributeEvent([oadrEventOf(parts)]), context).verdicts[0] as Verdict;

describe('an event the VEN does not know', () => {
  // @row +7.5
  it.each([0, 1, 7])('given modificationNumber %i, then it is new and opted in', (modificationNumber) => {
    expect(only({ modificationNumber })).toMatchObject({
      decision: 'new',
      responseCode: '200',
      optType: 'optIn',
      modificationNumber,
    });
  });

  it('given an empty eventID, then it is refused alone, and a person is told that prices are', () => {
    const { verdicts } = judged(distributeEvent([oadrEventOf({ eventID: '' }), oadrEventOf({ eventID: 'event-2' })]));
    expect(verdicts).toMatchObject([
      { decision: 'refused', responseCode: '459', concern: { alarm: 'pricesRefused', why: 'its eventID is empty' } },
      { decision: 'new', responseCode: '200' },
    ]);
  });

  // @row -7.5 +7.11
  it('given it is cancelled, then its content is ignored and no fault is found', () => {
    const odd = {
      descriptor: { eventStatus: 'cancelled' as const },
      signals: [priceSignal([], { signalName: 'NOBODY_KNOWS' as never })],
    };
    expect(only(odd)).toMatchObject({ decision: 'ignored', responseCode: '200' });
  });

  it('given it is over already, then it is taken all the same, and refused with 459 only when strict', () => {
    const past = { startAt: noon - 9 * hourMs };
    expect(only(past).decision).toBe('new');
    const withUnit = {
      ...past,
      signals: [
        priceSignal(['0.1'], {
          itemBase: {
            element: 'currencyPerKWh',
            itemDescription: 'currencyPerKWh',
            itemUnits: 'USD',
            siScaleCode: 'none',
          },
        }),
      ],
    };
    expect(only(withUnit, contextOf([], { settings: settingsFor({ strict: true }) }))).toMatchObject({
      decision: 'refused',
      responseCode: '459',
    });
  });
});

describe('an event the VEN knows', () => {
  const known = contextOf([knownAs({ modificationNumber: 3 })]);

  // @row +7.40
  it('given the same again, then it is repeated, and answered as before', () => {
    expect(only({ modificationNumber: 3 }, known)).toMatchObject({ decision: 'repeated', optType: 'optIn' });
    const optedOut = contextOf([knownAs({ modificationNumber: 3 }, 'far', { optType: 'optOut' })]);
    expect(only({ modificationNumber: 3 }, optedOut)).toMatchObject({
      decision: 'repeated',
      responseCode: '200',
      optType: 'optOut',
    });
  });

  // @row +7.7
  it('given a higher number, then it is modified', () => {
    expect(only({ modificationNumber: 4, startAt: defaultStartAt + hourMs }, known).decision).toBe('modified');
  });

  // @row +7.8 -7.11
  it('given a lower number, then 450 under the number received, also for a cancellation', () => {
    expect(only({ modificationNumber: 2 }, known)).toMatchObject({
      decision: 'refused',
      responseCode: '450',
      optType: 'optOut',
      modificationNumber: 2,
    });
    expect(only({ modificationNumber: 2, descriptor: { eventStatus: 'cancelled' } }, known)).toMatchObject({
      decision: 'refused',
      responseCode: '450',
    });
  });

  // @row -7.7
  it.each([
    ['createdDateTime', { descriptor: { createdDateTime: '2026-06-10T13:59:59Z' } }],
    ['eventStatus', { descriptor: { eventStatus: 'near' as const } }],
    ['modificationDateTime', { descriptor: { modificationDateTime: '2026-06-10T13:59:59Z' } }],
    ['currentValue', { signals: [priceSignal(['0.10', '0.20'], { currentValue: '0.10' })] }],
    ['spelling of its length', { period: { duration: 'PT120M' } }],
    ['spelling of its prices', { signals: [priceSignal(['.1', '0.200000'])] }],
  ])('given the same number and another %s, then nothing has changed', (_name, parts) => {
    expect(only({ modificationNumber: 3, ...parts }, known).decision).toBe('repeated');
  });

  it.each([
    ['other prices', { signals: [priceSignal(['0.11', '0.20'])] }],
    ['prices that differ by very little', { signals: [priceSignal(['0.1000000000000000001', '0.20'])] }],
    ['another length', { period: { duration: 'PT119M' } }],
  ])('given the same number and %s, then the change is refused with 450', (_what, parts) => {
    expect(only({ modificationNumber: 3, ...parts }, known)).toMatchObject({
      decision: 'refused',
      responseCode: '450',
    });
  });

  // @row +7.10
  it('given a cancellation with the next number, or with the same, then it is cancelled', () => {
    expect(only({ modificationNumber: 4, descriptor: { eventStatus: 'cancelled' } }, known)).toMatchObject({
      decision: 'cancelled',
      responseCode: '200',
      optType: 'optIn',
    });
    expect(only({ modificationNumber: 3, descriptor: { eventStatus: 'cancelled' } }, known).decision).toBe('cancelled');
  });

  it('given a person opted out of it, when it is cancelled, then the cancellation is confirmed all the same', () => {
    const optedOut = contextOf([knownAs({ modificationNumber: 3 }, 'far', { optType: 'optOut' })]);
    expect(only({ modificationNumber: 4, descriptor: { eventStatus: 'cancelled' } }, optedOut)).toMatchObject({
      decision: 'cancelled',
      optType: 'optIn',
    });
  });

  it('given it is active, when its start is moved, then 451; when only its length changes, then it is modified', () => {
    const active = contextOf([knownAs({ startAt: noon - hourMs }, 'active')]);
    expect(only({ modificationNumber: 1, startAt: noon + hourMs }, active)).toMatchObject({
      decision: 'refused',
      responseCode: '451',
    });
    const longer = { modificationNumber: 1, startAt: noon - hourMs, signals: [priceSignal(['0.10', '0.20', '0.30'])] };
    expect(only(longer, active).decision).toBe('modified');
  });

  // @row +7.2
  it('given it was cancelled only by silence, when it is listed again, then it lives again', () => {
    expect(only({}, contextOf([knownAs({}, 'cancelled', { isOnlyMissing: true })])).decision).toBe('modified');
  });

  it.each(['cancelled', 'ending'] as const)(
    'given it was cancelled in words (%s), when it is listed again, then it lives with a higher number only',
    (status) => {
      const cancelled = contextOf([knownAs({ modificationNumber: 2 }, status)]);
      const refused = { decision: 'refused', responseCode: '450', optType: 'optOut' };
      expect(only({ modificationNumber: 2 }, cancelled)).toMatchObject(refused);
      expect(only({ modificationNumber: 1 }, cancelled)).toMatchObject(refused);
      expect(only({ modificationNumber: 3 }, cancelled)).toMatchObject({ decision: 'modified', responseCode: '200' });
      const again = { modificationNumber: 2, descriptor: { eventStatus: 'cancelled' as const } };
      expect(only(again, cancelled)).toMatchObject({ decision: 'cancelled', responseCode: '200', optType: 'optIn' });
    },
  );
});

describe('several events in one message', () => {
  // @row +7.23
  it('given good and bad ones, then each is judged by itself', () => {
    const message = distributeEvent([
      oadrEventOf({ eventID: 'good' }),
      oadrEventOf({ eventID: 'elsewhere', target: { venID: ['somebody-else'] } }),
      oadrEventOf({ eventID: 'odd', signals: [priceSignal(['0.10'], { signalName: 'x-unknown' as never })] }),
      oadrEventOf({ eventID: 'fine' }),
    ]);
    expect(
      judged(message).verdicts.map(({ eventID, decision, responseCode, optType }) => [
        eventID,
        decision,
        responseCode,
        optType,
      ]),
    ).toEqual([
      ['good', 'new', '200', 'optIn'],
      ['elsewhere', 'refused', '462', 'optOut'],
      ['odd', 'refused', '460', 'optOut'],
      ['fine', 'new', '200', 'optIn'],
    ]);
  });

  // @row +7.47
  it('given one event twice, then the highest number counts and both are answered', () => {
    const message = distributeEvent([
      oadrEventOf({ modificationNumber: 1 }),
      oadrEventOf({ modificationNumber: 2 }),
      oadrEventOf({ modificationNumber: 2 }),
    ]);
    expect(judged(message).verdicts.map(({ decision, responseCode }) => [decision, responseCode])).toEqual([
      ['ignored', '200'],
      ['new', '200'],
      ['ignored', '200'],
    ]);
  });

  // @row -7.47
  it.each([
    ['other prices', { signals: [priceSignal(['0.30', '0.40'])] }, 'pricesRefused'],
    ['a cancellation', { descriptor: { eventStatus: 'cancelled' as const } }, null],
  ])(
    'given one event twice under one number, once with %s, then the second is refused aloud',
    (_name, other, alarm) => {
      const message = distributeEvent([oadrEventOf({}), oadrEventOf(other)]);
      expect(judged(message).verdicts).toMatchObject([
        { decision: 'new', responseCode: '200', optType: 'optIn' },
        { decision: 'refused', responseCode: '450', optType: 'optOut', concern: alarm === null ? null : { alarm } },
      ]);
    },
  );

  it('given its highest version is refused, then the highest that is not refused counts', () => {
    const message = distributeEvent([
      oadrEventOf({ modificationNumber: 1 }),
      oadrEventOf({ modificationNumber: 2, signals: [priceSignal(['0.10'], { signalName: 'x-unknown' as never })] }),
      oadrEventOf({ modificationNumber: 0 }),
    ]);
    expect(judged(message).verdicts.map(({ decision, responseCode }) => [decision, responseCode])).toEqual([
      ['new', '200'],
      ['refused', '460'],
      ['ignored', '200'],
    ]);
  });
});

describe('what is only opted into when it is done', () => {
  const simple = priceSignal(['1', '2'], { signalID: 's', signalName: 'SIMPLE', signalType: 'level' });
  const dispatch = priceSignal(['1', '2'], { signalID: 'd', signalName: 'LOAD_DISPATCH', signalType: 'setpoint' });
  const control = priceSignal(['0.5', '1'], {
    signalID: 'l',
    signalName: 'LOAD_CONTROL',
    signalType: 'x-loadControlCapacity',
  });
  const custom = priceSignal(['1', '2'], { signalID: 'c', signalName: 'x-custom' as never });
  const prices = priceSignal(['0.10', '0.20']);
  const inEuro = priceSignal(['0.10', '0.20'], {
    itemBase: {
      element: 'currencyPerKWh',
      itemDescription: 'currencyPerKWh',
      itemUnits: 'EUR',
      siScaleCode: 'none',
    },
  });

  it.each([
    ['prices', [prices], '200', 'optIn', 'new', null],
    ['prices with SIMPLE beside them', [prices, simple], '200', 'optIn', 'new', null],
    ['SIMPLE alone', [simple], '200', 'optIn', 'new', null],
    ['LOAD_DISPATCH alone', [dispatch], '200', 'optIn', 'new', null],
    ['prices with LOAD_DISPATCH beside them', [prices, dispatch], '200', 'optIn', 'new', null],
    ['LOAD_CONTROL alone', [control], '200', 'optIn', 'new', null],
    ['prices with a signal nobody knows beside them', [prices, custom], '460', 'optOut', 'new', 'signalUnsupported'],
    ['a signal nobody knows', [custom], '460', 'optOut', 'refused', null],
    ['prices in a foreign currency', [inEuro], '200', 'optOut', 'new', 'pricesUnusable'],
    [
      'relative prices',
      [priceSignal(['1', '2'], { signalType: 'priceRelative' })],
      '460',
      'optOut',
      'refused',
      'pricesRefused',
    ],
  ] as const)('given %s, then %j', (_name, signals, responseCode, optType, decision, alarm) => {
    const verdict = only({ signals });
    expect(verdict).toMatchObject({ responseCode, optType, decision });
    expect(verdict.concern?.alarm ?? null).toBe(alarm);
  });

  it('given a person opted into what is not done, then it stays opted out', () => {
    const known = contextOf([knownAs({ signals: [dispatch] }, 'far', { optType: 'optIn' })]);
    expect(only({ signals: [dispatch] }, { ...known, settings: before })).toMatchObject({
      decision: 'repeated',
      optType: 'optOut',
    });
  });

  const { followDrEvents: _followed, ...before } = settingsFor();
  const readOnly = settingsFor({ devices: settingsFor().devices.map((device) => ({ ...device, isReadOnly: true })) });

  it.each([
    ['a log of before', before, '460'],
    ['a setting against it', settingsFor({ followDrEvents: false }), '460'],
    ['devices that are only read', readOnly, '200'],
  ])(
    'given %s, then what is asked of devices is known and opted out of; LOAD_CONTROL is known only where it can be done',
    (_, settings, code) => {
      const under = contextOf([], { settings });
      for (const signals of [[simple], [dispatch], [prices, dispatch]])
        expect(only({ signals }, under)).toMatchObject({ responseCode: '200', optType: 'optOut', decision: 'new' });
      expect(only({ signals: [control] }, under)).toMatchObject({ responseCode: code, optType: 'optOut' });
      expect(only({ signals: [prices, simple] }, under)).toMatchObject({ responseCode: '200', optType: 'optIn' });
    },
  );
});

describe('events that cannot be read', () => {
  const unreadable = {
    element: 'oadrEvent',
    place: 2,
    path: '/x',
    text: 'value is "NaN".',
    responseCode: '454',
  } as const;
  const known = contextOf([knownAs({ eventID: 'kept', modificationNumber: 1 }), knownAs({ eventID: 'gone' })]);

  it('given their names can be told, then each is refused alone, counts as listed, and others may be absent', () => {
    const message = distributeEvent([oadrEventOf({ eventID: 'good' })], {
      unreadable: [{ ...unreadable, eventID: 'kept', modificationNumber: 2, oadrResponseRequired: 'always' }],
    });
    const { verdicts, absent } = judged(message, known);
    expect(verdicts).toMatchObject([
      { eventID: 'good', decision: 'new', responseCode: '200' },
      {
        eventID: 'kept',
        modificationNumber: 2,
        decision: 'refused',
        responseCode: '454',
        optType: 'optOut',
        isAnswered: true,
        concern: { alarm: 'pricesRefused' },
      },
    ]);
    expect(absent).toEqual(['gone']);
  });

  it('given one wants no answer, then it gets none', () => {
    const message = distributeEvent([], {
      unreadable: [{ ...unreadable, eventID: 'kept', modificationNumber: 2, oadrResponseRequired: 'never' }],
    });
    expect(judged(message, known).verdicts).toMatchObject([{ isAnswered: false }]);
  });

  it.each([{}, { eventID: 'kept' }, { modificationNumber: 2 }])(
    'given only %j can be told of one, then nothing is cancelled by silence',
    (told) => {
      const { absent, unnamed, verdicts } = judged(
        distributeEvent([], { unreadable: [{ ...unreadable, ...told }] }),
        known,
      );
      expect([absent, unnamed?.length, verdicts]).toEqual([[], 1, []]);
    },
  );
});

describe('hundreds of events in one message', () => {
  it('given thousands, then they are judged in about linear time', () => {
    const listOf = (count: number) =>
      distributeEvent(Array.from({ length: count }, (_, index) => oadrEventOf({ eventID: `event-${index}` })));
    const lookedUp = (count: number): number => {
      let reads = 0;
      const message = listOf(count);
      const counted = message.oadrEvent.map(
        (oadrEvent) =>
          new Proxy(oadrEvent, {
            get: (target, key, receiver) => {
              reads += 1;
              return Reflect.get(target, key, receiver) as unknown;
            },
          }),
      );
      judged({ ...message, oadrEvent: counted });
      return reads;
    };
    expect(lookedUp(2_000)).toBeLessThan(lookedUp(200) * 11);
  });
});

describe('events that are not listed', () => {
  const known = contextOf([
    knownAs({ eventID: 'far' }),
    knownAs({ eventID: 'active' }, 'active'),
    knownAs({ eventID: 'over' }, 'completed'),
    knownAs({ eventID: 'gone' }, 'cancelled'),
  ]);

  // @row +7.2
  it('given an empty list, then all that are not over are cancelled, and nothing is to be answered', () => {
    expect(judged(distributeEvent([]), known)).toEqual({ fault: null, verdicts: [], absent: ['far', 'active'] });
  });

  // @row -7.2
  it('given one of them is listed, even invalidly, then it is not absent', () => {
    const invalid = oadrEventOf({ eventID: 'far', modificationNumber: 1, target: { venID: ['else'] } });
    expect(judged(distributeEvent([invalid]), known).absent).toEqual(['active']);
  });

  it('given a VTN that lists only changes, then nothing is cancelled by silence', () => {
    expect(
      judged(distributeEvent([]), { ...known, settings: settingsFor({ implicitCancellation: false }) }).absent,
    ).toEqual([]);
  });

  // @row +7.4
  it('given the message reports an error or another VTN speaks, then nothing is cancelled and no event is looked at', () => {
    const failing = distributeEvent([oadrEventOf()], { eiResponse: { responseCode: '459', requestID: '' } });
    expect(judged(failing, known)).toMatchObject({ fault: { responseCode: '459' }, verdicts: [], absent: [] });
    expect(judged(distributeEvent([], { vtnID: 'TER_VTN_1.0' }), known)).toMatchObject({
      fault: { responseCode: '452' },
      verdicts: [],
      absent: [],
    });
  });
});

describe('whatever the VTN lists', () => {
  const eventIDs = fc.constantFrom('a', 'b', 'c');
  const listed = fc.record({
    eventID: eventIDs,
    modificationNumber: fc.integer({ min: 0, max: 3 }),
    startAt: fc.integer({ min: -5, max: 5 }).map((hours) => noon + hours * hourMs),
    descriptor: fc.record({
      eventStatus: fc.constantFrom('far', 'near', 'active', 'completed', 'cancelled'),
    }) as fc.Arbitrary<{ eventStatus: 'far' }>,
    target: fc.constantFrom({}, { venID: ['ven-1'] }, { venID: ['else'] }),
  });
  const status = fc.constantFrom<KnownEvent['status']>('far', 'near', 'active', 'ending', 'completed', 'cancelled');
  const world = fc.tuple(
    fc.array(listed, { maxLength: 4 }),
    fc.uniqueArray(fc.tuple(listed, status), { maxLength: 3, selector: ([{ eventID }]) => eventID }),
  );

  it('then every listed event gets one verdict in its place, and each fault opts out', () => {
    fc.assert(
      fc.property(world, ([events, known]) => {
        const context = contextOf(known.map(([parts, as]) => knownAs(parts, as)));
        const { verdicts, absent } = judged(distributeEvent(events.map((parts) => oadrEventOf(parts))), context);
        expect(verdicts.map(({ eventID, modificationNumber }) => [eventID, modificationNumber])).toEqual(
          events.map(({ eventID, modificationNumber }) => [eventID, modificationNumber]),
        );
        for (const { responseCode, optType, decision } of verdicts) {
          expect(responseCode === '200').toBe(decision !== 'refused');
          if (responseCode !== '200') expect(optType).toBe('optOut');
        }
        for (const eventID of absent) expect(events.some((parts) => parts.eventID === eventID)).toBe(false);
      }),
    );
  });

  it('then an event is taken over at most once, and never from a lower number', () => {
    fc.assert(
      fc.property(world, ([events, known]) => {
        const context = contextOf(known.map(([parts, as]) => knownAs(parts, as)));
        const { verdicts } = judged(distributeEvent(events.map((parts) => oadrEventOf(parts))), context);
        for (const eventID of ['a', 'b', 'c']) {
          const taken = verdicts.filter(
            (verdict) =>
              verdict.eventID === eventID && ['new', 'modified', 'cancelled', 'repeated'].includes(verdict.decision),
          );
          expect(taken.length).toBeLessThanOrEqual(1);
          const before = context.known.get(eventID)?.modificationNumber ?? 0;
          for (const { modificationNumber } of taken) expect(modificationNumber).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UsageInterval } from '../../../src/facts/usage.ts';
import { deliveriesProjection, unsettledKeepMs } from '../../../src/store/projections/deliveries.ts';
import { intervalDelivery, unsettledDelivery } from '../../../src/store/projections/deliveryState.ts';
import { hourDelivery } from '../../../src/store/projections/hourDelivery.ts';
import {
  conflictingValues,
  deliveriesDue,
  heldDeliveries,
  owedUsage,
  sentValues,
} from '../../../src/store/projections/owedUsage.ts';
import { dayMs, entryOf, hourMs, throughJson, type Told, told } from './facts.ts';

const start = Date.UTC(2026, 6, 28, 4);
const at = (hour: number): number => start + hour * hourMs;
const deliveries = deliveriesProjection();

const interval = (hour: number, energyWattHours: number | null = 100, durationMs = hourMs): UsageInterval =>
  energyWattHours === null
    ? { startAt: at(hour), durationMs, energyWattHours, bad: 'Comm Failure' }
    : { startAt: at(hour), durationMs, energyWattHours };

const due = (
  deliveryID: string,
  intervals: readonly UsageInterval[],
  reportRequestID = 'request-1',
  atHour = 24,
  resourceID = 'battery',
): Told => [at(atHour), 'UsageDue', { deliveryID, reportRequestID, usage: [{ resourceID, intervals }] }];
const started = (deliveryID: string, requestID = `${deliveryID}-message`): Told => [
  at(24) + 1,
  'UsageDeliveryStarted',
  { deliveryID, exchangeID: 'exchange-1', requestID },
];
const acknowledged = (deliveryID: string, reportRequestID = 'request-1'): Told => [
  at(24) + 2,
  'UsageDeliveryAcknowledged',
  { deliveryID, reportRequestID, responseCode: '200' },
];
const rejected = (deliveryID: string): Told => [
  at(24) + 2,
  'UsageDeliveryRejected',
  { deliveryID, responseCode: '454', why: 'unknown rID' },
];
const doubted = (deliveryID: string, policy: 'resend' | 'hold', requestID = `${deliveryID}-message`): Told => [
  at(24) + 2,
  'UsageDeliveryDoubted',
  { deliveryID, requestID, policy, because: 'the answer was lost' },
];
const released = (deliveryID: string): Told => [
  at(24) + 3,
  'UsageDeliveryReleased',
  { deliveryID, because: 'the VTN was not reached' },
];

const day = Array.from({ length: 24 }, (_, hour) => interval(hour, hour * 10));
const statusAt = (state: typeof deliveries.initial, hour: number): string =>
  hourDelivery(state, 'battery', at(hour)).status;

describe('a day of usage', () => {
  it('is owed from the moment it is due', () => {
    const state = told(deliveries, [due('d1', day)]);
    expect(owedUsage(state)).toEqual([
      { resourceID: 'battery', deliveryID: 'd1', reportRequestID: 'request-1', intervals: day },
    ]);
    expect(statusAt(state, 0)).toBe('owed');
  });

  it('is not owed while it is being sent', () => {
    const state = told(deliveries, [due('d1', day), started('d1')]);
    expect(owedUsage(state)).toEqual([]);
    expect(statusAt(state, 5)).toBe('sending');
  });

  it('when it is acknowledged, says of every hour under which request, when, what and where in the log', () => {
    const state = told(deliveries, [due('d1', day), started('d1'), acknowledged('d1')]);
    expect(owedUsage(state)).toEqual([]);
    expect(hourDelivery(state, 'battery', at(7))).toMatchObject({
      status: 'acknowledged',
      energyWattHours: 70,
      reportRequestIDs: ['request-1'],
      acknowledgedAt: at(24) + 2,
      acknowledgedMs: hourMs,
      position: 2,
      responseCodes: ['200'],
    });
    expect(unsettledDelivery(state, 'd1')).toBeUndefined();
    expect(deliveriesDue(state, at(24), at(25))).toMatchObject([
      { deliveryID: 'd1', status: 'acknowledged', sendings: 1 },
    ]);
  });

  it('when it is acknowledged, keeps which hours it told, and their values with the hours alone', () => {
    const hours = [...day.slice(0, 23), interval(23, null)];
    const state = told(deliveries, [due('d1', hours), started('d1'), acknowledged('d1')]);
    const [kept] = deliveriesDue(state, at(24), at(25));
    expect(kept?.usage).toEqual([]);
    expect(kept?.told).toEqual([{ resourceID: 'battery', fromAt: at(0), toAt: at(24), intervals: 24, measured: 23 }]);
    expect(sentValues(state, 'battery', at(0), at(24)).map((each) => each.interval)).toEqual(hours);
  });

  it('when it is rejected, shows the code and is not owed', () => {
    const state = told(deliveries, [due('d1', day), started('d1'), rejected('d1')]);
    expect(owedUsage(state)).toEqual([]);
    expect(hourDelivery(state, 'battery', at(0))).toMatchObject({
      status: 'rejected',
      responseCodes: ['454'],
      energyWattHours: null,
    });
  });

  it('when it certainly was not delivered, is owed again and free of any requestID', () => {
    const state = told(deliveries, [due('d1', day), started('d1'), released('d1')]);
    expect(owedUsage(state)).toEqual([
      { resourceID: 'battery', deliveryID: 'd1', reportRequestID: 'request-1', intervals: day },
    ]);
  });

  it('knows nothing of hours that were never due, nor of other devices', () => {
    const state = told(deliveries, [due('d1', day), started('d1'), acknowledged('d1')]);
    expect(hourDelivery(state, 'battery', at(24))).toMatchObject({
      status: 'notDue',
      intervals: [],
      acknowledgedAt: null,
      position: null,
    });
    expect(hourDelivery(state, 'constructor', at(0)).status).toBe('notDue');
  });

  it('that was not measured is acknowledged as missing, never as zero', () => {
    const state = told(deliveries, [due('d1', [interval(0, null)]), started('d1'), acknowledged('d1')]);
    expect(hourDelivery(state, 'battery', at(0))).toMatchObject({ status: 'acknowledged', energyWattHours: null });
  });
});

describe('usage whose outcome is unknown', () => {
  it('with the policy resend, is owed and carries its requestID', () => {
    const state = told(deliveries, [due('d1', day), started('d1', 'message-7'), doubted('d1', 'resend', 'message-7')]);
    expect(owedUsage(state)).toMatchObject([{ deliveryID: 'd1', requestID: 'message-7', intervals: day }]);
    expect(statusAt(state, 3)).toBe('inDoubt');
  });

  it('keeps that requestID when the resend certainly did not arrive: the first may have', () => {
    const facts = [
      due('d1', day),
      started('d1', 'message-7'),
      doubted('d1', 'resend', 'message-7'),
      started('d1', 'message-7'),
      released('d1'),
    ];
    expect(owedUsage(told(deliveries, facts))).toMatchObject([{ deliveryID: 'd1', requestID: 'message-7' }]);
  });

  it('stays in doubt when the resend certainly did not arrive, for nobody knows of the first', () => {
    const facts = [due('d1', day), started('d1'), doubted('d1', 'resend'), started('d1'), released('d1')];
    expect(statusAt(told(deliveries, facts), 3)).toBe('inDoubt');
  });

  it('keeps that requestID when another delivery was to tell it, and became void before it left', () => {
    const facts = [
      due('d1', day),
      started('d1', 'message-7'),
      doubted('d1', 'resend', 'message-7'),
      due('d2', day, 'request-2', 25),
      released('d2'),
      due('d3', day.slice(3, 5), 'request-3', 26),
    ];
    expect(owedUsage(told(deliveries, facts))).toMatchObject([
      { deliveryID: 'd1', requestID: 'message-7', intervals: day },
    ]);
    expect(statusAt(told(deliveries, facts), 3)).toBe('inDoubt');
    const sentAgain = [...facts, started('d3', 'message-9')];
    expect(statusAt(told(deliveries, sentAgain), 3)).toBe('sending');
  });

  it('with the policy hold, is not owed and waits for a person', () => {
    const state = told(deliveries, [due('d1', day), started('d1'), doubted('d1', 'hold')]);
    expect(owedUsage(state)).toEqual([]);
    expect(heldDeliveries(state)).toMatchObject([{ deliveryID: 'd1', because: 'the answer was lost' }]);
    expect(statusAt(state, 3)).toBe('inDoubt');
  });

  it('held, when the same hours fall due under a new request, stays held', () => {
    const state = told(deliveries, [
      due('d1', day),
      started('d1'),
      doubted('d1', 'hold'),
      due('d2', day, 'request-2', 25),
    ]);
    expect(owedUsage(state)).toEqual([]);
  });

  it('held, when a person releases it, is owed with its requestID', () => {
    const state = told(deliveries, [due('d1', day), started('d1', 'm'), doubted('d1', 'hold', 'm'), released('d1')]);
    expect(owedUsage(state)).toMatchObject([{ deliveryID: 'd1', requestID: 'm', intervals: day }]);
  });

  it('held, when a person releases it, is in doubt no more: the next delivery of its hours tells what is known by then', () => {
    const unknown = [interval(3, null)];
    const held = [due('d1', unknown), started('d1', 'm'), doubted('d1', 'hold', 'm'), released('d1')];
    const state = told(deliveries, [...held, due('d2', day.slice(3, 4), 'request-2', 25), released('d2')]);
    expect(owedUsage(state)).toMatchObject([{ deliveryID: 'd2', intervals: day.slice(3, 4) }]);
    expect(owedUsage(state)[0]?.requestID).toBeUndefined();
  });

  it('resent and acknowledged, is settled', () => {
    const state = told(deliveries, [
      due('d1', day),
      started('d1'),
      doubted('d1', 'resend'),
      started('d1'),
      acknowledged('d1'),
    ]);
    expect(statusAt(state, 3)).toBe('acknowledged');
    expect(sentValues(state, 'battery', at(3), at(4))).toMatchObject([{ deliveryID: 'd1', sendings: 2 }]);
  });
});

describe('usage that falls due again under another request', () => {
  it('is owed once, by the later delivery; the former is superseded', () => {
    const state = told(deliveries, [due('d1', day), started('d1'), released('d1'), due('d2', day, 'request-2', 25)]);
    expect(owedUsage(state)).toMatchObject([{ deliveryID: 'd2', reportRequestID: 'request-2', intervals: day }]);
    expect(unsettledDelivery(state, 'd1')).toBeUndefined();
    expect(deliveriesDue(state, at(24), at(25))).toMatchObject([{ deliveryID: 'd1', status: 'superseded' }]);
  });

  it('in part, leaves the rest with the former delivery', () => {
    const state = told(deliveries, [due('d1', day), due('d2', day.slice(20), 'request-2', 25)]);
    expect(owedUsage(state).map(({ deliveryID, intervals }) => [deliveryID, intervals.length])).toEqual([
      ['d1', 20],
      ['d2', 4],
    ]);
  });

  it('once acknowledged, stays acknowledged whatever becomes of the later delivery', () => {
    const facts = [due('d1', day), started('d1'), acknowledged('d1'), due('d2', day, 'request-2', 25)];
    const later = [started('d2'), rejected('d2')];
    for (let count = 0; count <= later.length; count += 1) {
      const state = told(deliveries, [...facts, ...later.slice(0, count)]);
      expect(statusAt(state, 3)).toBe('acknowledged');
      expect(owedUsage(state)).toEqual([]);
    }
  });

  it('after a rejection, is owed by the later delivery', () => {
    const state = told(deliveries, [due('d1', day), started('d1'), rejected('d1'), due('d2', day, 'request-2', 25)]);
    expect(owedUsage(state)).toMatchObject([{ deliveryID: 'd2' }]);
  });

  it('in intervals of another length, is not owed where acknowledged intervals cover it', () => {
    const halves = [interval(0, 40, hourMs / 2), interval(0.5, 60, hourMs / 2)];
    const facts = [
      due('d1', halves),
      started('d1'),
      acknowledged('d1'),
      due('d2', [interval(0), interval(1)], 'request-2', 25),
    ];
    expect(owedUsage(told(deliveries, facts))).toMatchObject([{ deliveryID: 'd2', intervals: [interval(1)] }]);
  });
});

describe('an hour reported in parts', () => {
  const quarters = [0, 0.25, 0.5, 0.75].map((hour) => interval(hour, 25, hourMs / 4));

  it('is acknowledged only when acknowledged intervals cover all of it', () => {
    const facts = quarters.flatMap((quarter, index) => [
      due(`d${index}`, [quarter]),
      started(`d${index}`),
      acknowledged(`d${index}`),
    ]);
    expect(statusAt(told(deliveries, facts.slice(0, 9)), 0)).toBe('notDue');
    expect(hourDelivery(told(deliveries, facts.slice(0, 9)), 'battery', at(0))).toMatchObject({
      acknowledgedMs: 0.75 * hourMs,
      energyWattHours: null,
    });
    expect(statusAt(told(deliveries, facts.slice(0, 10)), 0)).toBe('owed');
    expect(hourDelivery(told(deliveries, facts), 'battery', at(0))).toMatchObject({
      status: 'acknowledged',
      energyWattHours: 100,
    });
  });

  it('does not count what two requests were both told', () => {
    const facts = [
      due('d1', quarters),
      started('d1'),
      acknowledged('d1'),
      due('d2', [interval(0, 100)], 'request-2', 25),
      started('d2'),
      acknowledged('d2', 'request-2'),
    ];
    expect(hourDelivery(told(deliveries, facts), 'battery', at(0))).toMatchObject({
      status: 'acknowledged',
      energyWattHours: 100,
      reportRequestIDs: ['request-1', 'request-2'],
    });
  });

  it('names the requests whose intervals make it up, and none whose intervals reach over its edges', () => {
    const facts = [
      due('d1', [interval(0.4, 90)]),
      started('d1'),
      acknowledged('d1'),
      due('d2', [interval(0, 100)], 'request-2', 25),
      started('d2'),
      acknowledged('d2', 'request-2'),
    ];
    expect(hourDelivery(told(deliveries, facts), 'battery', at(0))).toMatchObject({
      energyWattHours: 100,
      reportRequestIDs: ['request-2'],
    });
    expect(hourDelivery(told(deliveries, facts), 'battery', at(1)).reportRequestIDs).toEqual(['request-1']);
  });

  it('of a longer interval is acknowledged, but has no value of its own', () => {
    const state = told(deliveries, [due('d1', [interval(0, 480, 6 * hourMs)]), started('d1'), acknowledged('d1')]);
    expect(hourDelivery(state, 'battery', at(4))).toMatchObject({ status: 'acknowledged', energyWattHours: null });
    expect(statusAt(state, 6)).toBe('notDue');
  });

  it('shows what is worst of its parts', () => {
    const facts = [due('d0', [quarters[0] as UsageInterval]), due('d1', [quarters[1] as UsageInterval]), started('d1')];
    expect(statusAt(told(deliveries, facts), 0)).toBe('owed');
    expect(statusAt(told(deliveries, [...facts, doubted('d1', 'hold')]), 0)).toBe('inDoubt');
    expect(statusAt(told(deliveries, [...facts, rejected('d1')]), 0)).toBe('rejected');
  });
});

describe('values sent', () => {
  it('under one request twice alike are no conflict, nor are other values under another request', () => {
    const facts = [
      due('d1', [interval(0, 5)]),
      started('d1'),
      doubted('d1', 'resend'),
      started('d1'),
      acknowledged('d1'),
      due('d2', [interval(0, 6)], 'request-2', 25),
      started('d2'),
    ];
    expect(conflictingValues(told(deliveries, facts))).toEqual([]);
  });

  it('under one request that differ are found, once they are sent', () => {
    const facts = [
      due('d1', [interval(0, 5), interval(1, 1)]),
      started('d1'),
      released('d1'),
      due('d2', [interval(0, 6), interval(1, 1)], 'request-1', 25),
    ];
    expect(conflictingValues(told(deliveries, facts))).toEqual([]);
    expect(conflictingValues(told(deliveries, [...facts, started('d2')]))).toMatchObject([
      { deliveryID: 'd2', interval: interval(0, 6) },
    ]);
  });

  it('tell zero from missing', () => {
    const facts = [
      due('d1', [interval(0, null)]),
      started('d1'),
      due('d2', [interval(0, 0)], 'request-1', 25),
      started('d2'),
    ];
    expect(conflictingValues(told(deliveries, facts))).toHaveLength(1);
  });
});

describe('the projection of deliveries', () => {
  const ids = ['d1', 'd2', 'd3', '__proto__'];
  const anyFact: fc.Arbitrary<Told> = fc.oneof(
    fc
      .tuple(
        fc.constantFrom(...ids),
        fc.constantFrom('request-1', 'request-2'),
        fc.nat(30),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(hourMs, hourMs / 2),
      )
      .map(([id, request, first, count, ms]) =>
        due(
          id,
          Array.from({ length: count }, (_, index) => interval(first + index, 1, ms)),
          request,
          40,
        ),
      ),
    fc
      .constantFrom(...ids)
      .chain((id) =>
        fc.constantFrom(
          started(id),
          acknowledged(id),
          rejected(id),
          doubted(id, 'hold'),
          doubted(id, 'resend'),
          released(id),
        ),
      ),
  );
  const anyFacts = fc.array(anyFact, { maxLength: 40 });
  const isAcknowledged = (state: typeof deliveries.initial, one: UsageInterval): boolean =>
    intervalDelivery(state, 'battery', one.startAt, one.durationMs)?.delivery.status === 'acknowledged';

  it('never owes what is acknowledged, never owes twice, never forgets an acknowledgement', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        let state = deliveries.initial;
        const settled: UsageInterval[] = [];
        facts.forEach((fact, position) => {
          state = deliveries.apply(state, entryOf(fact, position));
          const owed = owedUsage(state).flatMap(({ intervals }) => intervals);
          expect(new Set(owed.map(({ startAt, durationMs }) => `${startAt}/${durationMs}`)).size).toBe(owed.length);
          expect(owed.filter((one) => isAcknowledged(state, one))).toEqual([]);
          for (const one of settled) expect(isAcknowledged(state, one)).toBe(true);
          if (fact[1] === 'UsageDue')
            settled.push(
              ...fact[2].usage.flatMap(({ intervals }) => intervals).filter((one) => isAcknowledged(state, one)),
            );
        });
      }),
    );
  });

  it('accounts for every interval that was ever due', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        let state = deliveries.initial;
        const everDue = facts.flatMap((fact, position) => {
          state = deliveries.apply(state, entryOf(fact, position));
          return deliveriesDue(state, 0, Number.MAX_SAFE_INTEGER).flatMap(({ usage }) =>
            usage.flatMap(({ intervals }) => intervals),
          );
        });
        for (const one of everDue)
          expect(intervalDelivery(state, 'battery', one.startAt, one.durationMs)).toBeDefined();
      }),
    );
  });

  it('goes on from a checkpoint to the same state as from the beginning', () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(40), (facts, cut) => {
        const checkpoint = throughJson(told(deliveries, facts.slice(0, cut)));
        expect(told(deliveries, facts.slice(cut), checkpoint, Math.min(cut, facts.length))).toEqual(
          told(deliveries, facts),
        );
      }),
    );
  });

  it('returns the same state for facts that do not concern it, or name no delivery it knows', () => {
    const state = told(deliveries, [due('d1', day), started('d1'), acknowledged('d1')]);
    const idle: Told[] = [
      [at(30), 'AlarmCleared', { alarm: 'usageInDoubt' }],
      started('constructor'),
      rejected('d1'),
      released('d9'),
    ];
    expect(told(deliveries, idle, state, 3)).toBe(state);
  });

  it('told to keep three days, stays small for ever and yet loses no hour that is owed', () => {
    const bounded = deliveriesProjection({ keepMs: 3 * dayMs });
    const run = (days: number, delivers: (day: number) => boolean) => {
      let state = bounded.initial;
      const sizes: number[] = [];
      for (let number = 0; number < days; number += 1) {
        const intervals = Array.from({ length: 24 }, (_, hour) => interval(number * 24 + hour));
        const id = `d${number}`;
        const midnight = (number + 1) * 24;
        const told = delivers(number) ? [started(id), acknowledged(id)] : [];
        const facts = [
          due(id, intervals, 'request-1', midnight),
          ...told.map(([, ...said]) => [at(midnight), ...said] as Told),
        ];
        facts.forEach((fact, index) => (state = bounded.apply(state, entryOf(fact, number * 3 + index))));
        if (number < 100) sizes.push(JSON.stringify(state).length);
      }
      return { state, sizes };
    };
    const healthy = run(100, () => true);
    expect(Math.max(...healthy.sizes)).toBeLessThan(1.2 * (healthy.sizes[10] as number));
    const oneMissing = run(100, (number) => number !== 7);
    expect(owedUsage(oneMissing.state)).toMatchObject([{ deliveryID: 'd7' }]);
    const limitDays = unsettledKeepMs / dayMs;
    expect(owedUsage(run(limitDays + 5, (number) => number > 0).state)).toEqual([]);
  });
});

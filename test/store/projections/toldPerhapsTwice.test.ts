import { describe, expect, it } from 'vitest';
import { countHours, tableColumns } from '../../../src/cli/days/deliveryDays.ts';
import { daySpan } from '../../../src/programme/calendar.ts';
import type { UsageInterval } from '../../../src/facts/usage.ts';
import { deliveriesProjection } from '../../../src/store/projections/deliveries.ts';
import { hourDelivery } from '../../../src/store/projections/hourDelivery.ts';
import { hourMs, told, type Told } from './facts.ts';

const span = daySpan('2026-07-28', 'America/New_York');
const dueAt = span.endAt + 60_000;
const resourceID = 'battery';

const interval = (fromHour: number, hours: number, energyWattHours: number | null = 100): UsageInterval => ({
  startAt: span.startAt + fromHour * hourMs,
  durationMs: hours * hourMs,
  energyWattHours,
});

type Ending = 'due' | 'acknowledged' | 'resend' | 'hold' | 'released' | 'rejected';

/** A delivery of some intervals, and what became of each of its sendings. */
const delivery = (deliveryID: string, of: UsageInterval, ...endings: readonly Ending[]): readonly Told[] => {
  const data = {
    deliveryID,
    reportRequestID: 'request-1',
    responseCode: '200',
    why: '',
    because: 'so',
    requestID: 'm',
  };
  const facts: Told[] = [[dueAt, 'UsageDue', { ...data, usage: [{ resourceID, intervals: [of] }] }]];
  for (const ending of endings) {
    if (ending !== 'released') facts.push([dueAt, 'UsageDeliveryStarted', { ...data, exchangeID: 'exchange-1' }]);
    if (ending === 'acknowledged') facts.push([dueAt, 'UsageDeliveryAcknowledged', data]);
    if (ending === 'rejected') facts.push([dueAt, 'UsageDeliveryRejected', data]);
    if (ending === 'released') facts.push([dueAt, 'UsageDeliveryReleased', data]);
    if (ending === 'resend' || ending === 'hold')
      facts.push([dueAt, 'UsageDeliveryDoubted', { ...data, policy: ending }]);
  }
  return facts;
};

const twiceOf = (...facts: readonly Told[]): readonly string[] =>
  hourDelivery(told(deliveriesProjection(), facts), resourceID, span.startAt).perhapsTwice.map(
    (each) => each.deliveryID,
  );

describe('an hour that may have been counted twice', () => {
  it.each([
    ['sent again as it was and acknowledged', delivery('d1', interval(0, 1), 'resend', 'acknowledged'), ['d1']],
    ['in doubt twice', delivery('d1', interval(0, 1), 'resend', 'resend'), ['d1']],
    [
      'told by another delivery',
      [...delivery('d1', interval(0, 1), 'resend'), ...delivery('d2', interval(0, 1), 'acknowledged')],
      ['d1'],
    ],
    [
      'told in part by another grid',
      [...delivery('d1', interval(0, 1), 'hold'), ...delivery('d2', interval(0.5, 0.5), 'acknowledged')],
      ['d1'],
    ],
  ])('is one in doubt that was %s', (_, facts, twice) => {
    expect(twiceOf(...facts)).toEqual(twice);
  });

  it.each([
    ['acknowledged', delivery('d1', interval(0, 1), 'acknowledged')],
    ['in doubt, and not sent again yet', delivery('d1', interval(0, 1), 'resend')],
    ['in doubt, and refused when it was sent again', delivery('d1', interval(0, 1), 'resend', 'rejected')],
    [
      'let go by a person, because it was not counted',
      delivery('d1', interval(0, 1), 'hold', 'released', 'acknowledged'),
    ],
    [
      'in doubt beside another part of it',
      [...delivery('d1', interval(0, 0.5), 'resend'), ...delivery('d2', interval(0.5, 0.5), 'acknowledged')],
    ],
    [
      'in doubt as a placeholder, which says nothing of energy',
      [...delivery('d1', interval(0, 1, null), 'resend'), ...delivery('d2', interval(0, 1), 'acknowledged')],
    ],
    [
      'acknowledged under two requests, which both asked for it',
      [...delivery('d1', interval(0, 1), 'acknowledged'), ...delivery('d2', interval(0, 1), 'acknowledged')],
    ],
  ])('is none that is %s', (_, facts) => {
    expect(twiceOf(...facts)).toEqual([]);
  });

  it('is counted by day, and has a column where there is any', () => {
    const rowOf = (...endings: readonly Ending[]) =>
      countHours(told(deliveriesProjection(), delivery('d1', interval(0, 1), ...endings)), resourceID, span);
    const twice = rowOf('resend', 'acknowledged');
    expect(twice).toMatchObject({ perhapsTwice: 1, count: { acknowledged: 1 } });
    const headersOf = (row: typeof twice) => tableColumns([row]).map(({ name }) => name);
    expect(headersOf(twice)).toContain('perhapsTwice');
    expect(headersOf(rowOf('acknowledged'))).not.toContain('perhapsTwice');
  });
});

/** Prices of a day on which the clocks are moved, and prices that say themselves when each begins: taken by what their intervals say. */
import { describe, expect, it } from 'vitest';
import { daySpan } from '../../src/programme/calendar.ts';
import { formatDateTime } from '../../src/protocol/types/dateTime.ts';
import { priceAt } from '../../src/store/projections/priceSlots.ts';
import { conversation, type Conversation } from '../support/conversation.ts';
import { distributeEvent, hourMs, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';

const timeZone = 'America/New_York';

const clockChanges = [
  { day: '2026-03-08', hours: 23, what: 'the clocks skip an hour' },
  { day: '2026-11-01', hours: 25, what: 'the clocks repeat an hour' },
] as const;

const pricesOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, hour) => `0.${String(hour + 10)}`);

interface Listed {
  readonly startAt: number;
  readonly count: number;
  readonly duration: string;
  /** When each interval says that it begins; they say nothing if absent. */
  readonly startOf?: (index: number) => number;
}

/** Lists one DR event with hourly prices, and says how it was answered. */
const listed = async (talk: Conversation, { startAt, count, duration, startOf }: Listed) => {
  const signal = priceSignal(pricesOf(count));
  const intervals = signal.intervals.map((interval, index) =>
    startOf === undefined ? interval : { ...interval, dtstart: formatDateTime(startOf(index)) },
  );
  await talk.hand(
    distributeEvent([oadrEventOf({ startAt, period: { duration }, signals: [{ ...signal, intervals }] })]),
  );
  const [answer] = talk.named('oadrCreatedEvent').flatMap(({ eventResponses = [] }) => eventResponses);
  const [accepted] = await talk.facts('DrEventAccepted');
  const prices = talk.world.agent?.state.views.prices;
  return {
    answer: `${answer?.responseCode} ${answer?.optType}`,
    endAt: accepted?.['endAt'],
    remarks: accepted?.['remarks'],
    priceAt: (at: number) => (prices === undefined ? null : (priceAt(prices, at)?.usdPerKwh ?? null)),
  };
};

const eveOf = (startAt: number): Promise<Conversation> => conversation({ startAt: startAt - 6 * hourMs });

describe.each(clockChanges)('the prices of a day on which $what, as one event of P1D', ({ day, hours }) => {
  const { startAt, endAt } = daySpan(day, timeZone);

  // @row +7.24
  it(`given ${hours} hours, then it is opted into, its end is that of the intervals, and the last hour has its price`, async () => {
    const found = await listed(await eveOf(startAt), { startAt, count: hours, duration: 'P1D' });
    expect(found.answer).toBe('200 optIn');
    expect(found.endAt).toBe(endAt);
    expect(found.remarks).toEqual([expect.stringMatching(/the clocks are moved in between/)]);
    expect(found.priceAt(endAt - 1)).toBe(pricesOf(hours).at(-1));
    expect(found.priceAt(endAt)).toBeNull();
  });

  it('given 24 hours, then it is 24 hours by its own word, no price is made up, and what that means for the day is remarked', async () => {
    const found = await listed(await eveOf(startAt), { startAt, count: 24, duration: 'P1D' });
    expect(found).toMatchObject({ answer: '200 optIn', endAt: startAt + 24 * hourMs });
    expect(found.remarks).toEqual([
      expect.stringMatching(
        hours === 25
          ? /last 24 h, .* 25 h, .* the last 1 h of the days has no price/
          : /the last 1 h of the intervals lies in the day after/,
      ),
    ]);
    expect(found.priceAt(startAt + 24 * hourMs)).toBeNull();
  });

  // @row -7.24
  it.each([22, 26])('given %i hours, then it is refused with 459, and nothing of it is in force', async (count) => {
    const found = await listed(await eveOf(startAt), { startAt, count, duration: 'P1D' });
    expect(found).toMatchObject({ answer: '459 optOut', endAt: undefined });
    expect(found.priceAt(startAt)).toBeNull();
  });
});

describe('a day without a change of the clock', () => {
  const { startAt } = daySpan('2026-06-11', timeZone);

  it.each([23, 25])('given %i hours in a P1D, then it is refused with 459', async (count) => {
    expect(await listed(await eveOf(startAt), { startAt, count, duration: 'P1D' })).toMatchObject({
      answer: '459 optOut',
    });
  });
});

describe('prices of which each says when it begins', () => {
  const { startAt } = daySpan('2026-06-11', timeZone);

  it('given an active period that says otherwise, then the end is theirs, and that is remarked', async () => {
    const startOf = (index: number): number => startAt + index * hourMs;
    const found = await listed(await eveOf(startAt), { startAt, count: 5, duration: 'PT4H', startOf });
    expect(found).toMatchObject({ answer: '200 optIn', endAt: startAt + 5 * hourMs });
    expect(found.remarks).toEqual([expect.stringMatching(/each interval says when it begins/)]);
    expect(found.priceAt(startAt + 4.5 * hourMs)).toBe('0.14');
  });

  it.each<readonly [string, (index: number) => number]>([
    ['leave a gap', (index) => startAt + (index < 3 ? index : index + 1) * hourMs],
    ['lie over one another', (index) => startAt + (index < 3 ? index : index - 1) * hourMs],
    ['begin before the event', (index) => startAt + (index - 1) * hourMs],
  ])('given beginnings that %s, then nobody can say when they hold: 459', async (_, startOf) => {
    const found = await listed(await eveOf(startAt), { startAt, count: 5, duration: 'PT4H', startOf });
    expect(found.answer).toBe('459 optOut');
    expect(found.priceAt(startAt)).toBeNull();
  });
});

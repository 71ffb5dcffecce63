import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { daySpan, hourMs, hoursOf, nextDay, type DaySpan } from '../../../src/programme/calendar.ts';
import { sumOf } from '../../../src/programme/money.ts';
import { grouped } from '../../../src/files/grouped.ts';
import { settle } from '../../../src/settlement/settle.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';
import { createRandom } from '../../../src/vtn/random.ts';
import { pricesAccepted } from '../../store/projections/drEventFacts.ts';
import { shareOf } from '../../support/leftOut.ts';
import { agentStarted, meterRead, type Told } from '../../store/projections/facts.ts';
import { ledgerOf, timeZone } from '../support/facts.ts';

/** A year by hours: net energy and price of each. */
interface Year {
  readonly spans: readonly DaySpan[];
  readonly wattHours: readonly number[];
  readonly prices: readonly string[];
}

const daysOf = (year: number): readonly DaySpan[] => {
  const spans = [daySpan(`${year}-01-01`, timeZone)];
  for (
    let next = nextDay(spans[0] as DaySpan, timeZone);
    next.day.startsWith(String(year));
    next = nextDay(next, timeZone)
  )
    spans.push(next);
  return spans;
};

/** Prices of five decimals, some of them negative, and energy both ways. */
const randomYear = (year: number, seed: number): Year => {
  const random = createRandom('year', seed);
  const spans = daysOf(year);
  const hours = spans.flatMap(hoursOf);
  return {
    spans,
    wattHours: hours.map(() => random.integer(-5_000, 5_000)),
    prices: hours.map(() => (random.integer(-2_000, random.chance(0.01) ? 542_000 : 30_000) / 100_000).toFixed(5)),
  };
};

const factsOf = ({ spans, wattHours, prices }: Year): readonly Told[] => {
  const startAt = (spans[0] as DaySpan).startAt;
  const facts: Told[] = [agentStarted(startAt - hourMs), meterRead(startAt, 0, 0)];
  let [index, drawn, given] = [0, 0, 0];
  for (const span of spans) {
    const hours = hoursOf(span);
    facts.push(
      pricesAccepted(span.startAt - 7 * hourMs, span.startAt, prices.slice(index, index + hours.length), {
        eventID: `event ${span.day}`,
      }),
    );
    for (const at of hours) {
      const energy = wattHours[index] as number;
      [drawn, given, index] = [drawn + Math.max(0, energy), given + Math.max(0, -energy), index + 1];
      facts.push(meterRead(at + hourMs, drawn, given));
    }
  }
  return facts;
};

const engineOf = (
  year: number,
  { wattHours, prices }: Year,
): { readonly hours: readonly number[]; readonly months: readonly number[] } =>
  JSON.parse(
    execFileSync(process.execPath, [new URL('../support/rateEngine.mjs', import.meta.url).pathname], {
      env: { ...process.env, TZ: timeZone },
      input: JSON.stringify({ year, load: wattHours.map((each) => each / 1_000), prices: prices.map(Number) }),
      maxBuffer: 32e6,
      encoding: 'utf8',
    }),
  ) as { hours: number[]; months: number[] };

const settledYear = (year: Year): Settlement => {
  const [startAt, endAt] = [(year.spans[0] as DaySpan).startAt, (year.spans.at(-1) as DaySpan).endAt];
  return settle(ledgerOf(factsOf(year)), { startAt, endAt, asOf: { position: 0, at: endAt }, timeZone });
};

describe('a random year, settled here and by an independent engine', () => {
  const years = [
    [2026, 20261],
    [2028, 20282],
  ] as const;
  it.each(shareOf(years, ([year]) => year === 2026))(
    'given %i, then every hour and every month comes to the same, to a billionth of a dollar and to the cent',
    (number, seed) => {
      const year = randomYear(number, seed);
      const settlement = settledYear(year);
      const engine = engineOf(number, year);
      const amounts = settlement.lines.map(({ money }) => Number(money?.amountUsd));
      expect(amounts).toHaveLength(engine.hours.length);
      const worst = amounts.reduce(
        (most, amount, index) => Math.max(most, Math.abs(amount - (engine.hours[index] as number))),
        0,
      );
      expect(worst).toBeLessThan(1e-9);
      const months = [...grouped(settlement.lines, ({ day }) => day.slice(0, 7)).values()].map((lines) =>
        sumOf(lines.flatMap(({ money }) => money?.amountUsd ?? [])),
      );
      months.forEach((amount, index) =>
        expect(Math.abs(Number(amount) - (engine.months[index] as number))).toBeLessThan(1e-6),
      );
      expect(settlement.roundedGroups.map(({ roundedUsd }) => roundedUsd)).toEqual(
        engine.months.map((amount) => amount.toFixed(2)),
      );
      expect(settlement.totals.settledHours).toBe(number === 2028 ? 8_784 : 8_760);
    },
  );
});

import { dayOf, hourMs, hoursOf, localText, nextDay, type DaySpan } from '../../src/programme/calendar.ts';

/** Years of prices that are made, each by its seed: as real ones are, with noise, seasons, spikes and days of 23 and 25 hours. */

/** A price and the hour it holds for. @unit USD/kWh */
export interface MadePrice {
  readonly startAt: number;
  readonly endAt: number;
  readonly usdPerKwh: string;
}

/** Chance from a seed: equal seeds give equal numbers (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A number of the normal distribution. */
const normal = (chance: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());

/** A hill around an hour of the day, over midnight too. */
const hill = (hour: number, at: number, width: number): number => {
  const distance = Math.min(Math.abs(hour - at), 24 - Math.abs(hour - at));
  return Math.exp(-((distance / width) ** 2) / 2);
};

/** 1 in the middle of January, -1 in the middle of July. */
const winter = (yearDay: number): number => Math.cos((2 * Math.PI * (yearDay - 15)) / 365);

/** What a day is like. */
interface MadeDay {
  readonly yearDay: number;
  readonly isWeekend: boolean;
  /** The level of the day's prices, wandering from day to day around 0. */
  readonly level: number;
  readonly chance: () => number;
}

/** The price of a local hour of a day. */
type Shape = (hour: number, day: MadeDay) => number;

const marketLike: Shape = (hour, { yearDay, isWeekend, level }) => {
  const cold = Math.max(0, winter(yearDay));
  const hot = Math.max(0, -winter(yearDay));
  const peaks =
    0.018 * cold * hill(hour, 8, 2) + (0.028 * cold + 0.03 * hot) * hill(hour, 18, 3) + 0.012 * hot * hill(hour, 15, 3);
  return (0.038 + 0.03 * cold + peaks * (isWeekend ? 0.7 : 1) - 0.012 * hill(hour, 3, 3)) * Math.exp(0.35 * level);
};

/** What a kind of year is made of: its shape, how much its hours jump about, and what comes on top for the whole year. */
interface YearKind {
  readonly shape: Shape;
  /** Of the logarithm of a price. */
  readonly noise: number;
  readonly onTop?: (prices: number[], hours: readonly MadeHour[], chance: () => number) => void;
}

interface MadeHour {
  readonly startAt: number;
  readonly day: string;
  readonly hour: number;
}

/** Capacity is paid for in the three dearest hours of the three dearest days of each month. @unit USD/kWh */
const capacityUsd = 1.33;

const addCapacity = (prices: number[], hours: readonly MadeHour[]): void => {
  const months = new Map<string, Map<string, number[]>>();
  hours.forEach(({ day }, index) => {
    const days = months.get(day.slice(0, 7)) ?? new Map<string, number[]>();
    days.set(day, [...(days.get(day) ?? []), index]);
    months.set(day.slice(0, 7), days);
  });
  const at = (index: number): number => prices[index] as number;
  for (const days of months.values()) {
    const ranked = [...days.values()].map((own) => own.toSorted((a, b) => at(b) - at(a)).slice(0, 3));
    for (const top of ranked.toSorted((a, b) => at(b[0] as number) - at(a[0] as number)).slice(0, 3))
      for (const index of top) prices[index] = at(index) + capacityUsd;
  }
};

const addSun = (prices: number[], hours: readonly MadeHour[], chance: () => number): void => {
  let sun = 0;
  hours.forEach(({ hour }, index) => {
    if (hour === 0) sun = chance() < 0.45 ? 0.02 + 0.05 * chance() : 0;
    prices[index] = (prices[index] as number) - sun * hill(hour, 12.5, 2.5);
  });
};

const addSpikes = (prices: number[], _hours: readonly MadeHour[], chance: () => number): void => {
  for (let spike = 0; spike < 40; spike += 1) {
    const at = Math.floor(chance() * prices.length);
    prices[at] = (prices[at] as number) * (3 + 12 * chance());
  }
};

const kinds = {
  /** A market's prices and what capacity costs in the dearest hours: as the programme makes its rate. */
  terLike: { shape: marketLike, noise: 0.08, onTop: addCapacity },
  /** Hardly any spread that pays for wear. */
  calm: {
    shape: (hour, { level }) => 0.05 * Math.exp(0.15 * level) + 0.012 * hill(hour, 19, 3) - 0.008 * hill(hour, 3, 3),
    noise: 0.05,
  },
  /** Much sun: many middays below nothing, and evenings that are dear. */
  negative: {
    shape: (hour, day) => marketLike(hour, day) + 0.035 * hill(hour, 20, 2) - 0.015 * hill(hour, 12.5, 3),
    noise: 0.12,
    onTop: addSun,
  },
  /** A morning and an evening that are dear, with a cheap noon between them. */
  doublePeak: {
    shape: (hour, { level, isWeekend }) =>
      (0.045 + (isWeekend ? 0.02 : 0.05) * hill(hour, 8, 1.5) + 0.075 * hill(hour, 19, 2) - 0.02 * hill(hour, 3, 3)) *
      Math.exp(0.25 * level),
    noise: 0.1,
    onTop: addSpikes,
  },
} as const satisfies Readonly<Record<string, YearKind>>;

/** A kind of year. */
export type YearKindName = keyof typeof kinds;

/** All kinds of years. */
export const yearKinds = Object.keys(kinds) as readonly YearKindName[];

const daysFrom = (first: string, count: number, timeZone: string): readonly DaySpan[] => {
  const days = [dayOf(Date.parse(`${first}T12:00:00Z`), timeZone)];
  while (days.length < count) days.push(nextDay(days.at(-1) as DaySpan, timeZone));
  return days;
};

/** Hourly prices of a year of a kind; `days` of it, from the first of January. */
export const priceYear = (
  name: YearKindName,
  seed: number,
  { days = 365, year = 2025, timeZone = 'America/New_York' } = {},
): readonly MadePrice[] => {
  const { shape, noise, onTop }: YearKind = kinds[name];
  const chance = seeded(seed);
  const hours: MadeHour[] = [];
  const prices: number[] = [];
  let level = 0;
  let jump = 0;
  for (const [yearDay, day] of daysFrom(`${year}-01-01`, days, timeZone).entries()) {
    level = 0.8 * level + 0.6 * normal(chance);
    const weekday = new Date(`${day.day}T12:00:00Z`).getUTCDay();
    const made: MadeDay = { yearDay, isWeekend: weekday === 0 || weekday === 6, level, chance };
    for (const startAt of hoursOf(day)) {
      const hour = Number(localText(startAt, timeZone).slice(11, 13));
      jump = 0.5 * jump + noise * normal(chance);
      hours.push({ startAt, day: day.day, hour });
      prices.push(shape(hour, made) * Math.exp(jump));
    }
  }
  onTop?.(prices, hours, chance);
  return hours.map(({ startAt }, index) => ({
    startAt,
    endAt: startAt + hourMs,
    usdPerKwh: (prices[index] as number).toFixed(5),
  }));
};

/** The prices as a file, each start with its offset. */
export const priceCsv = (prices: readonly MadePrice[], timeZone = 'America/New_York'): string =>
  `start,price\n${prices
    .map(
      ({ startAt, usdPerKwh }) =>
        `${localText(startAt, timeZone)
          .replace(/ (?=[+-])/, '')
          .replace(' ', 'T')},${usdPerKwh}\n`,
    )
    .join('')}`;

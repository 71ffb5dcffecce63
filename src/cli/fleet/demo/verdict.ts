/** The ledgers of the demo's VENs held against the books of its VTN. */
import { comingToYou, sumOf } from '../../../programme/money.ts';
import { moneyWords } from '../../../programme/moneyWords.ts';
import { counted } from '../../../telling/words.ts';
import type { BookedAmount, BookedDay } from '../../../vtn/booking.ts';
import type { Vtn } from '../../../vtn/vtn.ts';
import { kilowattHoursText, totalOf, toYouText } from '../../dayTable.ts';
import { areSame } from '../../demo/ledger.ts';
import { tableText } from '../../table.ts';
import { resourceOf, type DemoTimes } from './demoVens.ts';
import type { VenDay } from './venDay.ts';

/** What the comparison came to. */
export interface DemoVerdict {
  readonly isWhole: boolean;
  readonly text: string;
}

/** The day of one VEN beside the books. */
interface Compared {
  readonly venID: string;
  readonly hours: number;
  readonly prices: number;
  readonly energyWattHours: number;
  readonly amountUsd: string;
  readonly agrees: boolean;
}

/** @limit VENs that are shown one by one; the rest is summed up. */
const shown = 5;

const bookedByResource = ({ hours }: BookedDay): ReadonlyMap<string, readonly BookedAmount[]> => {
  const found = new Map<string, BookedAmount[]>();
  for (const hour of hours) {
    const known = found.get(hour.resourceID);
    if (known === undefined) found.set(hour.resourceID, [hour]);
    else known.push(hour);
  }
  return found;
};

/** How many of the prices are those of the VTN. */
const samePrices = (ours: readonly (string | null)[], theirs: readonly (string | undefined)[]): number =>
  ours.filter((price, index) => price !== null && Number(price) === Number(theirs[index])).length;

const comparedWith =
  (booked: ReadonlyMap<string, readonly BookedAmount[]>, prices: readonly string[], nextPrices: readonly string[]) =>
  ({ venID, lines, nextPrices: known }: VenDay): Compared => {
    const own = lines.map(({ usdPerKwh }) => usdPerKwh);
    const right = samePrices(own, prices) + samePrices(known, nextPrices);
    const isPriced = right === prices.length + nextPrices.length;
    const hours = lines.filter(({ delivery }) => delivery === 'acknowledged').length;
    const isTold = hours > 0 && hours === lines.length;
    return {
      venID,
      hours,
      prices: right,
      ...totalOf(lines),
      agrees: isPriced && isTold && areSame(lines, booked.get(resourceOf(venID)) ?? []),
    };
  };

const rowOf = ({ venID, hours, prices, energyWattHours, amountUsd, agrees }: Compared): readonly string[] => [
  venID,
  String(hours),
  String(prices),
  kilowattHoursText(energyWattHours),
  toYouText(amountUsd),
  agrees ? 'the same' : 'SOMETHING ELSE',
];

/** Holds the days that the VENs' logs tell against the books, and says what came of it; the worst first. */
export const verdictOn = (
  days: readonly VenDay[],
  vens: number,
  vtn: Pick<Vtn, 'bookingOf' | 'pricesOf'>,
  { span, next }: DemoTimes,
): DemoVerdict => {
  const books = vtn.bookingOf(span.day);
  const { totals } = books;
  const all = days.map(
    comparedWith(bookedByResource(books), vtn.pricesOf(span.day) ?? [], vtn.pricesOf(next.day) ?? []),
  );
  const worst = [...all].sort((one, other) => Number(one.agrees) - Number(other.agrees) || one.hours - other.hours);
  const sum = (what: 'hours' | 'prices' | 'energyWattHours'): number =>
    all.reduce((total, day) => total + day[what], 0);
  const amountUsd = sumOf(all.map((day) => day.amountUsd));
  const agreeing = all.filter(({ agrees }) => agrees).length;
  const rest = worst.length - shown;
  const rows = [
    ...worst.slice(0, shown).map(rowOf),
    ...(rest > 0 ? [[`and ${rest} more`, '', '', '', '', '']] : []),
    [
      'all',
      String(sum('hours')),
      String(sum('prices')),
      kilowattHoursText(sum('energyWattHours')),
      toYouText(amountUsd),
      `VTN: ${toYouText(totals.amountUsd)}`,
    ],
  ];
  const table = tableText(['VEN', 'hours', 'prices', 'kWh net', 'USD', 'VTN’s books'], rows, {
    rightFrom: 1,
    ruleBeforeLast: true,
  });
  const isWhole = agreeing === vens && toYouText(totals.amountUsd) === toYouText(amountUsd) && totals.toldTwice === 0;
  const sentence = isWhole
    ? `The ledgers of all ${counted(vens, 'VEN')} are equal to the VTN’s books, hour by hour: ${sum('hours')} hours, none lost and none told twice, ${sum('prices')} prices, none missed, ${moneyWords(comingToYou(amountUsd))} in all.`
    : `The ledgers of ${vens - agreeing} of ${counted(vens, 'VEN')} differ from the VTN’s books, which have ${totals.intervals} hours, ${totals.toldTwice} of them told twice.`;
  const head = `${span.day}; kWh: + is drawn, − is delivered. USD: + comes to you. Prices: of the day and of the one after it.`;
  return { isWhole, text: `\n${head}\n\n${table}\n${sentence}\n` };
};

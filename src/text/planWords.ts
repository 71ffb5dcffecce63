/** Why a device does what it does, in words. */
import { stakeText } from './quantities.ts';

/** What binds: why no more is done, or nothing. */
export const limitWords = {
  price: 'Its price decides, and nothing else.',
  power: 'It does as much as its power allows.',
  full: 'It is full.',
  empty: 'It is empty.',
  reserve: 'Only your reserve is left.',
  departure: 'It fills up for the departure.',
  override: 'You told it so.',
  quietTime: 'It is to be quiet then.',
  floor: 'The price is below the one at which you let it sell.',
  away: 'It is away.',
  noPrice: 'No price is known, so nothing is traded.',
  constraint: 'A DR event asks for it.',
  siteLimit: 'The connection of the site is at its limit.',
  deadline: 'It draws what it needs by its deadline, and no more.',
} as const;

/** The same in one word. */
export const limitNames = {
  price: 'Price',
  power: 'Power',
  full: 'Level',
  empty: 'Level',
  reserve: 'Reserve',
  departure: 'Departure',
  override: 'Override',
  quietTime: 'Quiet hours',
  floor: 'Least price',
  away: 'Away',
  noPrice: 'No price',
  constraint: 'DR event',
  siteLimit: 'Connection',
  deadline: 'Need',
} as const satisfies Record<keyof typeof limitWords, string>;

/** The same in a row of a table: what binds, and not which room of a page it belongs to. */
export const limitTags = {
  price: 'price',
  power: 'power',
  full: 'full',
  empty: 'empty',
  reserve: 'reserve',
  departure: 'departure',
  override: 'override',
  quietTime: 'quiet time',
  floor: 'least price',
  away: 'away',
  noPrice: 'no price',
  constraint: 'DR event',
  siteLimit: 'connection',
  deadline: 'need',
} as const satisfies Record<keyof typeof limitWords, string>;

/** What binds, with the names of the DR events that do. */
export const limitText = ({
  limit,
  eventIDs = [],
}: {
  readonly limit: keyof typeof limitWords;
  readonly eventIDs?: readonly string[];
}): string =>
  limit !== 'constraint' || eventIDs.length === 0
    ? limitWords[limit]
    : eventIDs.length === 1
      ? `DR event ${eventIDs.join('')} asks for it.`
      : `DR events ${eventIDs.slice(0, -1).join(', ')} and ${eventIDs.at(-1) ?? ''} ask for it.`;

/** Limits beside which a price would change nothing. */
export const pricelessLimits: readonly string[] = ['override', 'away', 'noPrice', 'constraint'];

/** What a wish is called. */
export const wishNames: Readonly<Record<string, string>> = {
  reserve: 'The reserve',
  departure: 'The departure',
  quietTime: 'The quiet time',
  floor: 'The least selling price',
  cycles: 'The limit of cycles',
  leastGain: 'The least gain',
  override: 'Your override',
  constraint: 'What a DR event asks',
};

/** What is missed, by the kind of wish. */
export const missedNames: Readonly<Record<string, string>> = {
  ...wishNames,
  deadline: 'The energy by the deadline',
  delivery: 'The power that a DR event asks',
  siteLimit: 'The limit of the connection',
  trip: 'The energy of a trip',
};

/** @limit How far a plan may be from the best and still be called the best. @unit USD */
const noGapUsd = 0.005;

/** That a plan may not be the best, where too many devices would have to be decided at once; null where it is. */
export const gapText = (gapUsd: string): string | null =>
  Number(gapUsd) < noGapUsd
    ? null
    : `A better plan could be worth up to ${stakeText(Number(gapUsd))} more: prices far below nothing, or limits, let devices gain by charging and delivering in turns, and for so many of them the best turns are not searched for.`;

/** Whether it rests between the two prices. Far below nothing both may hold at once: then it buys or sells, and does not rest. */
export const wouldRest = (buyBelow: string | null, sellAbove: string | null): boolean =>
  buyBelow === null || sellAbove === null || Number(buyBelow) <= Number(sellAbove);

import type { DaySpan } from '../programme/calendar.ts';
import type { OadrDataQuality } from '../protocol/types/enumerations.ts';
import type { ReportRequestID, RequestID, ResourceID } from '../protocol/types/identifiers.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { decimalOf, decimalText, isSameNumber, product, sum, zero } from './decimal.ts';
import type { BookDecimal } from './decimal.ts';
import { pushWithin } from './bounded.ts';

/** One time the VTN was told the energy of a device in an interval. */
export interface ToldEnergy {
  /** When the VTN was told. @unit UTC ms */
  readonly at: number;
  readonly energyKilowattHours: DecimalText;
  readonly oadrDataQuality?: OadrDataQuality;
  readonly reportRequestID: ReportRequestID;
  readonly requestID: RequestID;
}

/** What the VTN knows of a device in an interval. */
export interface Booked {
  readonly resourceID: ResourceID;
  /** @unit UTC ms */
  readonly startAt: number;
  /** @unit ms */
  readonly lengthMs: number;
  /** The value that counts: the last that is not marked bad; nothing when none is good. */
  readonly energyKilowattHours?: DecimalText;
  readonly oadrDataQuality?: OadrDataQuality;
  /** Under which request the value that counts was told. */
  readonly reportRequestID?: ReportRequestID;
  /** Everything it was told, oldest first. */
  readonly told: readonly ToldEnergy[];
  /** What a cumulative register shows that adds whatever arrives: more than the value when an hour was told twice. */
  readonly registerKilowattHours: DecimalText;
  /** Good values that differ from one another: nobody can say which is right. */
  readonly conflictingValues: readonly DecimalText[];
}

/** A booked interval with its price. */
export interface BookedAmount extends Booked {
  /** @unit USD/kWh */
  readonly priceUsdPerKwh?: DecimalText;
  /** Cost positive, credit negative. @unit USD */
  readonly amountUsd?: DecimalText;
}

/** A local day in the VTN's books. */
export interface BookedDay {
  readonly day: string;
  readonly hours: readonly BookedAmount[];
  readonly totals: BookingTotals;
}

/** Sums over intervals. */
export interface BookingTotals {
  readonly energyKilowattHours: DecimalText;
  readonly registerKilowattHours: DecimalText;
  readonly amountUsd: DecimalText;
  /** Intervals with a value that counts. */
  readonly intervals: number;
  /** Intervals told more than once. */
  readonly toldTwice: number;
  readonly conflicts: number;
}

/** Why something that was acknowledged with 200 is nowhere in the books. */
export type VanishedReason =
  'unknownReportRequestID' | 'unknownRID' | 'unknownResourceID' | 'noDtstart' | 'otherUnit' | 'unreadable';

/** A value that was acknowledged and never booked, as the real VTNs do it. */
export interface Vanished {
  readonly at: number;
  readonly reason: VanishedReason;
  readonly requestID: RequestID;
  readonly reportRequestID: ReportRequestID;
  readonly rID?: string;
  readonly resourceID?: ResourceID;
  readonly dtstart?: string;
  readonly payloadFloat?: DecimalText;
}

/** One value on its way into the books. */
export interface BookingLine extends ToldEnergy {
  readonly resourceID: ResourceID;
  readonly startAt: number;
  readonly lengthMs: number;
}

/** Price of the hour an instant falls in, in dollars per kilowatt-hour. */
export type PriceAt = (at: number) => BookDecimal | undefined;

/** The VTN's own books. */
export interface Booking {
  readonly book: (line: BookingLine) => void;
  readonly vanish: (vanished: Vanished) => void;
  /** Whether anything was told of an interval of a device, under whatever request. */
  readonly isTold: (interval: Pick<BookingLine, 'resourceID' | 'startAt' | 'lengthMs'>) => boolean;
  /** Everything booked, by device and start. */
  readonly all: () => readonly BookedAmount[];
  readonly ofDay: (day: DaySpan) => BookedDay;
  readonly totals: () => BookingTotals;
  readonly vanished: readonly Vanished[];
}

/** @limit vanished values remembered; what is older is forgotten */
const vanishedLimit = 100_000;

const isGood = ({ oadrDataQuality }: ToldEnergy): boolean =>
  oadrDataQuality === undefined ||
  !(oadrDataQuality.startsWith('Quality Bad') || oadrDataQuality.startsWith('No Quality'));

const distinctNumbers = (texts: readonly DecimalText[]): DecimalText[] =>
  texts.filter((text, index) => texts.findIndex((other) => isSameNumber(decimalOf(other), decimalOf(text))) === index);

interface Cell {
  readonly resourceID: ResourceID;
  readonly startAt: number;
  readonly lengthMs: number;
  readonly told: ToldEnergy[];
}

const countingParts = (told: ToldEnergy | undefined): Partial<Booked> =>
  told === undefined
    ? {}
    : {
        energyKilowattHours: told.energyKilowattHours,
        reportRequestID: told.reportRequestID,
        ...(told.oadrDataQuality === undefined ? {} : { oadrDataQuality: told.oadrDataQuality }),
      };

const lastQuality = (told: readonly ToldEnergy[]): Partial<Booked> => {
  const quality = told.at(-1)?.oadrDataQuality;
  return quality === undefined ? {} : { oadrDataQuality: quality };
};

const bookedOf = ({ resourceID, startAt, lengthMs, told }: Cell): Booked => {
  const good = told.filter(isGood);
  const values = distinctNumbers(good.map((one) => one.energyKilowattHours));
  return {
    resourceID,
    startAt,
    lengthMs,
    ...lastQuality(told),
    ...countingParts(good.at(-1)),
    told: [...told],
    registerKilowattHours: decimalText(good.map((one) => decimalOf(one.energyKilowattHours)).reduce(sum, zero)),
    conflictingValues: values.length > 1 ? values : [],
  };
};

const withAmount = (booked: Booked, priceAt: PriceAt): BookedAmount => {
  const price = priceAt(booked.startAt);
  if (price === undefined) return booked;
  const priced = { ...booked, priceUsdPerKwh: decimalText(price) };
  const { energyKilowattHours } = booked;
  return energyKilowattHours === undefined
    ? priced
    : { ...priced, amountUsd: decimalText(product(decimalOf(energyKilowattHours), price)) };
};

const sumOf = (texts: readonly (DecimalText | undefined)[]): DecimalText =>
  decimalText(texts.map((text) => (text === undefined ? zero : decimalOf(text))).reduce(sum, zero));

const totalsOf = (lines: readonly BookedAmount[]): BookingTotals => ({
  energyKilowattHours: sumOf(lines.map((line) => line.energyKilowattHours)),
  registerKilowattHours: sumOf(lines.map((line) => line.registerKilowattHours)),
  amountUsd: sumOf(lines.map((line) => line.amountUsd)),
  intervals: lines.filter((line) => line.energyKilowattHours !== undefined).length,
  toldTwice: lines.filter((line) => line.told.length > 1).length,
  conflicts: lines.filter((line) => line.conflictingValues.length > 0).length,
});

const byDeviceAndStart = (left: Booked, right: Booked): number =>
  left.resourceID === right.resourceID ? left.startAt - right.startAt : left.resourceID < right.resourceID ? -1 : 1;

/**
 * Opens the VTN's books.
 *
 * The key of a line is the device, the UTC start of the interval and its length, so that the two hours with the same local name in
 * autumn stay two. Nothing is ever taken out: each telling is kept, so that a test can see what a careless VTN would
 * have counted twice.
 */
export const openBooking = (priceAt: PriceAt): Booking => {
  const cells = new Map<string, Cell>();
  const vanished: Vanished[] = [];

  const keyOf = ({ resourceID, startAt, lengthMs }: Pick<BookingLine, 'resourceID' | 'startAt' | 'lengthMs'>): string =>
    `${resourceID}\u0000${startAt}\u0000${lengthMs}`;

  const cellOf = (line: BookingLine): Cell => {
    const { resourceID, startAt, lengthMs } = line;
    const key = keyOf(line);
    const known = cells.get(key);
    if (known !== undefined) return known;
    const cell: Cell = { resourceID, startAt, lengthMs, told: [] };
    cells.set(key, cell);
    return cell;
  };

  const priced = (list: readonly Cell[]): BookedAmount[] =>
    list.map((cell) => withAmount(bookedOf(cell), priceAt)).sort(byDeviceAndStart);

  const ofDay = (day: DaySpan): BookedDay => {
    const hours = priced([...cells.values()].filter(({ startAt }) => startAt >= day.startAt && startAt < day.endAt));
    return { day: day.day, hours, totals: totalsOf(hours) };
  };

  return {
    book: (line) => {
      const { resourceID: _, startAt: __, lengthMs: ___, ...told } = line;
      cellOf(line).told.push(told);
    },
    vanish: (lost) => {
      pushWithin(vanishedLimit, vanished, lost);
    },
    isTold: (interval) => cells.has(keyOf(interval)),
    all: () => priced([...cells.values()]),
    ofDay,
    totals: () => totalsOf(priced([...cells.values()])),
    vanished,
  };
};

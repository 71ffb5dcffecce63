import { hourMs } from '../programme/calendar.ts';
import { hoursWithin } from './datedHours.ts';
import { exceptionsOf } from './exceptions.ts';
import type { LedgerLine } from './ledgerLine.ts';
import type { LedgerState, PriceSeries } from './ledgerState.ts';
import { adjustmentsOf, devicesOf, isAwaited, isExpected, lineOf } from './lines.ts';
import { type Meter, registersOf } from './meter.ts';
import { type DatedAmount, defaultRounding, roundBy, type RoundingPolicy } from './rounding.ts';
import type { Settlement } from './settlement.ts';
import { totalsOf } from './totals.ts';

/** What is to be settled, and how. */
export interface SettleOptions {
  /** UTC ms. Hours that lie in it whole, and are over by `at`, are settled. */
  readonly startAt: number;
  readonly endAt: number;
  /** The last entry the ledger was made of, and the instant it is judged at. */
  readonly asOf: Settlement['asOf'];
  /** The one that people are told times in; hours are grouped by the one of their day. */
  readonly timeZone: string;
  readonly rounding?: RoundingPolicy;
  readonly series?: PriceSeries;
  /** Another meter than the registers of the log: the lines then have no history and no adjustments. */
  readonly meter?: Meter;
  /** Only these devices. */
  readonly resourceIDs?: readonly string[];
}

/** The amounts of lines, to be rounded. */
export const datedAmounts = (lines: readonly LedgerLine[]): readonly DatedAmount[] =>
  lines.flatMap(({ resourceID, day, money }) =>
    money === null ? [] : [{ resourceID, day, amountUsd: money.amountUsd }],
  );

/** Settles a stretch of time: its lines as they stand, what changed in them, and what is not as it should be. */
export const settle = (state: LedgerState, options: SettleOptions): Settlement => {
  const { startAt, asOf, timeZone, rounding = defaultRounding, series = {}, meter } = options;
  const hours = hoursWithin(
    startAt,
    Math.min(options.endAt, Math.floor(asOf.at / hourMs + 1) * hourMs),
    state.settings.length === 0 ? [{ fromAt: 0, value: { timeZone } }] : state.settings,
  ).filter((hour) => hour.startAt + hourMs <= asOf.at);
  const resourceIDs = options.resourceIDs ?? devicesOf(state);
  const found = resourceIDs.flatMap((resourceID) =>
    hours
      .filter(
        ({ startAt: hourAt }) =>
          meter !== undefined ||
          (isExpected(state, resourceID, hourAt) && !isAwaited(state, resourceID, hourAt, asOf.at)),
      )
      .map((hour) => ({ hour, ...lineOf(state, meter ?? registersOf(state.usage), resourceID, hour, series) })),
  );
  const lines = found.map(({ line }) => (meter === undefined ? line : { ...line, first: null }));
  const adjustments =
    meter === undefined
      ? found
          .flatMap(({ line, hour }) => adjustmentsOf(state, line.resourceID, hour))
          .sort((a, b) => a.position - b.position)
      : [];
  const exceptions = found.flatMap(({ line, prices, hour }) =>
    exceptionsOf({ state, line, prices, series, dayEndAt: hour.dayEndAt, at: asOf.at }),
  );
  const settled = new Set(lines.map(({ resourceID }) => resourceID));
  const { groups, roundedUsd } = roundBy(rounding, datedAmounts(lines));
  return {
    startAt,
    endAt: options.endAt,
    timeZone,
    asOf,
    rounding,
    resourceIDs: resourceIDs.filter((resourceID) => settled.has(resourceID)),
    lines,
    adjustments,
    exceptions,
    totals: totalsOf(lines, adjustments, exceptions),
    roundedGroups: groups,
    roundedUsd,
  };
};

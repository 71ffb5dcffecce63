import { daySpan, hoursOf, nextDay, type DaySpan, type LocalDay } from '../../../src/programme/calendar.ts';
import { decimalOf, decimalText, shift, subtract } from '../../../src/programme/decimal.ts';
import { differenceOf, sumOf } from '../../../src/programme/money.ts';
import type { Bill } from '../../../src/files/bill.ts';
import { ledgerProjection } from '../../../src/settlement/ledger.ts';
import type { LedgerState } from '../../../src/settlement/ledgerState.ts';
import type { HourClass } from '../../../src/settlement/reconciliation/hour.ts';
import { reconcile } from '../../../src/settlement/reconciliation/reconcile.ts';
import { settle } from '../../../src/settlement/settle.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';
import { rebuild } from '../../../src/store/projection.ts';
import type { BookedAmount } from '../../../src/vtn/booking.ts';
import type { Vtn } from '../../../src/vtn/vtn.ts';
import { resourceID, timeZone } from '../../scenarios/support/day.ts';
import { chanceFaults, troublesOf, type Plan } from './plan.ts';
import { prepare, runThrough, type Run } from './run.ts';

/** A stretch of days with every class of faults active, settled and held against the VTN's own books. */

/** Faults that may strike any exchange, each as often as this: some two hundred in a month. */
const chancePerRequest = 0.0025;

/** A plan of trouble in which no class of faults is left out, on the days that are asked for. */
export const troubledPlan = (seed: number, day: LocalDay, days: number): Plan => {
  const plan = troublesOf(seed, days);
  return {
    ...plan,
    day,
    hour: 0.2,
    vtn: { ...plan.vtn, pollFreq: 'PT15M', status: 'never', remembers: 200 },
    settings: { ...plan.settings, sampleEveryMs: 3_600_000, unknownOutcome: 'resend' },
    probabilities: Object.fromEntries(chanceFaults.map((name) => [name, chancePerRequest])),
    // Quick polls for the rest of a month say nothing about money, and cost most of the time.
    happenings: plan.happenings.filter(({ happening }) => happening.do !== 'quickenPolls'),
  };
};

/** An hour on which the ledger and the VTN's books say something else. */
export interface Difference {
  readonly startAt: number;
  readonly oursUsd: string | null;
  readonly theirsUsd: string | null;
  /** What the ledger says about the hour by itself. */
  readonly exceptions: readonly string[];
  /** What the reconciliation with the VTN's books, taken as its bill, says of it. */
  readonly hourClass: HourClass | null;
  /** Whether the VTN acknowledged a value of it under a fresh request and lost it: nothing but its bill can show that. */
  readonly hasVanished: boolean;
}

/** What it came to. */
export interface Settled {
  readonly run: Run;
  readonly state: LedgerState;
  readonly settlement: Settlement;
  readonly differences: readonly Difference[];
  /** The sums over the hours on which both say the same. @unit USD */
  readonly oursUsd: string;
  readonly theirsUsd: string;
  readonly hours: number;
}

const spansFrom = (from: LocalDay, days: number): readonly DaySpan[] => {
  const spans = [daySpan(from, timeZone)];
  while (spans.length < days) spans.push(nextDay(spans[spans.length - 1] as DaySpan, timeZone));
  return spans;
};

const vanishedStarts = (vtn: Vtn): ReadonlySet<number> =>
  new Set(vtn.vanished.flatMap(({ dtstart }) => (dtstart === undefined ? [] : [Date.parse(dtstart)])));

/** The VTN's books as the bill it would send. */
const billOf = (booked: readonly BookedAmount[]): Bill => ({
  file: 'the books of the VTN',
  lines: booked
    .filter(({ energyKilowattHours }) => energyKilowattHours !== undefined)
    .map(({ startAt, lengthMs, energyKilowattHours = '0', priceUsdPerKwh, amountUsd }, index) => ({
      device: resourceID,
      startAt,
      durationMs: lengthMs,
      energyWattHours: decimalText(shift(decimalOf(energyKilowattHours), 3)),
      usdPerKwh: priceUsdPerKwh ?? null,
      amountUsd: amountUsd ?? null,
      line: index + 1,
    })),
  totals: [],
  gaps: [],
  steps: { energyWattHours: '1', usdPerKwh: '0.00001', amountUsd: '0.00000001' },
  notes: [],
});

const isSame = (ours: string | null, theirs: string | null): boolean =>
  ours === null || theirs === null
    ? ours === theirs
    : decimalText(subtract(decimalOf(ours), decimalOf(theirs))) === '0';

/** Settles what was lived, and compares hour by hour and as a whole. */
const compared = async (run: Run, days: readonly DaySpan[]): Promise<Settled> => {
  const { world } = run;
  const { state, position, faults } = await rebuild(world.log, ledgerProjection());
  if (faults !== null) throw new Error(`${faults.count} facts were left out of the ledger: ${faults.first.message}`);
  const startAt = (days[0] as DaySpan).startAt;
  const endAt = (days[days.length - 1] as DaySpan).endAt;
  const settlement = settle(state, {
    startAt,
    endAt,
    asOf: { position, at: world.time.now() },
    timeZone,
    resourceIDs: [resourceID],
  });
  const booked = new Map<number, BookedAmount>(
    days.flatMap(({ day }) => world.vtn.bookingOf(day).hours.map((hour) => [hour.startAt, hour] as const)),
  );
  const vanished = vanishedStarts(world.vtn);
  const lines = new Map(settlement.lines.map((line) => [line.startAt, line]));
  const { hours: reconciled } = reconcile({
    settlement,
    bill: billOf([...booked.values()]),
    meter: null,
    devices: { settled: [resourceID], others: [], names: new Map() },
  });
  const classes = new Map(reconciled.map(({ startAt: at, hourClass }) => [at, hourClass]));
  const rows = days.flatMap(hoursOf).map((at) => ({
    startAt: at,
    oursUsd: lines.get(at)?.money?.amountUsd ?? null,
    theirsUsd: booked.get(at)?.amountUsd ?? null,
    exceptions: settlement.exceptions.filter((exception) => exception.startAt === at).map(({ kind }) => kind),
    hourClass: classes.get(at) ?? null,
    hasVanished: vanished.has(at) && lines.get(at)?.delivery.status === 'acknowledged',
  }));
  const agreeing = rows.filter(({ oursUsd, theirsUsd }) => isSame(oursUsd, theirsUsd));
  return {
    run,
    state,
    settlement,
    differences: rows.filter((row) => !agreeing.includes(row)),
    oursUsd: sumOf(agreeing.flatMap(({ oursUsd }) => oursUsd ?? [])),
    theirsUsd: sumOf(agreeing.flatMap(({ theirsUsd }) => theirsUsd ?? [])),
    hours: rows.length,
  };
};

/** Lives days of trouble and one of healing, and settles the days that are over then. */
export const settleTroubled = async (seed: number, from: LocalDay, days: number): Promise<Settled> => {
  const run = await prepare(troubledPlan(seed, from, days), Number.MAX_SAFE_INTEGER);
  run.world.onAppend = null; // states are looked at by the other simulations, and looking at each costs more than living it
  run.world.onRestored = null;
  await runThrough(run);
  return compared(run, spansFrom(from, days));
};

/**
 * What is not as it must be: a difference that the ledger says nothing about, or sums that are not the same.
 *
 * A value that the VTN acknowledged and lost within the half hour in which a request counts as fresh leaves no trace in the
 * log; the reconciliation with the bill must then say that it is missing there.
 */
export const problemsOf = ({ differences, oursUsd, theirsUsd, settlement: { totals } }: Settled): readonly string[] => [
  ...differences
    .filter(
      ({ exceptions, hasVanished, hourClass }) =>
        exceptions.length === 0 && !(hasVanished && hourClass === 'missingThere'),
    )
    .map(
      ({ startAt, oursUsd: ours, theirsUsd: theirs }) =>
        `${new Date(startAt).toISOString()}: ${ours} USD here, ${theirs} USD there, and no exception says so`,
    ),
  ...(differenceOf(oursUsd, theirsUsd) === '0'
    ? []
    : [`the hours that agree sum up to ${oursUsd} USD here and ${theirsUsd} USD there`]),
  ...(sumOf([totals.firstUsd, totals.adjustmentsUsd]) === totals.amountUsd
    ? []
    : [`first lines ${totals.firstUsd} and adjustments ${totals.adjustmentsUsd} are not ${totals.amountUsd}`]),
];

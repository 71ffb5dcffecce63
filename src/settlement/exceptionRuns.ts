import { sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { ExceptionKind, LedgerException, Stake } from './ledgerException.ts';

/** Exceptions of one device that follow one another and say the same, as one. */
export interface ExceptionRun {
  readonly kind: ExceptionKind;
  readonly resourceID: string;
  readonly startAt: number;
  readonly endAt: number;
  readonly hours: number;
  /** Net; null when it is not known of one of them. @unit Wh */
  readonly energyWattHours: number | null;
  readonly stake: Stake;
  readonly text: string;
  readonly advice: string;
  readonly positions: readonly number[];
}

const added = (a: DecimalText | null, b: DecimalText | null): DecimalText | null =>
  a === null || b === null ? null : sumOf([a, b]);

const joined = (run: ExceptionRun, next: LedgerException): ExceptionRun => ({
  ...run,
  endAt: next.startAt + next.durationMs,
  hours: run.hours + 1,
  energyWattHours:
    run.energyWattHours === null || next.energyWattHours === null ? null : run.energyWattHours + next.energyWattHours,
  stake: {
    lowUsd: added(run.stake.lowUsd, next.stake.lowUsd),
    highUsd: added(run.stake.highUsd, next.stake.highUsd),
    basis: run.stake.basis,
  },
  positions: [...new Set([...run.positions, ...next.positions])],
});

const runOf = ({
  kind,
  resourceID,
  startAt,
  durationMs,
  energyWattHours,
  stake,
  text,
  advice,
  positions,
}: LedgerException): ExceptionRun => ({
  kind,
  resourceID,
  startAt,
  endAt: startAt + durationMs,
  hours: 1,
  energyWattHours,
  stake,
  text,
  advice,
  positions,
});

const saysTheSame = (run: ExceptionRun, next: LedgerException): boolean =>
  run.endAt === next.startAt && run.text === next.text && run.stake.basis === next.stake.basis;

/** Joins what follows one another, in the order of device, time and kind. */
export const exceptionRuns = (exceptions: readonly LedgerException[]): readonly ExceptionRun[] => {
  const runs: ExceptionRun[] = [];
  const open = new Map<string, number>();
  for (const exception of exceptions) {
    const key = `${exception.kind} ${exception.resourceID}`;
    const index = open.get(key);
    const run = index === undefined ? undefined : runs[index];
    if (index !== undefined && run !== undefined && saysTheSame(run, exception)) runs[index] = joined(run, exception);
    else open.set(key, runs.push(runOf(exception)) - 1);
  }
  return runs.toSorted((a, b) =>
    a.resourceID < b.resourceID ? -1 : a.resourceID > b.resourceID ? 1 : a.startAt - b.startAt,
  );
};

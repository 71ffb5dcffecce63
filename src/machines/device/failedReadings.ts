/** Readings that failed, and are asked for once more while their boundary is near. */
import type { AlarmRaised } from '../../facts/alarms.ts';
import { hourMs } from '../../programme/calendar.ts';

/** How long after a failed reading it is asked for once more, each time; after the last one the device counts as silent. @unit ms */
const againAfterMs: readonly number[] = [5_000, 15_000, 30_000];

/** @limit A boundary that has passed longer ago is not asked for once more: what a device says then is of another time. @unit ms */
const againWithinMs = 120_000;

/** @limit Boundaries that are asked for once more at a time. */
const againAtOnce = 4;

/** A reading that failed and is asked for once more. */
export interface FailedReading {
  readonly boundaryAt: number;
  readonly tries: number;
  /** Null while it is asked for. UTC ms. */
  readonly dueAt: number | null;
}

/** What of a device failed lately. */
export interface FailedReadings {
  /** Readings that failed and are asked for once more; absent in a state of before. */
  readonly again?: readonly FailedReading[];
  /** Whether it did not answer, however often it was asked; absent in a state of before. */
  readonly isSilent?: boolean;
}

/** What is known then, and whether it is news that the device is silent, or that it is no more. */
type FailuresThen = Required<FailedReadings> & { readonly isNews: boolean };

/** A reading failed: it is asked for once more, or was for the last time. A silent device is only asked once more at full hours, which are billed. */
export const afterFailure = (
  { again = [], isSilent = false }: FailedReadings,
  boundaryAt: number,
  at: number,
): FailuresThen => {
  const known = again.find((each) => each.boundaryAt === boundaryAt);
  const others = again.filter((each) => each !== known);
  const tries = known === undefined ? 0 : known.tries + 1;
  const afterMs = againAfterMs[tries];
  if (afterMs === undefined) return { again: others, isSilent: true, isNews: !isSilent };
  const isWanted = at - boundaryAt <= againWithinMs && (!isSilent || boundaryAt % hourMs === 0);
  if (!isWanted || others.length >= againAtOnce) return { again: others, isSilent, isNews: false };
  return { again: [...others, { boundaryAt, tries, dueAt: at + afterMs }], isSilent, isNews: false };
};

/** A reading came; one of the last boundary says that the device answers. */
export const afterAnswer = (
  { again = [], isSilent = false }: FailedReadings,
  boundaryAt: number,
  askedAt: number | null,
): FailuresThen => {
  const isHeard = isSilent && boundaryAt === askedAt;
  return {
    again: again.filter((each) => each.boundaryAt !== boundaryAt),
    isSilent: isSilent && !isHeard,
    isNews: isHeard,
  };
};

/** When the next one is asked for; Infinity when none is. UTC ms. */
export const nextAgain = ({ again = [] }: FailedReadings): number =>
  Math.min(Number.POSITIVE_INFINITY, ...again.flatMap(({ dueAt }) => dueAt ?? []));

/** Those that are asked for now, and all of them as they stand then. */
export const askedAgain = (
  { again = [] }: FailedReadings,
  at: number,
): { readonly boundaries: readonly number[]; readonly again: readonly FailedReading[] } => {
  const isDue = ({ dueAt }: FailedReading): boolean => dueAt !== null && dueAt <= at;
  return {
    boundaries: again.filter(isDue).map(({ boundaryAt }) => boundaryAt),
    again: again.map((each) => (isDue(each) ? { ...each, dueAt: null } : each)),
  };
};

/** The alarm of a device that gave no reading. */
export const silenceOf = (resourceID: string, why: string): AlarmRaised => ({
  alarm: 'meterSilent',
  subject: resourceID,
  text: `The device ${resourceID} ${why}`,
  advice: 'Hours without readings are reported as not measured; check the device and the way to it.',
});

/** Readings of a device that come late, as a utility's files do: asked for at full hours, and each hour as long as they are awaited. */
import type { AlarmRaised } from '../../facts/alarms.ts';
import { configuredDevice } from '../../facts/settings.ts';
import { hourMs } from '../../programme/calendar.ts';
import { nextBoundary, nextOn, type Grid, type Sampled } from './boundaries.ts';
import { askedAgain, type FailedReading, type FailedReadings } from './failedReadings.ts';
import type { Moment } from '../moment.ts';

/** Readings that come late are asked for once an hour, some time after it. @unit ms */
const pastTheHourMs = 5 * 60_000;

/** @limit Readings that come late and are asked for at a time: a week of hours, and some closer ones. */
const lateAtOnce = 400;

/** Full hours, at which a device is asked whose readings come late. */
const lateGrid: Grid = { originAt: 0, everyMs: hourMs };

/** How long readings of a device are awaited; null when they are there at once. @unit ms */
export const awaitedMsOf = ({ resourceID }: { readonly resourceID: string }, { settings }: Moment): number | null =>
  configuredDevice(settings, resourceID)?.awaitedMs ?? null;

/** The next boundary at which a device is asked. UTC ms. */
export const nextSampled = (
  device: Sampled & { readonly resourceID: string },
  moment: Moment,
  after: number,
): number => (awaitedMsOf(device, moment) === null ? nextBoundary(device, moment, after) : nextOn(lateGrid, after));

/** Up to where a device was asked before a start: what was not answered is asked for again, and what may still come. UTC ms. */
export const askedUntil = (
  device: { readonly resourceID: string; readonly readAt: number | null; readonly askedAt: number | null },
  moment: Moment,
): number | null => {
  const awaitedMs = awaitedMsOf(device, moment);
  return device.readAt ?? (awaitedMs === null ? device.askedAt : moment.at - awaitedMs);
};

/** A reading that comes late is not there yet: it is asked for each hour, as long as it is awaited. */
const afterLateness = (
  { again = [] }: FailedReadings,
  boundaryAt: number,
  at: number,
  awaitedMs: number,
): Required<FailedReadings> => {
  const known = again.find((each) => each.boundaryAt === boundaryAt);
  const others = again.filter((each) => each !== known);
  if (at - boundaryAt > awaitedMs || others.length >= lateAtOnce) return { again: others, isSilent: false };
  const dueAt = (Math.floor(at / hourMs) + 1) * hourMs + pastTheHourMs;
  return { again: [...others, { boundaryAt, tries: (known?.tries ?? 0) + 1, dueAt }], isSilent: false };
};

/** The alarm of a device whose readings come late, when they are later than that. */
const latenessOf = (resourceID: string, awaitedMs: number, detail: string): AlarmRaised => ({
  alarm: 'meterSilent',
  subject: resourceID,
  text: `The device ${resourceID} has given no reading for more than ${awaitedMs / hourMs} hours: ${detail}`,
  advice: 'Hours without readings are reported as not measured; see whether its files still come.',
});

/** A reading that comes late is not there: what is known then, and the alarm when it is too late and nothing newer has come. */
export const notYetRead = (
  context: FailedReadings & { readonly resourceID: string; readonly readAt: number | null },
  { boundaryAt, at, detail }: { readonly boundaryAt: number; readonly at: number; readonly detail: string },
  awaitedMs: number,
): { readonly known: Required<FailedReadings>; readonly alarm: AlarmRaised | null } => {
  const { again = [], readAt } = context;
  const { tries = 0 } = again.find((each) => each.boundaryAt === boundaryAt) ?? {};
  // Where nothing was ever read, what lies before the first start is not missed: only what was asked for as long as that is.
  const isMissed = readAt === null ? (tries + 1) * hourMs >= awaitedMs : boundaryAt > readAt;
  const isTooLate = at - boundaryAt > awaitedMs && isMissed;
  return {
    known: afterLateness(context, boundaryAt, at, awaitedMs),
    alarm: isTooLate ? latenessOf(context.resourceID, awaitedMs, detail) : null,
  };
};

/** @limit Devices of which each late reading is asked for by itself; of more only the oldest and the newest are, until one is there. */
const fewDevices = 100;

/** Whether late readings are felt for rather than all asked for each hour: one file tells of all devices, or of none. */
const areFeltFor = (device: { readonly resourceID: string }, moment: Moment): boolean =>
  moment.settings.devices.length > fewDevices && awaitedMsOf(device, moment) !== null;

/** Whether a reading is one of those: where it is there, the others are. */
export const isFelt = (
  device: FailedReadings & { readonly resourceID: string },
  reading: Moment & { readonly boundaryAt: number },
): boolean =>
  areFeltFor(device, reading) && (device.again ?? []).some(({ boundaryAt }) => boundaryAt === reading.boundaryAt);

/** Late readings that are felt for now, the oldest and the newest of those that are due; the others wait an hour more. */
const feltFor = ({ again = [] }: FailedReadings, at: number): ReturnType<typeof askedAgain> => {
  const due = again.flatMap(({ dueAt, boundaryAt }) => (dueAt !== null && dueAt <= at ? [boundaryAt] : []));
  const felt = new Set([Math.min(...due), Math.max(...due)]);
  return {
    boundaries: [...felt].filter(Number.isFinite),
    again: again.map((each) => {
      if (each.dueAt === null || each.dueAt > at) return each;
      return felt.has(each.boundaryAt)
        ? { ...each, dueAt: null }
        : { ...each, tries: each.tries + 1, dueAt: each.dueAt + hourMs };
    }),
  };
};

/** Readings that are asked for once more now, and all of them as they stand then. */
export const askedNow = (
  device: FailedReadings & { readonly resourceID: string },
  moment: Moment,
): ReturnType<typeof askedAgain> =>
  areFeltFor(device, moment) ? feltFor(device, moment.at) : askedAgain(device, moment.at);

/** One of them is there: the others are asked for at once. */
export const afterFeeling = (again: readonly FailedReading[], at: number): readonly FailedReading[] =>
  again.map((each) => (each.dueAt === null ? each : { ...each, dueAt: Math.min(each.dueAt, at) }));

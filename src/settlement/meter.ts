import { hourMs } from '../programme/calendar.ts';
import { boundariesWithin, boundaryAt, importExport } from '../store/projections/usage.ts';
import { type Boundary, isMissed, type UsageState } from '../store/projections/usageState.ts';
import type { ReadingVersion } from './ledgerLine.ts';

/** Where energy comes from: what a meter says of any stretch of a device's time. */
export type Meter = (resourceID: string, startAt: number, durationMs: number) => ReadingVersion;

const edges = (usage: UsageState, resourceID: string, startAt: number, endAt: number): readonly Boundary[] =>
  [startAt, endAt].flatMap((at) => boundaryAt(usage, resourceID, at) ?? []);

/** The devices' registers as the log has them. */
export const registersOf =
  (usage: UsageState): Meter =>
  (resourceID, startAt, durationMs) => {
    const { importWattHours, exportWattHours, bad } = importExport(usage, resourceID, startAt, durationMs);
    const rests = edges(usage, resourceID, startAt, startAt + durationMs);
    return {
      resourceID,
      startAt,
      durationMs,
      importWattHours,
      exportWattHours,
      source: 'register',
      quality: importWattHours === null ? 'missing' : 'measured',
      ...(bad === undefined ? {} : { bad }),
      receivedAt: rests.length === 0 ? null : Math.max(...rests.map(({ receivedAt }) => receivedAt)),
      positions: rests.map(({ position }) => position),
    };
  };

/** Whether a register shows less at one reading of the hour than at the one before it. */
export const wentBackwards = (usage: UsageState, resourceID: string, startAt: number): boolean => {
  const readings = boundariesWithin(usage, resourceID, startAt, startAt + hourMs + 1).flatMap(({ value }) =>
    isMissed(value) ? [] : [value],
  );
  return readings.some((reading, index) => {
    const before = readings[index - 1];
    return (
      before !== undefined &&
      (reading.importWattHours < before.importWattHours || reading.exportWattHours < before.exportWattHours)
    );
  });
};

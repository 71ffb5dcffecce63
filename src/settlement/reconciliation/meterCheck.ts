import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { FileReading } from '../../files/fileReading.ts';
import type { ReadingRows } from '../../files/kept/keptReadings.ts';
import type { MeterFile } from '../../files/meterFile.ts';
import { deviceNamed, type FileDevices } from '../../files/deviceNames.ts';
import type { Settlement } from '../settlement.ts';
import { cellsOf } from './cells.ts';
import { acknowledgedIn, isSame, meteredIn } from './sides.ts';

/** A stretch of time of which a meter file, our registers and the VTN do not say the same. */
export interface MeterDifference {
  readonly resourceID: string;
  readonly startAt: number;
  readonly durationMs: number;
  /** What each says; null where it says nothing. Net. @unit Wh */
  readonly fileWattHours: DecimalText | null;
  readonly logWattHours: DecimalText | null;
  readonly acknowledgedWattHours: number | null;
}

/** A meter file held against the log. */
export interface MeterCheck {
  readonly file: string;
  /** How many hours were compared. */
  readonly hours: number;
  readonly differences: readonly MeterDifference[];
}

const saysTheSame = ({ fileWattHours, logWattHours, acknowledgedWattHours }: MeterDifference): boolean =>
  fileWattHours !== null &&
  [logWattHours, acknowledgedWattHours === null ? null : String(acknowledgedWattHours)].every(
    (each) => each !== null && isSame(each, fileWattHours),
  );

/** Holds a meter file against our registers and what was acknowledged. @throws UnusableFile when it is about a device that is not known */
export const checkMeter = (settlement: Settlement, meter: MeterFile<ReadingRows>, devices: FileDevices): MeterCheck => {
  const readings: FileReading[] = [];
  for (const reading of meter.readings)
    if (reading.startAt >= settlement.startAt && reading.startAt + reading.durationMs <= settlement.endAt)
      readings.push(reading);
  const compared = devices.settled.flatMap((resourceID) =>
    cellsOf(
      settlement.lines.filter((line) => line.resourceID === resourceID),
      readings.filter(({ device }) => deviceNamed(meter.file, device, devices) === resourceID),
      [],
    ).map((cell): MeterDifference => ({
      resourceID,
      startAt: cell.startAt,
      durationMs: cell.endAt - cell.startAt,
      fileWattHours: meteredIn(cell, true).energyWattHours,
      logWattHours: meteredIn(cell, false).energyWattHours,
      acknowledgedWattHours: acknowledgedIn(cell),
    })),
  );
  return { file: meter.file, hours: compared.length, differences: compared.filter((each) => !saysTheSame(each)) };
};

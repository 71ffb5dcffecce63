import type { DecimalText } from '../protocol/types/scalars.ts';

/** Energy of an interval as a file states it. */
export interface FileReading {
  /** As the file calls the device; null when it names none. */
  readonly device: string | null;
  readonly startAt: number;
  readonly durationMs: number;
  /** Drawn and delivered; null where the file states only the net. Exact. @unit Wh */
  readonly importWattHours: DecimalText | null;
  readonly exportWattHours: DecimalText | null;
  /** Net: import positive, export negative. Exact. @unit Wh */
  readonly energyWattHours: DecimalText;
  readonly source: 'register' | 'interval';
  readonly quality: 'measured' | 'estimated';
  /** What the file says of the quality, where it is worth telling. */
  readonly remark: string | null;
  /** The line it stands on, or the number of the reading in an XML file. */
  readonly line: number;
}

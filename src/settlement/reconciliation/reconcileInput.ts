import type { Bill, BilledRows } from '../../files/bill.ts';
import type { FileDevices } from '../../files/deviceNames.ts';
import type { ReadingRows } from '../../files/kept/keptReadings.ts';
import type { MeterFile } from '../../files/meterFile.ts';
import type { Settlement } from '../settlement.ts';

/** What is compared with what. */
export interface ReconcileInput {
  readonly settlement: Settlement;
  readonly bill: Bill<BilledRows>;
  readonly meter: MeterFile<ReadingRows> | null;
  readonly devices: FileDevices;
}

import type { Bill, BilledRows } from '../../../src/files/bill.ts';
import { billFromBytes } from '../../../src/files/billFromBytes.ts';
import type { Layout } from '../../../src/files/layout.ts';
import type { MeterFile } from '../../../src/files/meterFile.ts';
import { meterFromBytes } from '../../../src/files/meterFromBytes.ts';

/** Reads a meter's file of this text by what it holds, and has its readings at hand. */
export const meterFromText = (
  file: string,
  text: string,
  layout: Layout,
  timeZone: string,
  acceptsGaps = false,
): MeterFile => {
  const read = meterFromBytes(file, Buffer.from(text), layout, timeZone, acceptsGaps);
  return { ...read, readings: [...read.readings] };
};

/** Reads a bill of this text by what it holds. */
export const billFromText = (file: string, text: string, layout: Layout, timeZone: string): Bill<BilledRows> =>
  billFromBytes(file, Buffer.from(text), layout, timeZone);

import type { Division } from './table/divided.ts';
import { KeptReadings } from './kept/keptReadings.ts';
import type { Layout } from './layout.ts';
import { checkedColumns, type MeterFile } from './meterFile.ts';
import { type MeterPart, meterPartOf, partNotes } from './meterPart.ts';
import { partsOf } from './table/tableParts.ts';
import { UsualRows, type UsualStatement } from './table/usualRows.ts';

/** Adds what a row states to the readings. */
const addTo =
  (readings: KeptReadings) =>
  (statement: UsualStatement): void => {
    const { device, quality, remark, first, second, decimals } = statement;
    const traits = { device, source: 'interval', quality, remark, hasDirections: second !== null } as const;
    readings.add(statement, readings.likenessOf(traits), first ?? 0, second, decimals);
  };

/** Reads a meter's large table as it streams by; null where it has to be read whole. @throws UnusableFile */
export const meterInParts = (
  file: string,
  pieces: Iterable<Uint8Array>,
  layout: Layout,
  timeZone: string,
  acceptsGaps: boolean,
  division?: Division,
): MeterFile<KeptReadings> | null => {
  const readings = new KeptReadings();
  const parts = partsOf<MeterPart>(
    {
      file,
      partOf: (table) => meterPartOf(table, timeZone),
      usualAs: (first) => UsualRows.as({ ...first, rows: first.readings }),
      keep: (part) => {
        for (const reading of part.readings) readings.push(reading);
      },
      keepUsual: addTo(readings),
    },
    pieces,
    layout,
    division,
  );
  if (parts === null) return null;
  const { whole } = parts;
  const { holes, timed } = whole;
  const notes = partNotes({ ...whole, registerNotes: [] }, timeZone);
  return checkedColumns(file, { readings, holes, lost: timed.lost, notes }, timeZone, acceptsGaps);
};

import type { DecimalText } from '../../protocol/types/scalars.ts';
import { kilowattHoursText, toYouText } from '../dayTable.ts';
import type { Column } from '../rows.ts';

/** What was drawn, what was delivered, and the net of both, of an hour or of many; null where it was not measured. @unit Wh */
interface Energy {
  readonly importWattHours: number | null;
  readonly exportWattHours: number | null;
  readonly energyWattHours: number | null;
}

/** Energy both ways and net. */
export const energyColumns: readonly Column<Energy>[] = [
  {
    name: 'importWattHours',
    header: 'kWh in',
    right: true,
    goes: 1,
    value: ({ importWattHours }) => importWattHours,
    text: ({ importWattHours }) => kilowattHoursText(importWattHours),
  },
  {
    name: 'exportWattHours',
    header: 'kWh out',
    right: true,
    goes: 2,
    value: ({ exportWattHours }) => exportWattHours,
    text: ({ exportWattHours }) => kilowattHoursText(exportWattHours),
  },
  {
    name: 'energyWattHours',
    header: 'kWh net',
    right: true,
    value: ({ energyWattHours }) => energyWattHours,
    text: ({ energyWattHours }) => kilowattHoursText(energyWattHours),
  },
];

/** What it comes to; null where no price is known. */
export const amountColumn: Column<{ readonly amountUsd: DecimalText | null }> = {
  name: 'amountUsd',
  header: 'USD',
  right: true,
  value: ({ amountUsd }) => amountUsd,
  text: ({ amountUsd }) => toYouText(amountUsd),
};

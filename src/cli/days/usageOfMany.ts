/** The usage of many devices: the sum of all, then a row for each, those first that need a look. */
import { sumOf } from '../../programme/money.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { grouped } from '../../files/grouped.ts';
import { counted } from '../../telling/words.ts';
import { kilowattHoursText, toYouText, type HourLine } from '../dayTable.ts';
import { amountColumn, energyColumns } from './energyColumns.ts';
import { pageOf, worstFirst, type Paging } from '../many/paging.ts';
import { proseFor } from '../prose.ts';
import { rowsTable, type Column } from '../rows.ts';
import type { TextOutput } from '../surroundings.ts';

/** An hour with what each register says by itself. */
export interface UsageRow extends HourLine {
  readonly importWattHours: number | null;
  readonly exportWattHours: number | null;
  readonly bad: string | null;
}

/** What the hours of one device come to. */
interface DeviceUsage {
  readonly resourceID: string;
  readonly hours: number;
  readonly unmeasured: number;
  /** Hours that the VTN has not acknowledged. */
  readonly open: number;
  readonly importWattHours: number;
  readonly exportWattHours: number;
  readonly energyWattHours: number;
  readonly amountUsd: DecimalText;
}

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

const usageOf = (resourceID: string, rows: readonly UsageRow[]): DeviceUsage => {
  const [importWattHours, exportWattHours] = [
    sum(rows.map((row) => row.importWattHours)),
    sum(rows.map((row) => row.exportWattHours)),
  ];
  return {
    resourceID,
    hours: rows.length,
    unmeasured: rows.filter(({ energyWattHours }) => energyWattHours === null).length,
    open: rows.filter(({ delivery }) => delivery !== 'acknowledged').length,
    importWattHours,
    exportWattHours,
    energyWattHours: importWattHours - exportWattHours,
    amountUsd: sumOf(rows.flatMap(({ amountUsd }) => amountUsd ?? [])),
  };
};

const someText = (count: number): string => (count === 0 ? '' : String(count));

const columns: readonly Column<DeviceUsage>[] = [
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  { name: 'hours', header: 'hours', right: true, value: ({ hours }) => hours },
  {
    name: 'unmeasured',
    header: 'not measured',
    right: true,
    value: ({ unmeasured }) => unmeasured,
    text: ({ unmeasured }) => someText(unmeasured),
  },
  {
    name: 'open',
    header: 'not acknowledged',
    right: true,
    value: ({ open }) => open,
    text: ({ open }) => someText(open),
  },
  ...energyColumns,
  amountColumn,
];

const totalText = (devices: readonly DeviceUsage[], all: DeviceUsage): string => {
  const { hours, unmeasured, open, importWattHours, exportWattHours, energyWattHours, amountUsd } = all;
  const whole = `${counted(devices.length, 'device')}, ${counted(hours, 'hour')}: ${kilowattHoursText(importWattHours)} kWh in, ${kilowattHoursText(exportWattHours)} kWh out, net ${kilowattHoursText(energyWattHours)} kWh, ${toYouText(amountUsd)} USD.`;
  return `${whole} Not measured: ${counted(unmeasured, 'hour')}. Not acknowledged: ${counted(open, 'hour')}.\n\n`;
};

/** The hours that were not measured, told beside those that were, have no part in the sums. */
export const usageOfMany = (output: TextOutput, rows: readonly UsageRow[], paging: Paging): string => {
  const devices = [...grouped(rows, ({ resourceID }) => resourceID)].map(([resourceID, each]) =>
    usageOf(resourceID, each),
  );
  const ranked = worstFirst(devices, [
    ({ unmeasured }) => unmeasured,
    ({ open }) => open,
    ({ amountUsd }) => Math.abs(Number(amountUsd)),
  ]);
  const { items, leftOut } = pageOf(ranked, paging, 'devices');
  return `${proseFor(output, totalText(devices, usageOf('all', rows)))}${rowsTable(output, columns, items)}${proseFor(output, leftOut)}`;
};

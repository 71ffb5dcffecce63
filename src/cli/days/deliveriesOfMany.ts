/** The hours of many devices by what became of them: those of all day by day, then a row for each device. */
import { grouped } from '../../files/grouped.ts';
import { noHours, type HourStatus } from '../../store/projections/hourDelivery.ts';
import { counted } from '../../telling/words.ts';
import { pageOf, worstFirst, type Paging } from '../many/paging.ts';
import { proseFor } from '../prose.ts';
import { rowsTable } from '../rows.ts';
import type { TextOutput } from '../surroundings.ts';
import { statuses, tableColumns, type DayRow } from './deliveryDays.ts';

const added = (resourceID: string, rows: readonly DayRow[]): DayRow => {
  const count = { ...noHours };
  let hours = 0;
  for (const row of rows) {
    hours += row.hours;
    for (const status of statuses) count[status] += row.count[status];
  }
  const perhapsTwice = rows.reduce((sum, row) => sum + row.perhapsTwice, 0);
  return { resourceID, span: (rows[0] as DayRow).span, hours, count, perhapsTwice };
};

/** What is worst about a device's hours, worst first. */
const worst: readonly HourStatus[] = ['inDoubt', 'rejected', 'owed', 'sending', 'notDue'];

/** `rows`: of each device, its days. */
export const deliveriesOfMany = (
  output: TextOutput,
  rows: ReadonlyMap<string, readonly DayRow[]>,
  paging: Paging,
): string => {
  const byDay = grouped([...rows.values()].flat(), ({ span }) => span.day);
  const days = [...byDay.values()].map((each) => added('all', each));
  const devices = [...rows].map(([resourceID, each]) => added(resourceID, each));
  const ranked = worstFirst(
    devices,
    worst.map(
      (status) =>
        ({ count }: DayRow) =>
          count[status],
    ),
  );
  const { items, leftOut } = pageOf(ranked, paging, 'devices');
  const without = (name: string) => tableColumns(devices).filter((column) => column.name !== name);
  const head = `The hours of ${counted(devices.length, 'device')}:\n\n`;
  return `${head}${rowsTable(output, without('resourceID'), days)}\n${rowsTable(output, without('day'), items)}${proseFor(output, leftOut)}`;
};

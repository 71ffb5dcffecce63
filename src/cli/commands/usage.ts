import type { Command } from '../command.ts';
import { DAYS_OPTIONS, MANY_OPTIONS } from '../optionTables.ts';

/** `ven usage` */
export const usageCommand: Command = {
  name: 'ven usage',
  summary: 'what each device used hour by hour, and what that is worth',
  help: `
    Shows each device's net energy by the hour as its registers tell it, with the price that held and the amount. Without
    a day, the last one that was metered. An hour that was not measured is shown with the reason and never estimated.

    Import is positive and export negative; so are amounts: a credit is negative. JSON and CSV carry watt-hours and
    exact amounts; the table rounds amounts to the cent.

    Of more than 20 devices the sum of all comes first, then a row for each device: those with hours that were not
    measured, then those with hours the VTN has not acknowledged, then by money. --device tells the hours of one.`,
  options: { ...DAYS_OPTIONS, ...MANY_OPTIONS },
  examples: [
    ['ven usage --day yesterday', 'the hours of yesterday'],
    ['ven usage --from 2026-10-01 --to 2026-10-31 --csv', 'a month for a spreadsheet'],
    ['ven usage --group north --limit 50', 'the fifty devices of a group that need a look first'],
  ],
  run: async (given, surroundings) => (await import('../days/usage.ts')).usage(given, surroundings),
};

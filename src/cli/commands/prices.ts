import type { Command } from '../command.ts';
import { DAYS_OPTIONS } from '../optionTables.ts';

/** `ven prices` */
export const pricesCommand: Command = {
  name: 'ven prices',
  summary: 'the prices in hand, each with the DR event it came with',
  help: `
    Shows the price that holds at each time, in USD/kWh, exact, with the DR event and version it came with. Without a day,
    today and tomorrow as far as their prices are in hand, else the last day that has prices. A time without a price is
    shown with a dash.

    With --versions it shows what was received instead: every version of every DR event that states prices, those that
    were replaced or cancelled included.`,
  options: { versions: { help: 'What was received, version by version, instead of what holds.' }, ...DAYS_OPTIONS },
  examples: [
    ['ven prices --day tomorrow', 'the prices of tomorrow'],
    ['ven prices --from 2026-11-01 --to 2026-11-07 --csv', 'a week for a spreadsheet'],
  ],
  run: async (given, surroundings) => (await import('../days/prices.ts')).prices(given, surroundings),
};

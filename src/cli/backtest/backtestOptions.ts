import type { OptionTable } from '../options.ts';
import { DATA_OPTIONS, STRETCH_OPTIONS } from '../optionTables.ts';

/** What `ven backtest` accepts. */
export const BACKTEST_OPTIONS: OptionTable = {
  prices: { placeholder: 'FILE.csv', help: 'The prices: a column of starts with their offsets, and one of USD/kWh.' },
  columns: { placeholder: 'MAP', help: 'What the columns mean: "time=Start,price=Rate", or a JSON file.' },
  ...STRETCH_OPTIONS,
  zone: {
    placeholder: 'ZONE',
    help: 'The time zone whose local days are meant; timeZone of the configuration if absent.',
  },
  'published-at': {
    placeholder: 'HH:MM',
    help: 'The local time of the day before at which a day’s prices become known; pricesExpectedAt of the configuration if absent.',
  },
  json: { help: 'One JSON document, money as exact text in USD.' },
  ...DATA_OPTIONS,
};

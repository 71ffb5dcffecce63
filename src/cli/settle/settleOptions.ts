import type { OptionTable } from '../options.ts';
import { COMPARISON_OPTIONS } from './comparisonOptions.ts';
import { DATA_OPTIONS, DAY_OPTION, MANY_OPTIONS, STRETCH_OPTIONS } from '../optionTables.ts';

/** What `ven settle` accepts. */
export const SETTLE_OPTIONS: OptionTable = {
  month: { placeholder: 'MONTH', help: 'A local month of the programme: 2026-11, this or last.' },
  ...DAY_OPTION,
  ...STRETCH_OPTIONS,
  'as-of': { placeholder: 'POINT', help: 'With what was known up to and with this position, day or time.' },
  ...MANY_OPTIONS,
  round: { placeholder: 'POLICY', help: 'STAGE,DIGITS,MODE; month,2,HALF_EVEN if absent.' },
  'export-signal': {
    placeholder: 'SIGNAL_ID',
    help: 'The price signal that says what delivered energy earns; if absent one price holds both ways.',
  },
  lines: { help: 'Every hour in the table, also of more than a day.' },
  all: { help: 'Also the hours that are folded: of no value, and those that agree with the bill.' },
  positions: { help: 'With the entries that each number rests on.' },
  review: { help: 'Also what was earned, planned and possible, as "ven plan --review" tells it.' },
  ...COMPARISON_OPTIONS,
  strict: { help: 'Exit code 1 when there are exceptions, or a file says something else.' },
  json: { help: 'One JSON document, times in UTC.' },
  csv: { help: 'Comma-separated values with a header, one row per hour, times in UTC.' },
  out: { placeholder: 'FILE', help: 'Write to this file instead of the standard output.' },
  ...DATA_OPTIONS,
};

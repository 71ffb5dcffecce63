import { moneyKeys, priceKeys } from './columnKeys.ts';
import { cellOf, type Columns, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import { refuseFile, shown } from '../unusableFile.ts';

const signs: Readonly<Record<string, string>> = { '€': 'EUR', '£': 'GBP', '¥': 'JPY', C$: 'CAD', CA$: 'CAD' };

/** Those a North American bill may be in; of all codes, ALL and TOP are also words. */
const strangeCodes: readonly string[] = ['CAD', 'EUR', 'GBP', 'MXN', 'AUD', 'CHF', 'JPY'];

/** The currency a header names, other than USD. */
const strangeCurrencyIn = (header: string): string | undefined => {
  const sign = Object.keys(signs).find((each) => header.includes(each));
  if (sign !== undefined) return signs[sign];
  return header.split(/[^A-Z]+/).find((word) => strangeCodes.includes(word));
};

/** Refuses a file that states another currency than USD, or two. @throws UnusableFile */
export const checkCurrency = (columns: Columns, rows: readonly CsvRow[]): void => {
  const { file, headerLine, at, headers } = columns;
  for (const key of [...priceKeys.keys(), ...moneyKeys.keys()]) {
    const header = headers[at.get(key) ?? -1] ?? '';
    const strange = strangeCurrencyIn(header);
    if (strange !== undefined)
      refuseFile(
        { file, line: headerLine, column: header },
        `the column is in ${strange}, and only USD can be reckoned with.`,
      );
  }
  if (!at.has('currency')) return;
  const stated = rows
    .map((row) => ({ row, currency: (cellOf(columns, row, 'currency') ?? '').toUpperCase() }))
    .filter(({ currency }) => currency !== '');
  const strange = stated.find(({ currency }) => currency !== 'USD' && currency !== '$');
  if (strange === undefined) return;
  const isSecond = stated.some(({ currency }) => currency !== strange.currency);
  refuseFile(
    placeOf(columns, strange.row, 'currency'),
    isSecond
      ? `the file has two currencies, ${shown(strange.currency)} here and others elsewhere; only USD can be reckoned with.`
      : `the file is in ${shown(strange.currency)}, and only USD can be reckoned with.`,
  );
};

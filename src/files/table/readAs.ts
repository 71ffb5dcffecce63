import { columnsText, type Declared } from '../cells/columns.ts';
import type { Table } from './table.ts';
import type { TimedRows } from './timedRows.ts';

/** The declaration of a reading, as it is given to --columns. */
export const declarationOf = (declared: Declared): string =>
  declared.map(([key, header]) => `${key}=${header}`).join(',');

/** A reading as it is declared: what was found out stands in place of what it came from. */
export const declaredReading = (
  { declared }: Pick<Table, 'declared'>,
  timed: Pick<TimedRows, 'declared'>,
): Declared => {
  const found = new Map(timed.declared);
  const kept = declared.filter(([key]) => !found.has(key) && !(key === 'time' && found.has('end')));
  return [...kept, ...timed.declared];
};

/** What a person should know first: how a file was read, and how that is made permanent. */
export const readAs = (
  role: 'bill' | 'meter',
  table: Omit<Table, 'rows'>,
  timed: Omit<TimedRows, 'rows'>,
): readonly string[] => {
  const { columns, wasDeclared, name } = table;
  const known = name === null ? '' : `${name}, `;
  const found = `${columns.file}: read as: ${known}${timed.reading}; ${columnsText(columns)}.`;
  if (wasDeclared) return [found];
  return [
    found,
    `${columns.file}: to make this reading permanent: --columns "${role}:${declarationOf(declaredReading(table, timed))}"`,
  ];
};

/** The rows of a list of devices: of CSV, a device a line under a header of its fields, or of JSON, a list of objects. */
import { SourceError } from './configSources.ts';
import { JsonTextError, parseJsonWithComments } from './jsonWithComments.ts';

/** A device as it stands in a list. */
export interface DeviceRow {
  /** `line 17`, or `entry 3`. */
  readonly place: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Whether its fields are texts still, to be read as what their names want. */
  readonly isText: boolean;
  /** What is wrong with the row as a row; null when nothing is. */
  readonly fault: string | null;
}

/** What is called the meter of a device in a list is what its files call it. */
const fieldOf = (header: string): string => (header === 'meter' ? 'fileDevice' : header);

/** What may stand between cells. */
const delimiters = [',', ';', '\t', '|'] as const;

interface CellsOfLine {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A cell in quotes, the quotes in it doubled, or one without. */
const cellPattern = (delimiter: string): RegExp =>
  new RegExp(
    `(?:"((?:[^"]|"")*)"|([^"${delimiter === '|' ? '\\|' : delimiter}]*))(${delimiter === '|' ? '\\|' : delimiter}|$)`,
    'y',
  );

/**
 * The cells of each line that has some. A device is a line: the library for tables of others’ making is not read by a run that settles
 * nothing.
 */
const linesOf = (name: string, text: string, delimiter: string): readonly CellsOfLine[] =>
  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .flatMap((given, index) => {
      if (given.trim() === '') return [];
      const pattern = cellPattern(delimiter);
      const cells: string[] = [];
      for (;;) {
        const found = pattern.exec(given);
        if (found === null)
          throw new SourceError(
            `Line ${index + 1} of ${name}: a quote stands in the middle of a cell or is never closed; cells that hold quotes must be quoted whole, the quotes in them doubled.`,
          );
        const [, quoted, bare = '', end] = found;
        cells.push((quoted === undefined ? bare : quoted.replaceAll('""', '"')).trim());
        if (end === '') break;
      }
      return [{ line: index + 1, cells }];
    });

/** The delimiter that the header holds most of. */
const delimiterOf = (text: string): string => {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const counts = delimiters.map((delimiter) => header.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
};

/** `rIDs.energyReal` is a field of an object. */
const put = (fields: Record<string, unknown>, name: string, value: unknown): void => {
  const [outer = name, inner] = name.split('.', 2);
  if (inner === undefined) fields[outer] = value;
  else fields[outer] = { ...(fields[outer] as object | undefined), [inner]: value };
};

const rowOf = (headers: readonly string[], { line, cells }: CellsOfLine): DeviceRow => {
  const fields: Record<string, unknown> = {};
  headers.forEach((header, index) => {
    const cell = cells[index] ?? '';
    if (cell !== '') put(fields, fieldOf(header), cell);
  });
  const fault =
    cells.length === headers.length
      ? null
      : `it has ${cells.length} cells, and the header has ${headers.length}: a delimiter or a quote is missing, or one is too many`;
  return { place: `line ${line}`, fields, isText: true, fault };
};

const ofCsv = (name: string, text: string): readonly DeviceRow[] => {
  const [header, ...rows] = linesOf(name, text, delimiterOf(text));
  const headers = header?.cells ?? [];
  const twice = headers.find((each, index) => headers.indexOf(each) !== index);
  if (twice !== undefined) throw new SourceError(`${name} has two columns "${twice}": leave one of them out.`);
  if (!headers.includes('resourceID'))
    throw new SourceError(
      `${name} has no column "resourceID": its first line must name its columns, as "ven help settings" names the fields of a device.`,
    );
  return rows.map((row) => rowOf(headers, row));
};

type RowFields = DeviceRow['fields'];

const isFields = (value: unknown): value is RowFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listIn = (parsed: unknown): readonly unknown[] | null => {
  if (Array.isArray(parsed)) return parsed;
  return isFields(parsed) && Array.isArray(parsed['devices']) ? parsed['devices'] : null;
};

/** The same names as in the header of a table, `rIDs.energyReal` included. */
const namedAsInTables = (object: RowFields): RowFields => {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) put(fields, fieldOf(name), value);
  return fields;
};

const ofJson = (name: string, text: string): readonly DeviceRow[] => {
  const list = listIn(parseJsonWithComments(text));
  if (list === null) throw new SourceError(`${name} must hold a list of devices, or an object { "devices": [ … ] }.`);
  return list.map((each, index) => ({
    place: `entry ${index + 1}`,
    fields: isFields(each) ? namedAsInTables(each) : {},
    isText: false,
    fault: isFields(each) ? null : 'it is no object { resourceID, … }',
  }));
};

/** The rows of a list, by what it holds. @throws SourceError when there are none to be read */
export const deviceRowsOf = (name: string, text: string): readonly DeviceRow[] => {
  try {
    const rows = /^[\s\ufeff]*(?:[[{]|\/[/*])/.test(text) ? ofJson(name, text) : ofCsv(name, text);
    if (rows.length === 0) throw new SourceError(`${name} lists no device.`);
    return rows;
  } catch (error) {
    if (error instanceof JsonTextError) throw new SourceError(`${name} cannot be used: ${error.message}.`);
    throw error;
  }
};

import { columnKeys, type ColumnMap } from './columnKeys.ts';
import { type Delimiter, delimiters } from './csvRows.ts';
import { shown, UnusableFile } from './unusableFile.ts';

/** The order of the parts of a date with slashes. */
export type DateOrder = 'mdy' | 'dmy';

/** What a series of a Green Button file can be declared to state. */
export const seriesRoles = ['import', 'export', 'net', 'exportNet'] as const;
export type SeriesRole = (typeof seriesRoles)[number];

/** How a file is to be read, as a person declared it. */
export interface Layout {
  /** Null: the headers are to be matched with those that are well known. */
  readonly columns: ColumnMap | null;
  readonly delimiter: Delimiter;
  /** Null: only dates that can be read in one way are read. */
  readonly dates: DateOrder | null;
  /** The length of an interval, where neither a column nor the distance of the rows says it. @unit min */
  readonly intervalMinutes: number | null;
  /** Of Green Button: the series that state each direction, by their names. */
  readonly series: ReadonlyMap<SeriesRole, readonly string[]>;
  /** Of Green Button: the only usage point that is read. */
  readonly usagePoint: string | null;
  /** Whether what is written as UTC is the local time of the programme. */
  readonly isLocalTime: boolean;
}

/** Nothing declared: well-known headers, commas. */
export const noLayout: Layout = {
  columns: null,
  delimiter: ',',
  dates: null,
  intervalMinutes: null,
  series: new Map(),
  usagePoint: null,
  isLocalTime: false,
};

const advice = 'write it as time=Start,kwh=Net,price=Rate,amount=Charge';

const delimiterNames: Readonly<Record<string, Delimiter>> = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };

const delimiterOf = (text: string): Delimiter => {
  const delimiter = delimiterNames[text] ?? delimiters.find((each) => each === text);
  if (delimiter === undefined)
    throw new UnusableFile(`The delimiter ${shown(text)} is not known: it is comma, semicolon, tab or pipe.`);
  return delimiter;
};

const datesOf = (text: string): DateOrder => {
  if (text !== 'mdy' && text !== 'dmy')
    throw new UnusableFile(
      `The order of dates ${shown(text)} is not known: it is mdy (11/01/2026 is in November) or dmy (11/01/2026 is in January).`,
    );
  return text;
};

const minutesOf = (text: string): number => {
  const minutes = Number(text);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 24 * 60)
    throw new UnusableFile(`The interval ${shown(text)} is no number of minutes from 1 to 1440.`);
  return minutes;
};

const timesOf = (text: string): boolean => {
  if (text !== 'local')
    throw new UnusableFile(
      `The times ${shown(text)} are not known: times=local says that what is written as UTC is local time.`,
    );
  return true;
};

/** Names are separated by a pipe, which stands in no address. */
const seriesIn = (declared: Map<string, string>): ReadonlyMap<SeriesRole, readonly string[]> =>
  new Map(
    seriesRoles.flatMap((role) => {
      const text = declared.get(role);
      declared.delete(role);
      return text === undefined ? [] : [[role, text.split('|').map((name) => name.trim())] as const];
    }),
  );

const checkKeys = (keys: readonly string[]): void => {
  const strange = keys.find((key) => !columnKeys.includes(key));
  if (strange !== undefined)
    throw new UnusableFile(`A column cannot mean ${shown(strange)}: it can mean ${columnKeys.join(', ')}.`);
};

/** The layout that pairs of a meaning and a header declare. @throws UnusableFile for a meaning that is not known */
export const layoutOf = (pairs: readonly (readonly [key: string, value: string])[]): Layout => {
  const repeated = pairs.find(([key], index) => pairs.findIndex(([other]) => other === key) !== index);
  if (repeated !== undefined)
    throw new UnusableFile(`The columns declare ${shown(repeated[0])} twice; a meaning has one column.`);
  const declared = new Map(pairs);
  const take = <T>(key: string, read: (text: string) => T, absent: T): T => {
    const text = declared.get(key);
    declared.delete(key);
    return text === undefined ? absent : read(text);
  };
  const delimiter = take<Delimiter>('delimiter', delimiterOf, ',');
  const dates = take<DateOrder | null>('dates', datesOf, null);
  const intervalMinutes = take<number | null>('interval', minutesOf, null);
  const usagePoint = take<string | null>('usagePoint', (text) => text, null);
  const isLocalTime = take('times', timesOf, false);
  const series = seriesIn(declared);
  checkKeys([...declared.keys()]);
  return {
    columns: declared.size === 0 ? null : declared,
    delimiter,
    dates,
    intervalMinutes,
    series,
    usagePoint,
    isLocalTime,
  };
};

/** The layout of a text such as `time=Start,kwh=Net`. @throws UnusableFile */
export const layoutOfText = (text: string): Layout =>
  layoutOf(
    text.split(/,(?=[A-Za-z]+=)/).map((pair): readonly [string, string] => {
      const sign = pair.indexOf('=');
      if (sign < 1 || sign === pair.length - 1)
        throw new UnusableFile(
          `The columns say ${shown(pair)}, which is no pair of a meaning and a header: ${advice}.`,
        );
      return [pair.slice(0, sign).trim(), pair.slice(sign + 1).trim()];
    }),
  );

/** The layout of a parsed JSON file: an object of texts, `{"time": "Start", "kwh": "Net"}`. @throws UnusableFile */
export const layoutOfJson = (file: string, value: unknown): Layout => {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject)
    throw new UnusableFile(`${file}: a column map is one JSON object such as {"time": "Start", "kwh": "Net"}.`);
  return layoutOf(
    Object.entries(value).map(([key, header]): readonly [string, string] => {
      if (typeof header !== 'string' && typeof header !== 'number')
        throw new UnusableFile(`${file}: ${shown(key)} must be given the header of its column as text.`);
      return [key, String(header)];
    }),
  );
};

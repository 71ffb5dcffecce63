import { columnKeys, type ColumnMap, energyKeyParts } from './cells/columnKeys.ts';
import { type Delimiter, delimiters } from './cells/delimiters.ts';
import { shown, UnusableFile } from './unusableFile.ts';

/** The order of the parts of a date in numbers. */
export type DateOrder = 'mdy' | 'dmy' | 'ymd';

/** Whether the end of an interval is its last minute (`00:59`) or the beginning of the next. */
export type EndKind = 'inclusive' | 'exclusive';

/** The sign before the decimals of a number. */
export type DecimalSign = 'point' | 'comma';

/** What a series of a Green Button file can be declared to state. */
export const seriesRoles = ['import', 'export', 'net', 'exportNet'] as const;
export type SeriesRole = (typeof seriesRoles)[number];

/** How a file is to be read, as a person declared it. */
export interface Layout {
  /** Null: the headers are to be matched with those that are well known. */
  readonly columns: ColumnMap | null;
  /** Null: the one that makes columns of the file. */
  readonly delimiter: Delimiter | null;
  /** Null: the one that the numbers of the file prove. */
  readonly decimal: DecimalSign | null;
  /** Null: only dates that can be read in one way are read. */
  readonly dates: DateOrder | null;
  /** The length of an interval, where neither a column nor the distance of the rows says it. @unit min */
  readonly intervalMinutes: number | null;
  /** Null: as the ends show themselves. */
  readonly ends: EndKind | null;
  /** The series of Green Button, or the channels of a table, that state each direction, by their names. */
  readonly series: ReadonlyMap<SeriesRole, readonly string[]>;
  /** Of Green Button: the only usage point that is read. */
  readonly usagePoint: string | null;
  /** Of Green Button: what makes Wh of its values, as a power of ten, where a ReadingType does not say it. */
  readonly powerOfTenMultiplier: number | null;
  /** Whether what is written as UTC is the local time of the programme. */
  readonly isLocalTime: boolean;
  /** Whether times without an offset are UTC. */
  readonly isUtc: boolean;
  /** Whether local times keep standard time all year. */
  readonly isStandardTime: boolean;
  /** Whether a register that is labelled with the beginning of an interval shows what it was at its end. */
  readonly showsRegisterAtEnd: boolean;
}

/** Nothing declared: well-known headers. */
export const noLayout: Layout = {
  columns: null,
  delimiter: null,
  decimal: null,
  dates: null,
  ends: null,
  intervalMinutes: null,
  series: new Map(),
  usagePoint: null,
  powerOfTenMultiplier: null,
  isLocalTime: false,
  isUtc: false,
  isStandardTime: false,
  showsRegisterAtEnd: false,
};

const advice = 'write it as time=Start,kwh=Net,price=Rate,amount=Charge';

const delimiterNames: Readonly<Record<string, Delimiter>> = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };

const delimiterOf = (text: string): Delimiter => {
  const delimiter = delimiterNames[text] ?? delimiters.find((each) => each === text);
  if (delimiter === undefined)
    throw new UnusableFile(`The delimiter ${shown(text)} is not known: it is comma, semicolon, tab or pipe.`);
  return delimiter;
};

/** One of a few words. */
const oneOf =
  <Word extends string>(what: string, words: readonly Word[], meaning: string) =>
  (text: string): Word => {
    const word = words.find((each) => each === text);
    if (word === undefined) throw new UnusableFile(`${what} ${shown(text)} is not known: it is ${meaning}.`);
    return word;
  };

const datesOf = oneOf(
  'The order of dates',
  ['mdy', 'dmy', 'ymd'],
  'mdy (11/01/2026 is in November), dmy (11/01/2026 is in January) or ymd (26/11/01 is in November)',
);
const decimalSignOf = oneOf('The decimal sign', ['point', 'comma'], 'point or comma');
const endsOf = oneOf(
  'The kind of ends',
  ['inclusive', 'exclusive'],
  'inclusive (00:59 ends the hour) or exclusive (01:00 does)',
);
const registersKindOf = oneOf(
  'The kind of registers',
  ['atStart', 'atEnd'],
  'atStart (the label is when the register was read) or atEnd (the label begins the interval at whose end it was read)',
);
const timesOf = oneOf(
  'The kind of times',
  ['local', 'standard', 'utc'],
  'local (what is written as UTC is local time), standard (local times keep standard time all year) or utc (times without an offset are UTC)',
);

const minutesOf = (text: string): number => {
  const minutes = Number(text);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 24 * 60)
    throw new UnusableFile(`The interval ${shown(text)} is no number of minutes from 1 to 1440.`);
  return minutes;
};

const powerOf = (text: string): number => {
  if (!/^-?\d{1,2}$/.test(text) || Math.abs(Number(text)) > 12)
    throw new UnusableFile(
      `The powerOfTenMultiplier ${shown(text)} is no power of ten from -12 to 12: 0 where values are Wh, 3 where they are kWh.`,
    );
  return Number(text);
};

/** Names are separated by a pipe, which stands in no address and in few names. */
const seriesIn = (declared: Map<string, string>): ReadonlyMap<SeriesRole, readonly string[]> =>
  new Map(
    seriesRoles.flatMap((role) => {
      const text = declared.get(role);
      declared.delete(role);
      return text === undefined ? [] : [[role, text.split('|').map((name) => name.trim())] as const];
    }),
  );

const checkKeys = (keys: readonly string[]): void => {
  const strange = keys.find((key) => !columnKeys.includes(key) && energyKeyParts(key) === null);
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
  const delimiter = take<Delimiter | null>('delimiter', delimiterOf, null);
  const decimal = take<DecimalSign | null>('decimal', decimalSignOf, null);
  const ends = take<EndKind | null>('ends', endsOf, null);
  const registers = take<'atStart' | 'atEnd'>('registers', registersKindOf, 'atStart');
  const dates = take<DateOrder | null>('dates', datesOf, null);
  const intervalMinutes = take<number | null>('interval', minutesOf, null);
  const usagePoint = take<string | null>('usagePoint', (text) => text, null);
  const powerOfTenMultiplier = take<number | null>('powerOfTenMultiplier', powerOf, null);
  const times = take<'local' | 'standard' | 'utc' | null>('times', timesOf, null);
  const series = seriesIn(declared);
  checkKeys([...declared.keys()]);
  return {
    columns: declared.size === 0 ? null : declared,
    delimiter,
    decimal,
    dates,
    ends,
    intervalMinutes,
    series,
    usagePoint,
    powerOfTenMultiplier,
    isLocalTime: times === 'local',
    isUtc: times === 'utc',
    isStandardTime: times === 'standard',
    showsRegisterAtEnd: registers === 'atEnd',
  };
};

/** The layout of a text such as `time=Start,kwh=Net`. @throws UnusableFile */
export const layoutOfText = (text: string): Layout =>
  layoutOf(
    text.split(/,(?=[A-Za-z]+(?:@[^,=]+)?=)/).map((pair): readonly [string, string] => {
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

import { formatDateTime, isSchemaDateTime, parseDateTime } from '../types/dateTime.ts';
import { isSchemaDuration, parseDuration } from '../types/duration.ts';
import type { ResponseCode } from '../types/responseCode.ts';
import { responseCodes } from '../types/responseCode.ts';
import type { DateTime, DecimalText, Duration } from '../types/scalars.ts';
import { leaf, strictlyTrimmed, trimmed } from './leaf.ts';
import { collapseXml, trimXml } from './whitespace.ts';

/** Any text, trimmed. */
export const text = leaf<string>({ read: trimmed, write: (value) => value, expected: 'a text' });

/** A URI, which is a text whose white space the schema ignores. */
export const anyURI = leaf<string>({ read: collapseXml, write: (value) => value, expected: 'a URI' });

const isWholeNumber = (value: number, highest: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= highest;

/** A whole number from 0 up to a highest. */
export const unsignedInt = (highest = 4_294_967_295) =>
  leaf<number>({
    read: (raw) => {
      const bare = trimXml(raw);
      const value = /^[+-]?\d{1,40}$/.test(bare) ? Number(bare) : Number.NaN;
      return isWholeNumber(value, highest) ? Math.abs(value) : undefined;
    },
    write: (value) => (isWholeNumber(value, highest) ? String(value) : undefined),
    expected: `a whole number from 0 to ${highest}`,
  });

/** The largest number the schema's `float` can hold. */
const largestFloat = 3.402_823_5e38;
/** @limit Beyond this an exponent only says zero, and would cost exact arithmetic dearly. */
const largestExponent = 60;

const isNumber = (bare: string, form: RegExp): boolean => {
  const match = form.exec(bare);
  return match !== null && Math.abs(Number(match[1] ?? 0)) <= largestExponent && Math.abs(Number(bare)) <= largestFloat;
};

const numeric = (form: RegExp, expected: string) =>
  leaf<DecimalText>({
    read: (raw) => {
      const bare = trimXml(raw);
      return isNumber(bare, form) ? bare : undefined;
    },
    write: (value) => (isNumber(value, form) ? value : undefined),
    expected,
  });

/** A number of any kind, its digits kept as they are; never NaN or infinite. */
export const float = numeric(/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?$/, 'a finite number such as 0.125');

/** A number without exponent, its digits kept as they are. */
export const decimal = numeric(/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/, 'a decimal number such as 60.0');

const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, 1: true, 0: false };

/** True or false; `True` and the like are tolerated. */
export const boolean = leaf<boolean>({
  read: (raw, element, reading) => {
    const bare = trimXml(raw);
    const exact = Object.hasOwn(booleans, bare) ? booleans[bare] : undefined;
    if (exact !== undefined) return exact;
    const lower = bare.toLowerCase();
    if (lower !== 'true' && lower !== 'false') return undefined;
    reading.tolerate(
      'XSD',
      element,
      `${element.name.local} is ${bare}; the schema knows true and false.`,
      responseCodes.invalidData,
    );
    return lower === 'true';
  },
  write: String,
  expected: 'true or false',
});

const isWritten = (value: DateTime): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value) && parseDateTime(value) !== undefined;

/** An instant, brought to UTC and whole seconds. */
export const dateTime = leaf<DateTime>({
  read: (raw, element, reading) => {
    const bare = trimXml(raw);
    const instantMs = parseDateTime(bare);
    if (instantMs === undefined) return undefined;
    if (!isSchemaDateTime(bare))
      reading.tolerate(
        '1',
        element,
        `${element.name.local} is ${bare}, with an offset; rule 1 wants UTC.`,
        responseCodes.invalidData,
      );
    else if (!bare.endsWith('Z'))
      reading.note('1', element, `${element.name.local} is ${bare}, without Z; it is taken for UTC.`);
    else if (bare.length > 20)
      reading.note('19.5', element, `${element.name.local} has fractions of a second, which are dropped.`);
    return formatDateTime(instantMs);
  },
  write: (value) => (isWritten(value) ? value : undefined),
  expected: 'a date and time in UTC such as 2026-01-31T04:00:00Z',
});

/** `P1W` is ISO 8601 and forbidden by the schema, `P7D` is the same. */
const inSchemaForm = (value: Duration): Duration =>
  value.replace(/^([+-]?)P(\d+)W$/, (_, sign: string, weeks: string) => `${sign}P${Number(weeks) * 7}D`);

/** A duration, as received. */
export const duration = leaf<Duration>({
  read: (raw, element, reading) => {
    const bare = strictlyTrimmed(raw, element, reading);
    if (parseDuration(bare) === undefined) return undefined;
    if (!isSchemaDuration(bare))
      reading.tolerate(
        '1',
        element,
        `${element.name.local} is ${bare}, a form of duration the schema forbids.`,
        responseCodes.invalidData,
      );
    return bare;
  },
  write: (value) => {
    const written = inSchemaForm(value);
    return parseDuration(written) !== undefined && isSchemaDuration(written) ? written : undefined;
  },
  expected: 'an ISO 8601 duration such as PT1H',
});

/** Three digits. */
export const responseCode = leaf<ResponseCode>({
  read: (raw, element, reading) => {
    const bare = strictlyTrimmed(raw, element, reading);
    return /^\d{3}$/.test(bare) ? bare : undefined;
  },
  write: (value) => (/^\d{3}$/.test(value) ? value : undefined),
  expected: 'a response code of three digits such as 200',
});

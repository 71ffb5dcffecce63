/**
 * Values that were written down for good, as one short text: what many of them have alike stands once, and of numbers only what
 * the next one differs by.
 *
 * A VEN of ten thousand devices holds five weeks of their hours. As objects, those of one device take a megabyte; so, 25 kB. It is
 * plain data, and gives back what JSON would, keys in the order of their names.
 */

/** A value and its instant. */
export interface ValueAt<T> {
  /** UTC ms. */
  readonly at: number;
  readonly value: T;
}

/** Values that are packed. */
export interface PackedValues {
  /** What each value looks like without its numbers, as JSON; those of equal values are one. */
  readonly forms: readonly string[];
  readonly packed: string;
}

/** Stands in a form for a number. It is no text that anybody writes. */
const hole = '\u0000#';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const valueOfDigit = new Map([...digits].map((digit, value) => [digit.charCodeAt(0), value]));

/** Begins and ends a number that is no whole one, or too large. */
const quote = '!';

/** @limit Above this a number is written out. */
const largest = 2 ** 50;

const isShort = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < largest;

/** A whole number in digits of five bits, the sign in the first, those before the last marked. */
const shortText = (value: number): string => {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let text = '';
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += digits[rest > 0 ? digit + 32 : digit] ?? '';
  } while (rest > 0);
  return text;
};

/** What a number is told by: the one before it, or the instant of its value. */
type Against = 'before' | 'instant';

/** The same keys in the order of their names: what was concluded and what was read back of it are then written alike. */
const inOrder = (part: object): object =>
  Array.isArray(part)
    ? part
    : Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

const numbersIn = (value: unknown): { readonly form: string; readonly numbers: readonly number[] } => {
  const numbers: number[] = [];
  const form = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'object' && part !== null) return inOrder(part);
    if (typeof part !== 'number') return part;
    numbers.push(part);
    return hole;
  });
  return { form, numbers };
};

/** Forms that are in use: one text for all that have it. @limit forms; more begin anew, and are merely not shared with those of before. */
const formsKept = 5_000;
const keptForms = new Map<string, Form>();

/** A form, and how to make a value of it. */
interface Form {
  readonly text: string;
  readonly parsed: unknown;
}

const formOf = (text: string): Form => {
  const known = keptForms.get(text);
  if (known !== undefined) return known;
  if (keptForms.size >= formsKept) keptForms.clear();
  const made = { text, parsed: JSON.parse(text) as unknown };
  keptForms.set(text, made);
  return made;
};

const filled = (form: unknown, next: () => number): unknown => {
  if (form === hole) return next();
  if (Array.isArray(form)) return form.map((part) => filled(part, next));
  if (typeof form !== 'object' || form === null) return form;
  const value: Record<string, unknown> = {};
  for (const key of Object.keys(form)) value[key] = filled((form as Record<string, unknown>)[key], next);
  return value;
};

const difference = (number: number, from: number): string =>
  isShort(number) && isShort(number - from) ? shortText(number - from) : `${quote}${String(number)}${quote}`;

/** For each number of a form what it is told by, whichever is shorter for all values that have the form. */
const againstOf = (rows: readonly { readonly at: number; readonly numbers: readonly number[] }[]): readonly Against[] =>
  (rows[0]?.numbers ?? []).map((_first, slot) => {
    let [byBefore, byInstant, before] = [0, 0, 0];
    for (const { at, numbers } of rows) {
      const number = numbers[slot] ?? 0;
      byBefore += difference(number, before).length;
      byInstant += difference(number, at).length;
      before = isShort(number) ? number : before;
    }
    return byInstant < byBefore ? 'instant' : 'before';
  });

const letterOf = (against: Against): string => (against === 'instant' ? 'i' : 'b');

/** Writes values down, in the order of their instants. */
export const packValues = <T>(values: readonly ValueAt<T>[]): PackedValues => {
  const rows = values.map(({ at, value }) => ({ at, ...numbersIn(value) }));
  const forms = [...new Set(rows.map(({ form }) => form))];
  const kinds = forms.map((form) => againstOf(rows.filter((row) => row.form === form)));
  const before = kinds.map((against) => against.map(() => 0));
  let [lastAt, lastStep] = [0, 0];
  // Joined in the end: a text that is added to stays a chain of its pieces, each of which takes more than it says.
  const pieces = kinds.map((against) => `${against.map(letterOf).join('')};`);
  for (const { at, form, numbers } of rows) {
    const kind = forms.indexOf(form);
    pieces.push(difference(at - lastAt, lastStep), shortText(kind));
    lastStep = isShort(at - lastAt) ? at - lastAt : lastStep;
    lastAt = at;
    numbers.forEach((number, slot) => {
      const known = before[kind] ?? [];
      pieces.push(difference(number, kinds[kind]?.[slot] === 'instant' ? at : (known[slot] ?? 0)));
      if (isShort(number)) known[slot] = number;
    });
  }
  return { forms: forms.map((form) => formOf(form).text), packed: pieces.join('') };
};

/** Reads what was written, a number at a time. */
class Reader {
  readonly #text: string;
  place = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.place >= this.#text.length;
  }

  /** The letters before the next semicolon. */
  letters(): string {
    const end = this.#text.indexOf(';', this.place);
    const letters = this.#text.slice(this.place, end);
    this.place = end + 1;
    return letters;
  }

  /** The next number, told from another. */
  from(other: number): number {
    if (this.#text[this.place] === quote) {
      const end = this.#text.indexOf(quote, this.place + 1);
      const number = Number(this.#text.slice(this.place + 1, end));
      this.place = end + 1;
      return number;
    }
    let [value, scale, digit] = [0, 1, 32];
    while (digit >= 32) {
      digit = valueOfDigit.get(this.#text.charCodeAt(this.place)) ?? 0;
      this.place += 1;
      value += (digit % 32) * scale;
      scale *= 32;
    }
    return other + (value % 2 === 1 ? -(value + 1) / 2 : value / 2);
  }
}

/** The values that were written down. */
export const unpackValues = <T>({ forms, packed }: PackedValues): readonly ValueAt<T>[] => {
  const reader = new Reader(packed);
  const kinds = forms.map((text) => {
    const letters = reader.letters();
    return { form: formOf(text).parsed, letters, before: [...letters].map(() => 0) };
  });
  const values: ValueAt<T>[] = [];
  let [at, step] = [0, 0];
  while (!reader.isAtEnd) {
    const stepped = reader.from(step);
    if (isShort(stepped)) step = stepped;
    at += stepped;
    const { form, letters, before } = kinds[reader.from(0)] ?? { form: null, letters: '', before: [] };
    let slot = 0;
    const value = filled(form, () => {
      const number = reader.from(letters[slot] === 'i' ? at : (before[slot] ?? 0));
      if (isShort(number)) before[slot] = number;
      slot += 1;
      return number;
    });
    values.push({ at, value: value as T });
  }
  return values;
};

import type { DecimalSign } from '../layout.ts';

/** Numbers as they are written: with a decimal point or comma, and with separators of thousands. */

const digitRun = /\d[\d.,' ]*\d|\d/;

/** What one number proves of the sign before its decimals. */
const provenBy = (run: string): DecimalSign | null => {
  const [points, commas] = [run.split('.').length - 1, run.split(',').length - 1];
  if (points > 0 && commas > 0) return run.lastIndexOf('.') > run.lastIndexOf(',') ? 'point' : 'comma';
  if (points > 1) return 'comma';
  if (commas > 1) return 'point';
  if (points + commas === 0) return null;
  const [before = '', after = ''] = run.split(/[.,]/);
  const couldBeThousands = after.length === 3 && before.length <= 3 && !/^0/.test(before);
  if (couldBeThousands) return null;
  return points === 1 ? 'point' : 'comma';
};

/** The sign before the decimals that the cells of a file prove; null where they prove none, or both. */
export const provenDecimalSign = (cells: Iterable<string>): DecimalSign | null => {
  const proven = new Set<DecimalSign>();
  for (const cell of cells) {
    const run = /[.,]/.test(cell) ? digitRun.exec(cell)?.[0] : undefined;
    const sign = run === undefined ? null : provenBy(run);
    if (sign !== null) proven.add(sign);
    if (proven.size === 2) return null;
  }
  const [only] = proven;
  return only ?? null;
};

/** A whole number and one like `1.026` beside it: a thousand and more, or one and a little. */
export const openThousands = (cells: Iterable<string>): string | null => {
  let open: string | null = null;
  let hasWhole = false;
  for (const cell of cells) {
    if (/^[+-]?[1-9]\d{0,2}\.\d{3}$/.test(cell)) open ??= cell;
    else if (/^[+-]?[1-9]\d*$/.test(cell)) hasWhole = true;
    if (open !== null && hasWhole) return open;
  }
  return null;
};

const groups: Readonly<Record<DecimalSign, RegExp>> = {
  point: /^\d{1,3}([ ,']\d{3})+(\.\d*)?$/,
  comma: /^\d{1,3}([ .']\d{3})+(,\d*)?$/,
};

/** Nothing but thousands is parted by a space or an apostrophe: `1 234` is 1234, whatever the decimals are parted by. */
export const withoutSpaces = (cell: string): string =>
  /^[+-]?\d{1,3}([ ']\d{3})+$/.test(cell) ? cell.replace(/[ ']/g, '') : cell;

/** A number with its minus before it, wherever accountants and bills write it: `(1.20)`, `1.20-`, `1.20 CR`. */
export const signFirst = (cell: string): string => {
  const [, before = '', inside] = /^([$€£]?) ?\(([$€£]? ?[\d.,' ]+)\)$/.exec(cell) ?? [];
  if (inside !== undefined) return `-${before}${inside}`;
  const [, number, sign = ''] = /^([$€£]? ?\d[\d.,' ]*?) ?(-|CR|DR)$/i.exec(cell) ?? [];
  return number === undefined ? cell : /^dr$/i.test(sign) ? number : `-${number}`;
};

/** A cell with its number written plainly: `1.234,5 €` is `1234.5 €`. What cannot be read so stays as it is. */
export const plainNumberText = (cell: string, sign: DecimalSign): string => {
  if (/^[\d.+-]*$/.test(cell) && sign === 'point') return cell;
  const run = digitRun.exec(cell)?.[0];
  if (run === undefined || /^\d+$/.test(run)) return cell;
  const decimal = sign === 'point' ? '.' : ',';
  const isPlain = new RegExp(`^\\d*[${decimal}]?\\d*$`).test(run);
  if (!isPlain && !groups[sign].test(run)) return cell;
  const [whole = '', fraction] = run.split(decimal);
  return cell.replace(run, `${whole.replace(/\D/g, '')}${fraction === undefined ? '' : `.${fraction}`}`);
};

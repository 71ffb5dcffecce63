import { energyKeyParts, energyKeys, moneyKeys } from '../cells/columnKeys.ts';
import { type Declared, headerText, headerWithin, listed } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { isOfNotes, saysEstimated } from '../cells/quality.ts';
import { hourLabelOf } from '../times/hourLabel.ts';
import { deviceInHeader, isGeneration, isInUtc, isOfTheGrid, knownKeysOf, wordsOf } from './knownHeaders.ts';
import { layoutNameOf } from './knownLayouts.ts';
import { slotOf, slotsIn } from './slots.ts';
import { isUnitsRow, namedAs, withUnits } from './unitsRow.ts';
import { refuseFile, shown } from '../unusableFile.ts';

/** A layout as it was recognised: what a person would have declared. */
export interface RecognisedLayout {
  readonly declared: Declared;
  /** What people call it; null where it has no name. */
  readonly name: string | null;
}

/** @limit Rows that say what their column means. */
export const sampled = 500;

/** How to declare columns, for the end of a sentence. */
const declare = 'declare them with --columns, as in --columns "time=Start,kwh=Net,price=Rate,amount=Charge"';

interface Candidate {
  readonly file: string;
  readonly header: CsvRow;
  readonly below: readonly CsvRow[];
  /** All rows below: a note may stand at any of them. */
  readonly all: readonly CsvRow[];
}

const valuesOf = ({ below }: Candidate, index: number): readonly string[] =>
  below.flatMap(({ cells }) => (cells[index] ?? '') || []);

/** `Hour` may begin or end with its number: 0 is where a day begins, 24 where it ends. */
const hourKeyOf = (candidate: Candidate, index: number): string => {
  const header = candidate.header.cells[index] ?? '';
  const values = valuesOf(candidate, index);
  const labels = values.map(hourLabelOf);
  const isEnding = /\b(ending|end|he)\b/.test(wordsOf(header));
  const isBeginning = /\b(beginning|starting|hb)\b/.test(wordsOf(header));
  if (labels.some((label) => label === null) || values.some((value) => /:/.test(value)))
    return isEnding ? 'end' : 'time';
  if (isEnding || isBeginning) return isEnding ? 'hourEnding' : 'hourBeginning';
  const [hasZero, hasLast] = [0, 24].map((hour) => labels.some((label) => label?.hour === hour)) as [boolean, boolean];
  if (hasZero !== hasLast) return hasZero ? 'hourBeginning' : 'hourEnding';
  return refuseFile(
    { file: candidate.file, line: candidate.header.line, column: header },
    `whether hour 1 begins or ends at 01:00 is not said; declare hourBeginning=${header} or hourEnding=${header} beside the other columns.`,
  );
};

const minuteLengths = new Set(['1', '5', '10', '15', '30', '60']);
const secondLengths = new Set(['300', '600', '900', '1800', '3600']);

const durationKeyOf = (candidate: Candidate, index: number): string | undefined => {
  const values = valuesOf(candidate, index);
  if (values.length === 0) return undefined;
  if (values.every((value) => minuteLengths.has(value))) return 'minutes';
  return values.every((value) => secondLengths.has(value)) ? 'seconds' : undefined;
};

type Keys = readonly (string | undefined)[];

/** What the values of hours, of lengths and of notes say that their headers leave open. */
const certainKeys = (candidate: Candidate, keys: Keys): Keys =>
  keys.map((key, index) => {
    if (key === 'hour') return hourKeyOf(candidate, index);
    if (key === 'duration') return durationKeyOf(candidate, index);
    const isQuality = key === undefined && !keys.includes('quality') && isOfNotes(candidate.header.cells[index] ?? '');
    return isQuality && candidate.all.some(({ cells }) => saysEstimated(cells[index] ?? '')) ? 'quality' : key;
  });

const hasTime = (keys: Keys): boolean => ['time', 'end', 'date', 'hour'].some((key) => keys.includes(key));
const isEnergy = (key: string | undefined): boolean => key !== undefined && energyKeys.has(key);
const hasQuantity = (keys: Keys): boolean => keys.some((key) => isEnergy(key) || moneyKeys.has(key ?? ''));

const roleOf = (key: string | undefined): string => energyKeyParts(key ?? '')?.meaning.role ?? '';

const saysNet = (header: string): boolean => wordsOf(header).split(' ').includes('net');

/** Which columns are about what passed the grid's meter, where some say so: by its name, or as import and export both. */
const ofTheGrid = (cells: readonly string[], keys: Keys): readonly boolean[] => {
  const named = keys.map((key, index) => isEnergy(key) && isOfTheGrid(cells[index] ?? ''));
  if (named.includes(true)) return named;
  const directed = keys.map(
    (key, index) => isEnergy(key) && /\b(?:im|ex)port(?:ed|s)?\b/.test(wordsOf(cells[index] ?? '')),
  );
  const isBoth = ['import', 'export'].every((role) =>
    keys.some((key, index) => directed[index] && roleOf(key) === role),
  );
  return isBoth
    ? keys.map((key, index) => directed[index] === true || (isEnergy(key) && saysNet(cells[index] ?? '')))
    : named;
};

/** Beside columns about the grid, those about parts of a house are none; beside energy, power is not needed. */
const relevant = ({ header: { cells } }: Candidate, keys: Keys): Keys => {
  const ofGrid = ofTheGrid(cells, keys);
  const hasEnergy = keys.some((key) => isEnergy(key) && energyKeyParts(key ?? '')?.meaning.isPower === false);
  return keys.map((key, index) => {
    if (!isEnergy(key)) return key;
    if (ofGrid.includes(true) && ofGrid[index] !== true) return undefined;
    return hasEnergy && energyKeyParts(key ?? '')?.meaning.isPower === true ? undefined : key;
  });
};

/** Where both directions stand beside it, the net energy is what is called so: they prove it. */
const netOfBoth = ({ header: { cells } }: Candidate, keys: Keys): Keys => {
  const roles = keys.map(roleOf);
  const isNamed = keys.map((_, index) => roles[index] === 'net' && saysNet(cells[index] ?? ''));
  const isProven = roles.includes('import') && roles.includes('export') && isNamed.includes(true);
  return isProven ? keys.map((key, index) => (roles[index] === 'net' && !isNamed[index] ? undefined : key)) : keys;
};

const distinct = ({ file, header }: Candidate, keys: Keys): Declared => {
  const at = new Map<string, number>();
  for (const [index, given] of keys.entries()) {
    const key = given === 'hour' || given === 'duration' ? undefined : given;
    const before = key === undefined ? undefined : at.get(key);
    if (before !== undefined)
      refuseFile(
        { file, line: header.line },
        `both ${shown(header.cells[before] ?? '')} and ${shown(header.cells[index] ?? '')} could be meant by "${key}"; ${declare}.`,
      );
    if (key !== undefined) at.set(key, index);
  }
  return [...at].map(([key, index]) => [key, headerText(header.cells, index)]);
};

/** What was generated is no proof of what was delivered, unless what was drawn stands beside it. */
const checkGeneration = ({ file, header }: Candidate, keys: Keys): void => {
  const energies = keys.flatMap((key, index) => (isEnergy(key) ? [{ key, header: header.cells[index] ?? '' }] : []));
  const generated = energies.find((each) => isGeneration(each.header));
  const others = energies.filter((each) => each !== generated);
  const isOpen = others.every((each) => roleOf(each.key) === 'net' && !saysNet(each.header));
  if (generated === undefined || !isOpen) return;
  refuseFile(
    { file, line: header.line, column: generated.header },
    `what was generated need not be what was delivered; if it is, declare ${generated.key ?? ''}=${generated.header} beside the other columns.`,
  );
};

/** Beside what was delivered, energy that is not called net is what was drawn. */
const drawnBesideDelivered = (headers: readonly string[], keys: Keys): Keys => {
  const roles = keys.map(roleOf);
  if (!roles.includes('export') || roles.includes('import')) return keys;
  return keys.map((key, index) => {
    const isDrawn = roles[index] === 'net' && !saysNet(headers[index] ?? '');
    const [unit = '', device] = (key ?? '').split('@');
    return isDrawn ? `${unit}In${device === undefined ? '' : `@${device}`}` : key;
  });
};

const wide = (candidate: Candidate, keys: Keys): Declared | null => {
  const { cells, line } = candidate.header;
  const slots = slotsIn(cells);
  const [first] = slots;
  const last = slots.at(-1);
  if (first === undefined || last === undefined) return null;
  if (
    first.kind === 'instant' &&
    valuesOf(candidate, first.index).some((value) => slotOf(value, 0)?.kind === 'instant')
  )
    return null;
  if (first.kind !== 'instant' && !keys.includes('date') && !keys.includes('time')) return null;
  const unit = first.unit ?? (keys.includes('unit') ? 'energy' : null);
  const stretch = `${headerText(cells, first.index)}..${headerText(cells, last.index)}`;
  if (unit === null)
    return refuseFile(
      { file: candidate.file, line },
      `the columns ${shown(cells[first.index] ?? '')} to ${shown(cells[last.index] ?? '')} do not say their unit; add kwh=${stretch} to the declared columns, as in --columns "date=Date,kwh=${stretch}".`,
    );
  const inSlots = new Set(slots.map(({ index }) => index));
  const others = keys.map((key, index) =>
    inSlots.has(index) || isEnergy(key) || key === 'hour' ? undefined : key === 'time' ? 'date' : key,
  );
  const hasType = cells.some((cell) => wordsOf(cell) === 'type');
  const beside = others.map((key, index) =>
    key === 'channel' && hasType && wordsOf(cells[index] ?? '') !== 'type' ? undefined : key,
  );
  return [...distinct(candidate, beside), [unit, stretch]];
};

/** A column for each device: what remains of its header is the name. */
const byDevice = (candidate: Candidate, keys: Keys): Declared | null => {
  const { cells } = candidate.header;
  const found = cells.map((header, index) => (keys[index] === undefined ? deviceInHeader(header) : null));
  const devices = [...new Set(found.flatMap((each) => each?.device ?? []))].flatMap((device) => {
    const own = found.map((each) => (each?.device === device ? `${each.key}@${device}` : undefined));
    return drawnBesideDelivered(cells, own).flatMap((key, index) =>
      key === undefined ? [] : [[key, headerText(cells, index)] as const],
    );
  });
  return devices.length === 0 || !hasTime(keys)
    ? null
    : [...distinct(candidate, certainKeys(candidate, keys)), ...devices];
};

const emporia = (candidate: Candidate): Declared | null => {
  const { cells } = candidate.header;
  if (!/^time bucket\b/.test(wordsOf(cells[0] ?? ''))) return null;
  const mains = cells.flatMap((header, index) => {
    const isMain = /\bmains?( [abc])?( kwh| kw)$/.test(wordsOf(header));
    return isMain && valuesOf(candidate, index).some((value) => !/^no ct$/i.test(value)) ? [index] : [];
  });
  const [first] = mains;
  if (first === undefined) return null;
  const unit = /\bkw$/.test(wordsOf(cells[first] ?? '')) ? 'kw' : 'kwh';
  return [
    ['time', headerText(cells, 0)],
    [unit, mains.map((index) => headerText(cells, index)).join('+')],
  ];
};

/** SDG&E writes its headers without a unit, and documents that its numbers are kWh. */
const sdge = ({ header: { cells } }: Candidate): Declared | null => {
  const words = cells.map(wordsOf);
  const columns = [
    ['device', 'meter number'],
    ['date', 'date'],
    ['time', 'start time'],
    ['minutes', 'duration'],
    ['kwhIn', 'consumption'],
    ['kwhOut', 'generation'],
    ['kwh', 'net'],
  ] as const;
  return columns.every(([, header]) => words.includes(header))
    ? columns.map(([key, header]) => [key, headerText(cells, words.indexOf(header))])
    : null;
};

const homeAssistantStatistics = ({ file, header: { cells, line } }: Candidate): Declared | null => {
  const headerAt = (index: number): string | null => (index < 0 ? null : headerText(cells, index));
  const of = (word: string): string | null => headerAt(cells.findIndex((cell) => wordsOf(cell) === word));
  const [channel, time] = [of('statistic id'), of('start') ?? of('start ts')];
  const unit = headerAt(knownKeysOf(cells).indexOf('unit'));
  if (channel === null || time === null) return null;
  const [delta, sum] = [of('delta') ?? of('change'), of('sum')];
  if (unit === null || (delta ?? sum) === null)
    return refuseFile(
      { file, line },
      'statistics of energy have a unit, and a delta or a sum; export them with these.',
    );
  const value: readonly [string, string] = delta === null ? ['energyRegister', sum ?? ''] : ['energy', delta];
  return [
    ['channel', channel],
    ['time', time],
    ['unit', unit],
    value,
    ['interval', '60'],
    ...(delta === null ? [['registers', 'atEnd'] as const] : []),
  ];
};

const refuseHistory = ({ file, header: { cells, line } }: Candidate): void => {
  const words = cells.map(wordsOf);
  if (!['entity id', 'state', 'last changed'].every((each) => words.includes(each))) return;
  const at = (word: string): string => cells[words.indexOf(word)] ?? '';
  refuseFile(
    { file, line, column: at('state') },
    `a history of Home Assistant does not say its unit; if it is the register of a meter in kWh, declare --columns "meter:channel=${at('entity id')},time=${at('last changed')},kwhRegister=${at('state')}", or kwhInRegister for what was drawn whatever it is called.`,
  );
};

const sense = (candidate: Candidate, declared: Declared): Declared => {
  const { cells } = candidate.header;
  const [name, make] = ['name', 'device make'].map((word) => cells.findIndex((cell) => wordsOf(cell) === word));
  if (name === undefined || name < 0 || make === undefined || make < 0) return declared;
  const names = new Set(valuesOf(candidate, name).map((each) => each.toLowerCase()));
  const plain = declared.filter(([key]) => key !== 'device' && key !== 'channel');
  const solar = valuesOf(candidate, name).find((each) => /solar/i.test(each));
  if (names.has('total usage') && solar !== undefined)
    refuseFile(
      { file: candidate.file, line: candidate.header.line, column: cells[name] ?? '' },
      `it states what the house used and what the sun gave, and not what passed the grid's meter; where the rows of ${shown(solar)} are negative, the sum of both did: declare --columns "meter:${plain.map(([key, header]) => `${key}=${header}`).join(',')},channel=${headerText(cells, name)},net=Total Usage|${solar}".`,
    );
  return [
    ...plain,
    ['channel', headerText(cells, name)],
    ...(names.has('total usage') ? [['import', 'Total Usage'] as const] : []),
  ];
};

const weekdayName = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?$/i;

/** The name of a weekday is no date, and of two clocks the one that is never moved is read. */
const certainTimes = (candidate: Candidate, keys: Keys): Keys => {
  const { cells } = candidate.header;
  const isWeekday = (index: number): boolean => {
    const values = valuesOf(candidate, index);
    return values.length > 0 && values.every((value) => weekdayName.test(value));
  };
  const hasUtc = (key: string): boolean => keys.some((each, index) => each === key && isInUtc(cells[index] ?? ''));
  return keys.map((key, index) => {
    if (key === 'date' && isWeekday(index)) return undefined;
    const isOther = (key === 'time' || key === 'end') && hasUtc(key) && !isInUtc(cells[index] ?? '');
    return isOther ? undefined : key;
  });
};

const declaredBy = (candidate: Candidate): Declared | null => {
  const { cells } = candidate.header;
  const given = certainTimes(candidate, knownKeysOf(cells));
  const special = emporia(candidate) ?? sdge(candidate) ?? homeAssistantStatistics(candidate);
  if (special !== null) return special;
  const across = wide(candidate, given);
  if (across !== null) return across;
  if (!hasTime(given)) return null;
  refuseHistory(candidate);
  if (!hasQuantity(given)) return byDevice(candidate, given);
  const keys = netOfBoth(candidate, relevant(candidate, certainKeys(candidate, given)));
  checkGeneration(candidate, keys);
  return sense(candidate, distinct(candidate, drawnBesideDelivered(cells, keys)));
};

/** What a file of another kind is expected to tell, and how to ask for it. */
export interface Sought {
  /** What a header means, or undefined when that is not well known. */
  readonly keyOf: (header: string) => string | undefined;
  /** Whether a meaning is what the file is about; a header needs one beside a time. */
  readonly isQuantity: (key: string) => boolean;
  /** What the headers do not say, when they do not: the rest of a sentence. */
  readonly unsaid: string;
  /** How columns are declared, for an example: the option, and what else it may say. */
  readonly example: string;
}

const refuseHeaders = (file: string, rows: readonly CsvRow[], unsaid: string, advice: string): never => {
  const widest = rows
    .slice(0, headerWithin)
    .reduce((best, row) => (row.cells.length > best.cells.length ? row : best), rows[0] as CsvRow);
  return refuseFile(
    { file, line: widest.line },
    `the headers ${listed(widest.cells)} do not say ${unsaid}; ${advice}.`,
  );
};

/** What the headers of a file of another kind say by themselves. */
export const recogniseBy =
  ({ keyOf, isQuantity, unsaid, example }: Sought) =>
  (file: string, rows: readonly CsvRow[]): RecognisedLayout => {
    for (const [index, header] of rows.slice(0, headerWithin).entries()) {
      const keys = header.cells.map(keyOf);
      if (!hasTime(keys) || !keys.some((key) => key !== undefined && isQuantity(key))) continue;
      const all = rows.slice(index + 1);
      const candidate = { file, header, below: all.slice(0, sampled), all };
      return { declared: distinct(candidate, certainKeys(candidate, keys)), name: null };
    }
    return refuseHeaders(file, rows, unsaid, `declare them with --columns, as in ${example}`);
  };

/** What the headers of a file say by themselves. @throws UnusableFile when they do not say enough, or two columns say the same */
export const recognise = (file: string, rows: readonly CsvRow[]): RecognisedLayout => {
  for (const [index, header] of rows.slice(0, headerWithin).entries()) {
    const all = rows.slice(index + 1);
    const below = all.slice(0, sampled);
    const [next] = below;
    const hasUnits = next !== undefined && isUnitsRow(next);
    const whole = hasUnits ? withUnits(header, next) : header;
    const declared =
      declaredBy({ file, header, below: hasUnits ? below.slice(1) : below, all }) ??
      (hasUnits ? declaredBy({ file, header: whole, below: below.slice(1), all }) : null);
    if (declared !== null) return { declared: namedAs(declared, whole, header), name: layoutNameOf(header.cells) };
  }
  return refuseHeaders(
    file,
    rows,
    'which column is the time and which the energy, with its unit, or the amount',
    declare,
  );
};

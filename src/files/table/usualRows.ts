import type { ChannelRoles } from '../headers/channelRoles.ts';
import { cellOf, type Columns } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { type EnergyColumn, unitOf } from '../headers/energyColumns.ts';
import type { FileReading } from '../fileReading.ts';
import type { Layout } from '../layout.ts';
import { qualityOf } from '../cells/quality.ts';
import type { Scaled } from '../cells/scaled.ts';
import { ColumnSums, type Summed } from './columnSums.ts';
import type { DevicePart, TablePart } from './tablePart.ts';
import type { RowSpan, TimedRow } from './timedRows.ts';
import {
  agrees,
  bits,
  energyOfPlace,
  energySlots,
  type EnergySlot,
  moneyOfPlace,
  slotOfRole,
  slotsOf,
  type UsualDevice,
  type UsualEnergy,
  UsualSeries,
} from './usualStated.ts';
import { orNull, UsualTimes } from './usualTimes.ts';
import { seriesName } from './timedRows.ts';

/**
 * Rows of a large table that are as those before them: one instant, one number in each column, the usual length, in order. They
 * are nearly all of a file, and are read by look-ups. A part with any other row is read as any table is; so what is found here is
 * what would be found there, and never more.
 */

/** What was read of a part all of whose rows are usual. */
export interface UsualPart {
  readonly span: RowSpan;
  readonly devices: ReadonlyMap<string | null, DevicePart>;
  /** The most decimals that its numbers are written with: of the first column of energy, and of each of money. */
  readonly written: readonly number[];
  readonly summed: Summed;
}

/** A column of money: a price, or an amount. */
export interface UsualMoney {
  readonly place: number;
  /** What makes USD of its numbers. */
  readonly powerOfTen: number;
  /** Whether a positive number is owed to the participant. */
  readonly isCredit: boolean;
}

/** What a row states. */
export interface UsualStatement
  extends Pick<FileReading, 'device' | 'startAt' | 'durationMs' | 'line' | 'quality' | 'remark'>, UsualEnergy {
  /** What each column of money states. */
  readonly money: readonly Scaled[];
}

/** @limit Digits of a number that a float holds exactly. */
const mostDigits = 15;

/** Hours that decimals say exactly as parts of one. @unit ms */
const exactParts: ReadonlyMap<number, Scaled> = new Map([
  [3_600_000, { whole: 1, decimals: 0 }],
  [1_800_000, { whole: 5, decimals: 1 }],
  [900_000, { whole: 25, decimals: 2 }],
  [360_000, { whole: 1, decimals: 1 }],
]);

const dollar = 36;

const otherNumber = /^[+-]?[$€£]? ?\d[\d ']*[.,]\d+$/;

/** Reads rows that are as those of a first part. */
export class UsualRows {
  readonly #columns: Columns;
  readonly #energies: readonly EnergyColumn[];
  readonly #usualMs: number;
  readonly #times: UsualTimes;
  readonly #channels: ChannelRoles;
  readonly #decimalCode: number;
  readonly #isByEnd: boolean;
  readonly #isInclusive: boolean;
  readonly #isDeclared: boolean;
  readonly #places: Readonly<Record<'device' | 'channel' | 'quality' | 'unit' | 'currency', number>>;
  readonly #energyPlaces: readonly number[];
  readonly #money: readonly UsualMoney[];
  /** Columns that are summed, for the total that may stand below all rows. */
  readonly #summedPlaces: readonly number[];
  #sums = new ColumnSums([]);
  /** The number that was read last, as it is written but for its point. */
  #asWritten = 0;
  /** Cells that a row may have; more are looked at. */
  readonly #width: number;
  #watched: readonly number[];
  /** Series of which it was told how the order of their rows says which of two times is meant. */
  #toldRepeated: ReadonlyMap<string | null, string>;
  readonly #devices = new Map<string | null, UsualDevice>();
  readonly #qualities: ReturnType<typeof qualityOf>[] = [];
  #written: number[] = [];
  readonly #qualityAt = new Map<string, number>();
  /** What makes Wh of the numbers of a unit, by its text and column. */
  readonly #factors = new Map<string, readonly (Scaled | null)[]>();
  #part = 0;
  #lastDevice: UsualDevice | null = null;

  private constructor(first: TablePart, money: readonly UsualMoney[], layout: Layout, usualMs: number) {
    const { columns } = first.table;
    this.#money = money;
    const place = (key: string): number => columns.at.get(key) ?? -1;
    this.#columns = columns;
    this.#energies = [...first.energies.values()];
    this.#energyPlaces = this.#energies.map(({ key }) => place(key));
    this.#summedPlaces = [...first.table.summed.of.keys()];
    this.#usualMs = usualMs;
    this.#times = new UsualTimes({ columns, layout, found: first.timed.found, usualMs });
    this.#channels = first.channels;
    this.#decimalCode = first.table.decimal === null ? -1 : first.table.decimal === 'comma' ? 44 : 46;
    this.#isByEnd =
      !columns.at.has('time') &&
      columns.at.has('end') &&
      !columns.at.has('hourEnding') &&
      !columns.at.has('hourBeginning');
    this.#isInclusive = first.timed.reading.endsWith('their last minute');
    this.#isDeclared = layout.intervalMinutes !== null;
    this.#places = {
      device: place('device'),
      channel: place('channel'),
      quality: place('quality'),
      unit: place('unit'),
      currency: place('currency'),
    };
    this.#width = columns.headerLine === 0 ? Number.POSITIVE_INFINITY : columns.headers.length - 1;
    this.#watched = [];
    this.#toldRepeated = first.timed.found.clocks.repeated;
    this.learn(first);
  }

  /** How rows as those of a first part are read; null where every row needs a look of its own. */
  static as(
    first: TablePart & { readonly rows: readonly { readonly durationMs: number }[] },
    money: readonly UsualMoney[] = [],
  ): UsualRows | null {
    const { table, timed, energies, channels, rows, hasRegisters } = first;
    const { columns, layout } = table;
    const { usualMs, isTight } = timed.found;
    const isPlain = ['minutes', 'seconds', 'zone', 'repeated'].every((key) => !columns.at.has(key));
    const isTimed = ['time', 'end', 'hourEnding', 'hourBeginning'].some((key) => columns.at.has(key));
    const areEnds = timed.declared.some(([key]) => key === 'end');
    const areKnown = [...energies.values()].every(({ role }) => role in slotOfRole);
    const isOne = rows.length > 0 && rows.every(({ durationMs }) => durationMs === usualMs);
    if (usualMs === null || !isPlain || !isTimed || areEnds || !areKnown || !isOne) return null;
    if (money.length > 0 && columns.at.has('channel')) return null;
    if (isTight || hasRegisters || layout.isLocalTime || channels.areDeclared || table.hasSections) return null;
    const isShaped = [...columns.at.values()].some((index) => index >= columns.headers.length - 1);
    return isShaped ? null : new UsualRows(first, money, layout, usualMs);
  }

  /** Takes note of what was told of the parts until now: columns that are not needed, hours that the clocks repeated. */
  learn({ table, timed }: Pick<TablePart, 'table' | 'timed'>): void {
    this.#toldRepeated = timed.found.clocks.repeated;
    const { headers, headerLine, at } = this.#columns;
    const used = new Set(at.values());
    const isOpen = (index: number): boolean =>
      headerLine !== 0 && headers[index] !== '' && !used.has(index) && !table.leftOut.idle.has(index);
    this.#watched = [...headers.keys()].filter((index) => index < headers.length - 1 && isOpen(index));
  }

  /** Reads the rows of a part, and tells what each states; null where one of them is none of these: then nothing is told. */
  read(rows: readonly CsvRow[], tell: (statement: UsualStatement) => void): UsualPart | null {
    this.#part += 1;
    this.#written = Array.from({ length: 1 + this.#money.length }, () => 0);
    this.#lastDevice = null;
    this.#sums = new ColumnSums(this.#summedPlaces);
    const devices: UsualDevice[] = [];
    const channels = new Set<string | null>();
    let [usual, others] = [0, 0];
    let isInclusive = false;
    let last: TimedRow | undefined;
    let first: TimedRow | undefined;
    for (const row of rows) {
      const { cells } = row;
      if (cells.length > this.#width) return null;
      for (const index of this.#watched) if ((cells[index] ?? '') !== '') return null;
      if (this.#decimalCode < 0 && this.#provesDecimals(cells)) return null;
      if (!this.#isInDollars(cells)) return null;
      const time = this.#times.of(row);
      if (time === null || time.at % 60_000 !== 0) return null;
      const device = this.#deviceOf(cells, devices);
      const series = device === null ? null : this.#seriesOf(device, cells);
      if (device === null || series === null) return null;
      if (series.part !== this.#part) {
        series.begin(this.#part);
        channels.add(series.channel);
      }
      const at = time.orAt === null ? time.at : series.meantOf(time.at, time.orAt);
      if (at === null) return null;
      const hasLastMinute = time.isInclusive === 'open' ? this.#times.inclusiveBy(row, at) : time.isInclusive;
      if (hasLastMinute === null) return null;
      isInclusive ||= hasLastMinute;
      if (series.lastAt !== null) {
        const step = at - series.lastAt;
        if (step === 0 || (series.direction !== 0 && Math.sign(step) !== series.direction)) return null;
        series.direction = Math.sign(step);
        if (Math.abs(step) === this.#usualMs) usual += 1;
        else others += 1;
      }
      series.lastAt = at;
      const startAt = this.#isByEnd ? at - this.#usualMs : at;
      if (series.slots === null) this.#sums.addCells(cells, this.#withPoint);
      else if (!this.#state(device, series.slots, row, startAt)) return null;
      last = { row, device: device.name, channel: series.channel, startAt, durationMs: this.#usualMs };
      first ??= last;
    }
    const isPaced = this.#isDeclared || usual > others;
    const hasAll = this.#places.channel < 0 || channels.size === this.#channels.of.size;
    if (!isPaced || !hasAll || isInclusive !== this.#isInclusive) return null;
    if (!devices.every((each) => agrees(each) && this.#tellsRepeated(each))) return null;
    const parts = new Map(devices.map((each) => [each.name, this.#taken(each, tell)]));
    return {
      span: { first, last, count: rows.length },
      devices: parts,
      written: this.#written,
      summed: { rows: rows.length, lastLine: rows.at(-1)?.line ?? 0, of: this.#sums.of },
    };
  }

  /** Whether the order of the rows says which of two times each of them means, and one note has told so of the series. */
  #tellsRepeated({ name, series }: UsualDevice): boolean {
    for (const each of series.values()) {
      if (each.part !== this.#part || !each.hasRepeated) continue;
      if (!each.arePaired || !this.#toldRepeated.has(seriesName(name, each.channel))) return false;
    }
    return true;
  }

  #isInDollars(cells: readonly string[]): boolean {
    const { currency: place } = this.#places;
    const text = place < 0 ? '' : (cells[place] ?? '');
    return text === '' || text === 'USD' || text === '$';
  }

  /** Whether a number in a column that is not read says what those of the others are written with. */
  #provesDecimals(cells: readonly string[]): boolean {
    return cells.some(
      (cell, index) =>
        !this.#energyPlaces.includes(index) &&
        this.#money.every(({ place }) => place !== index) &&
        otherNumber.test(cell),
    );
  }

  #deviceOf(cells: readonly string[], seen: UsualDevice[]): UsualDevice | null {
    const { device: place } = this.#places;
    const name = place < 0 ? null : (cells[place] ?? '');
    if (this.#lastDevice !== null && this.#lastDevice.name === name) return this.#lastDevice;
    if (name === '') return null;
    const device = this.#devices.get(name) ?? {
      name,
      series: new Map<string | null, UsualSeries>(),
      part: 0,
      startAt: [],
      line: [],
      quality: [],
      mask: [],
      whole: [],
      decimals: [],
      slots: energySlots + this.#money.length,
      places: new Map<number, number>(),
    };
    this.#devices.set(name, device);
    if (device.part !== this.#part) {
      device.part = this.#part;
      for (const each of [device.startAt, device.line, device.quality, device.mask, device.whole, device.decimals])
        each.length = 0;
      device.places = new Map();
      seen.push(device);
    }
    this.#lastDevice = device;
    return device;
  }

  #seriesOf(device: UsualDevice, cells: readonly string[]): UsualSeries | null {
    const { channel: place } = this.#places;
    const channel = place < 0 ? null : (cells[place] ?? '');
    const known = device.series.get(channel);
    if (known !== undefined) return known;
    const role = this.#channels.of.get(channel);
    const own = role === undefined ? undefined : slotsOf(this.#energies, role);
    if (own === undefined) return null;
    const series = new UsualSeries(channel, own);
    device.series.set(channel, series);
    return series;
  }

  /** Takes what a row states; false where it has to be looked at. */
  #state(device: UsualDevice, own: readonly EnergySlot[], row: CsvRow, startAt: number): boolean {
    const quality = this.#qualityIn(row);
    const factors = this.#factorsOf(row);
    if (quality < 0) return false;
    const isShared = this.#places.channel >= 0;
    let place = isShared ? device.places.get(startAt) : undefined;
    if (place === undefined) {
      place = device.startAt.push(startAt) - 1;
      device.line.push(row.line);
      device.quality.push(quality);
      device.mask.push(0);
      for (let slot = 0; slot < device.slots; slot += 1) {
        device.whole.push(0);
        device.decimals.push(0);
      }
      if (isShared) device.places.set(startAt, place);
    } else if (this.#qualities[device.quality[place] as number]?.quality === 'measured')
      device.quality[place] = quality;
    for (const [index, at] of this.#energyPlaces.entries()) {
      const [slot, factor] = [own[index] as EnergySlot, factors[index]];
      const mask = device.mask[place] as number;
      if (factor === undefined || factor === null || (mask & (1 << slot)) !== 0) return false;
      device.mask[place] = mask | (1 << slot);
      const written = this.#number(row.cells[at] ?? '', factor, slot < 2, device, place * device.slots + slot);
      if (written < 0) return false;
      this.#sums.add(at, this.#asWritten, written);
      if (index === 0) this.#notice(0, written);
    }
    for (const [index, { place: at, powerOfTen, isCredit }] of this.#money.entries()) {
      const text = this.#withoutSign(row.cells[at] ?? '');
      const into = place * device.slots + energySlots + index;
      const written = this.#number(text, { whole: isCredit ? -1 : 1, decimals: -powerOfTen }, false, device, into);
      if (written < 0) return false;
      this.#notice(1 + index, written);
    }
    return true;
  }

  #notice(column: number, written: number): void {
    if (written > (this.#written[column] as number)) this.#written[column] = written;
  }

  readonly #withPoint = (text: string): string => (this.#decimalCode === 44 ? text.replace(',', '.') : text);

  /** Without the sign of dollars. */
  #withoutSign(text: string): string {
    if (this.#decimalCode !== 46) return text;
    if (text.charCodeAt(0) === dollar) return text.slice(1);
    return text.charCodeAt(1) === dollar && text.charCodeAt(0) === 45 ? `-${text.slice(2)}` : text;
  }

  #qualityIn(row: CsvRow): number {
    const { quality: place } = this.#places;
    const text = place < 0 ? '' : (row.cells[place] ?? '');
    const known = this.#qualityAt.get(text);
    if (known !== undefined) return known;
    const quality = orNull(() => qualityOf(this.#columns, row));
    const index = quality === null ? -1 : this.#qualities.push(quality) - 1;
    this.#qualityAt.set(text, index);
    return index;
  }

  #factorsOf(row: CsvRow): readonly (Scaled | null)[] {
    const text = cellOf(this.#columns, row, 'unit') ?? '';
    const known = this.#factors.get(text);
    if (known !== undefined) return known;
    const factors = this.#energies.map((column): Scaled | null => {
      const unit = unitOf(this.#columns, row, column);
      if (unit === null) return null;
      const of = unit.isPower ? exactParts.get(this.#usualMs) : { whole: 1, decimals: 0 };
      return of === undefined ? null : { whole: of.whole, decimals: of.decimals - unit.powerOfTen };
    });
    this.#factors.set(text, factors);
    return factors;
  }

  /** Reads a plainly written number, and says how many decimals it is written with; -1 where it is none. */
  #number(text: string, factor: Scaled, isOneWay: boolean, device: UsualDevice, at: number): number {
    let index = text.charCodeAt(0) === 45 ? 1 : 0;
    const isNegative = index === 1;
    let whole = 0;
    let [digits, point] = [0, -1];
    for (; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 48 && code <= 57) {
        whole = whole * 10 + code - 48;
        digits += 1;
      } else if (code === this.#decimalCode && point < 0 && digits > 0) point = digits;
      else return -1;
    }
    if (digits === 0 || digits > mostDigits || point === digits || (isNegative && isOneWay && whole !== 0)) return -1;
    const written = point < 0 ? 0 : digits - point;
    const decimals = written + factor.decimals;
    const inUnits = whole * factor.whole * (decimals < 0 ? 10 ** -decimals : 1);
    if (!Number.isSafeInteger(inUnits)) return -1;
    this.#asWritten = isNegative ? -whole : whole;
    device.whole[at] = isNegative ? -inUnits : inUnits;
    device.decimals[at] = Math.max(0, decimals);
    return written;
  }

  /** Tells what a device states. */
  #taken(device: UsualDevice, tell: (statement: UsualStatement) => void): DevicePart {
    const { name, startAt, line, quality, mask } = device;
    const [of = bits.none] = mask;
    let [fromAt, toAt] = [Number.POSITIVE_INFINITY, 0];
    for (const [place, at] of startAt.entries()) {
      fromAt = Math.min(fromAt, at);
      toAt = Math.max(toAt, at + this.#usualMs);
      const own = this.#qualities[quality[place] as number] as ReturnType<typeof qualityOf>;
      tell({
        device: name,
        startAt: at,
        durationMs: this.#usualMs,
        line: line[place] as number,
        quality: own.quality,
        remark: own.remark,
        ...energyOfPlace(device, of, place),
        money: moneyOfPlace(device, place),
      });
    }
    return {
      directions: { hasImport: (of & bits.import) !== 0, hasExport: (of & bits.export) !== 0, saysZero: false },
      isSparse: false,
      hasNet: (of & (bits.net | bits.exportNet)) !== 0,
      silent: 0,
      fromAt,
      toAt,
    };
  }
}

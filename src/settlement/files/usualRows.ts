import type { ChannelRoles } from './channelRoles.ts';
import type { EnergyRole } from './columnKeys.ts';
import { cellOf, type Columns } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import { type EnergyColumn, unitOf } from './energyColumns.ts';
import { type KeptReadings, type Scaled, withDecimals } from './keptReadings.ts';
import type { Layout } from './layout.ts';
import { type DevicePart, type MeterPart, qualityOf } from './meterPart.ts';
import type { RowSpan, TimedRow } from './timedRows.ts';
import { orNull, UsualTimes } from './usualTimes.ts';

/**
 * Rows of a large table that are as those before them: one instant, one number in each column, the usual length, in order. They
 * are nearly all of a file, and are read by look-ups. A part with any other row is read as any table is; so what is found here is
 * what would be found there, and never more.
 */

/** What was read of a part all of whose rows are usual. */
export interface UsualPart {
  readonly span: RowSpan;
  readonly devices: ReadonlyMap<string | null, DevicePart>;
}

const slotOfRole = { import: 0, export: 1, net: 2, exportNet: 3 } as const satisfies Partial<
  Record<EnergyRole, number>
>;
type EnergySlot = (typeof slotOfRole)[keyof typeof slotOfRole];

/** What the columns of energy say in the rows of a channel; null where its rows are left out. */
type SlotsOfChannel = readonly EnergySlot[] | null;

/** @limit Digits of a number that a float holds exactly. */
const mostDigits = 15;

/** Hours that decimals say exactly as parts of one. @unit ms */
const exactParts: ReadonlyMap<number, Scaled> = new Map([
  [3_600_000, { whole: 1, decimals: 0 }],
  [1_800_000, { whole: 5, decimals: 1 }],
  [900_000, { whole: 25, decimals: 2 }],
  [360_000, { whole: 1, decimals: 1 }],
]);

const slotsOf = (
  energies: readonly EnergyColumn[],
  role: ChannelRoles['of'] extends ReadonlyMap<unknown, infer Role> ? Role : never,
): SlotsOfChannel | undefined => {
  if (role === null) return null;
  const slots = energies.map((column): EnergySlot | undefined => {
    const own = slotOfRole[column.role as keyof typeof slotOfRole] as EnergySlot | undefined;
    if (role === 'neutral') return own;
    if (column.role === 'net') return slotOfRole[role];
    return column.role === role || role === 'net' ? own : undefined;
  });
  return slots.includes(undefined) ? undefined : (slots as readonly EnergySlot[]);
};

/** What is known of a series while a part is read. */
interface UsualSeries {
  readonly channel: string | null;
  readonly slots: SlotsOfChannel;
  part: number;
  lastAt: number;
  direction: number;
}

/** The statements of a device while a part is read. */
interface UsualDevice {
  readonly name: string | null;
  readonly series: Map<string | null, UsualSeries>;
  part: number;
  startAt: number[];
  line: number[];
  quality: number[];
  mask: number[];
  whole: number[];
  decimals: number[];
  places: Map<number, number>;
}

const slots = 4;

/** What a statement states, a bit for each slot. */
const bits = { import: 1, export: 2, both: 3, net: 4, all: 7, exportNet: 8 } as const;
const usualMasks: ReadonlySet<number> = new Set(Object.values(bits));

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
  readonly #places: Readonly<Record<'device' | 'channel' | 'quality' | 'unit', number>>;
  readonly #energyPlaces: readonly number[];
  /** Cells that a row may have; more are looked at. */
  readonly #width: number;
  #watched: readonly number[];
  readonly #devices = new Map<string | null, UsualDevice>();
  readonly #qualities: ReturnType<typeof qualityOf>[] = [];
  readonly #qualityAt = new Map<string, number>();
  /** What makes Wh of the numbers of a unit, by its text and column. */
  readonly #factors = new Map<string, readonly (Scaled | null)[]>();
  #part = 0;
  #lastDevice: UsualDevice | null = null;

  private constructor(first: MeterPart, layout: Layout, usualMs: number) {
    const { columns } = first.table;
    const place = (key: string): number => columns.at.get(key) ?? -1;
    this.#columns = columns;
    this.#energies = [...first.energies.values()];
    this.#energyPlaces = this.#energies.map(({ key }) => place(key));
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
    };
    this.#width = columns.headerLine === 0 ? Number.POSITIVE_INFINITY : columns.headers.length - 1;
    this.#watched = [];
    this.learn(first);
  }

  /** How rows as those of a first part are read; null where every row needs a look of its own. */
  static as(first: MeterPart): UsualRows | null {
    const { table, timed, energies, channels, readings, hasRegisters } = first;
    const { columns, layout } = table;
    const { usualMs, isTight } = timed.found;
    const isPlain = ['minutes', 'seconds', 'zone', 'repeated'].every((key) => !columns.at.has(key));
    const isTimed = ['time', 'end', 'hourEnding', 'hourBeginning'].some((key) => columns.at.has(key));
    const areEnds = timed.declared.some(([key]) => key === 'end');
    const areKnown = [...energies.values()].every(({ role }) => role in slotOfRole);
    const isOne = readings.length > 0 && readings.every(({ durationMs }) => durationMs === usualMs);
    if (usualMs === null || !isPlain || !isTimed || areEnds || !areKnown || !isOne) return null;
    if (isTight || hasRegisters || layout.isLocalTime || channels.areDeclared || table.hasSections) return null;
    const isShaped = [...columns.at.values()].some((index) => index >= columns.headers.length - 1);
    return isShaped ? null : new UsualRows(first, layout, usualMs);
  }

  /** Takes note of columns that are known not to be needed. */
  learn({ table }: Pick<MeterPart, 'table'>): void {
    const { headers, headerLine, at } = this.#columns;
    const used = new Set(at.values());
    const isOpen = (index: number): boolean =>
      headerLine !== 0 && headers[index] !== '' && !used.has(index) && !table.leftOut.idle.has(index);
    this.#watched = [...headers.keys()].filter((index) => index < headers.length - 1 && isOpen(index));
  }

  /** Reads the rows of a part into the readings; null where one of them is none of these: then nothing was read. */
  read(rows: readonly CsvRow[], into: KeptReadings): UsualPart | null {
    this.#part += 1;
    this.#lastDevice = null;
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
      const time = this.#times.of(row);
      if (time === null || time.at % 60_000 !== 0) return null;
      isInclusive ||= time.isInclusive;
      const device = this.#deviceOf(cells, devices);
      const series = device === null ? null : this.#seriesOf(device, cells);
      if (device === null || series === null) return null;
      if (series.part !== this.#part) {
        series.part = this.#part;
        series.direction = 0;
        channels.add(series.channel);
      } else {
        const step = time.at - series.lastAt;
        if (step === 0 || (series.direction !== 0 && Math.sign(step) !== series.direction)) return null;
        series.direction = Math.sign(step);
        if (Math.abs(step) === this.#usualMs) usual += 1;
        else others += 1;
      }
      series.lastAt = time.at;
      const startAt = this.#isByEnd ? time.at - this.#usualMs : time.at;
      if (series.slots !== null && !this.#state(device, series.slots, row, startAt)) return null;
      last = { row, device: device.name, channel: series.channel, startAt, durationMs: this.#usualMs };
      first ??= last;
    }
    const isPaced = this.#isDeclared || usual > others;
    const hasAll = this.#places.channel < 0 || channels.size === this.#channels.of.size;
    if (!isPaced || !hasAll || isInclusive !== this.#isInclusive) return null;
    if (!devices.every((each) => this.#agrees(each))) return null;
    const parts = new Map(devices.map((each) => [each.name, this.#taken(each, into)]));
    return { span: { first, last, count: rows.length }, devices: parts };
  }

  /** Whether a number in a column that is not read says what those of the others are written with. */
  #provesDecimals(cells: readonly string[]): boolean {
    return cells.some((cell, index) => !this.#energyPlaces.includes(index) && otherNumber.test(cell));
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
    const series: UsualSeries = { channel, slots: own, part: 0, lastAt: 0, direction: 0 };
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
      for (let slot = 0; slot < slots; slot += 1) {
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
      if (!this.#number(row.cells[at] ?? '', factor, slot < 2, device, place * slots + slot)) return false;
    }
    return true;
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

  /** Reads a plainly written number; false where it is none. */
  #number(text: string, factor: Scaled, isOneWay: boolean, device: UsualDevice, at: number): boolean {
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
      else return false;
    }
    if (digits === 0 || digits > mostDigits || point === digits || (isNegative && isOneWay && whole !== 0))
      return false;
    const decimals = (point < 0 ? 0 : digits - point) + factor.decimals;
    const inWattHours = whole * factor.whole * (decimals < 0 ? 10 ** -decimals : 1);
    if (!Number.isSafeInteger(inWattHours)) return false;
    device.whole[at] = isNegative ? -inWattHours : inWattHours;
    device.decimals[at] = Math.max(0, decimals);
    return true;
  }

  /** Whether all statements of a device state the same, and do not contradict themselves. */
  #agrees(device: UsualDevice): boolean {
    const { mask } = device;
    const [first = bits.net] = mask;
    if (!usualMasks.has(first) || mask.some((each) => each !== first)) return false;
    return (
      (first !== bits.both && first !== bits.all) || mask.every((_, place) => this.#bothOf(device, place) !== null)
    );
  }

  /** What was drawn and delivered, with as many decimals; null where that is not exact, or a net beside it says something else. */
  #bothOf(
    { mask, whole, decimals }: UsualDevice,
    place: number,
  ): readonly [drawn: number, delivered: number, decimals: number] | null {
    const number = (slot: EnergySlot): Scaled => ({
      whole: whole[place * slots + slot] as number,
      decimals: decimals[place * slots + slot] as number,
    });
    const [drawn, delivered, net] = [number(0), number(1), number(2)];
    const most = Math.max(drawn.decimals, delivered.decimals, net.decimals);
    const [a, b, difference] = [drawn, delivered, net].map((each) => withDecimals(each, most)) as [
      number | null,
      number | null,
      number | null,
    ];
    if (a === null || b === null || difference === null) return null;
    return (mask[place] as number) === bits.all && a - b !== difference ? null : [a, b, most];
  }

  /** Adds what a device states to the readings. */
  #taken(device: UsualDevice, into: KeptReadings): DevicePart {
    const { name, startAt, line, quality, mask, whole, decimals } = device;
    const [of = bits.net] = mask;
    const hasDirections = (of & bits.both) !== 0;
    const likenesses = new Map<number, number>();
    const likenessOf = (index: number): number => {
      const known = likenesses.get(index);
      if (known !== undefined) return known;
      const own = this.#qualities[index] as ReturnType<typeof qualityOf>;
      const likeness = into.likenessOf({ device: name, source: 'interval', ...own, hasDirections });
      likenesses.set(index, likeness);
      return likeness;
    };
    let [fromAt, toAt] = [Number.POSITIVE_INFINITY, 0];
    for (const [place, at] of startAt.entries()) {
      fromAt = Math.min(fromAt, at);
      toAt = Math.max(toAt, at + this.#usualMs);
      const span = { startAt: at, durationMs: this.#usualMs, line: line[place] as number };
      const likeness = likenessOf(quality[place] as number);
      const base = place * slots;
      if (of === bits.import || of === bits.export) {
        const slot = of === bits.import ? 0 : 1;
        const [own, digits] = [whole[base + slot] as number, decimals[base + slot] as number];
        into.add(span, likeness, slot === 0 ? own : 0, slot === 0 ? 0 : own, digits);
      } else if (!hasDirections) {
        const slot = of === bits.net ? 2 : 3;
        const own = whole[base + slot] as number;
        into.add(span, likeness, slot === 2 ? own : -own, null, decimals[base + slot] as number);
      } else {
        const [drawn, delivered, digits] = this.#bothOf(device, place) as readonly [number, number, number];
        into.add(span, likeness, drawn, delivered, digits);
      }
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

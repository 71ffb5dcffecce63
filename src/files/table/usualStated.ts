import type { ChannelRoles } from '../headers/channelRoles.ts';
import type { EnergyRole } from '../cells/columnKeys.ts';
import type { EnergyColumn } from '../headers/energyColumns.ts';
import { type Scaled, withDecimals } from '../cells/scaled.ts';

/** What usual rows state, in numbers, while a part of a table is read. */

/** Where a role stands among the numbers of a statement. */
export const slotOfRole = { import: 0, export: 1, net: 2, exportNet: 3 } as const satisfies Partial<
  Record<EnergyRole, number>
>;
/** The place of a number of energy. */
export type EnergySlot = (typeof slotOfRole)[keyof typeof slotOfRole];

/** What the columns of energy say in the rows of a channel; null where its rows are left out. */
export type SlotsOfChannel = readonly EnergySlot[] | null;

/** Where the columns of energy stand in the rows of a channel; undefined where one says what no usual row does. */
export const slotsOf = (
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
export class UsualSeries {
  readonly channel: string | null;
  readonly slots: SlotsOfChannel;
  part = 0;
  lastAt: number | null = null;
  direction = 0;
  /** Times that clocks showed twice, by the first of both: of the rows that mean the first, and of those that mean the second. */
  #repeated: readonly [first: number[], second: number[]] | null = null;

  constructor(channel: string | null, slots: SlotsOfChannel) {
    this.channel = channel;
    this.slots = slots;
  }

  begin(part: number): void {
    this.part = part;
    this.lastAt = null;
    this.direction = 0;
    this.#repeated = null;
  }

  /** Which of two times a row means that goes on in the order of those before it; null where that does not say it. */
  meantOf(first: number, second: number): number | null {
    const { lastAt } = this;
    if (lastAt === null) return null;
    const direction = this.direction || Math.sign(first - lastAt);
    const meant = (direction > 0 ? [first, second] : [second, first]).find((at) => (at - lastAt) * direction > 0);
    if (meant === undefined) return null;
    this.#repeated ??= [[], []];
    this.#repeated[meant === first ? 0 : 1].push(first);
    return meant;
  }

  get hasRepeated(): boolean {
    return this.#repeated !== null;
  }

  /** Whether each such time stands there twice: one that stands alone may be either. */
  get arePaired(): boolean {
    const [first = [], second = []] = this.#repeated ?? [];
    return first.length === second.length && first.every((at, index) => at === second[index]);
  }
}

/** The statements of a device while a part is read. */
export interface UsualDevice {
  readonly name: string | null;
  readonly series: Map<string | null, UsualSeries>;
  part: number;
  startAt: number[];
  line: number[];
  quality: number[];
  mask: number[];
  whole: number[];
  decimals: number[];
  /** How many numbers a statement has: four of energy, and those of money. */
  readonly slots: number;
  places: Map<number, number>;
}

/** Four for energy, and behind them those of money. */
export const energySlots = 4;

/** What a statement states, a bit for each slot of energy. */
export const bits = { none: 0, import: 1, export: 2, both: 3, net: 4, all: 7, exportNet: 8 } as const;
const usualMasks: ReadonlySet<number> = new Set(Object.values(bits));

/** What was drawn and delivered, with as many decimals; null where that is not exact, or a net beside it says something else. */
const bothOf = (
  { mask, whole, decimals, slots }: UsualDevice,
  place: number,
): readonly [drawn: number, delivered: number, decimals: number] | null => {
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
};

/** Whether all statements of a device state the same, and do not contradict themselves. */
export const agrees = (device: UsualDevice): boolean => {
  const { mask } = device;
  const [first = bits.net] = mask;
  if (!usualMasks.has(first) || mask.some((each) => each !== first)) return false;
  return (first !== bits.both && first !== bits.all) || mask.every((_, place) => bothOf(device, place) !== null);
};

/** Energy of a statement: what was drawn and delivered; or the net and null; or null where none is stated. @unit Wh */
export interface UsualEnergy {
  readonly first: number | null;
  readonly second: number | null;
  readonly decimals: number;
}

/** The energy that a device states in a place; `of`: what all of its statements state. */
export const energyOfPlace = (device: UsualDevice, of: number, place: number): UsualEnergy => {
  const base = place * device.slots;
  const own = (slot: number): number => device.whole[base + slot] as number;
  const digits = (slot: number): number => device.decimals[base + slot] as number;
  if (of === bits.none) return { first: null, second: null, decimals: 0 };
  if (of === bits.import) return { first: own(0), second: 0, decimals: digits(0) };
  if (of === bits.export) return { first: 0, second: own(1), decimals: digits(1) };
  if (of === bits.net) return { first: own(2), second: null, decimals: digits(2) };
  if (of === bits.exportNet) return { first: -own(3), second: null, decimals: digits(3) };
  const [first, second, decimals] = bothOf(device, place) as readonly [number, number, number];
  return { first, second, decimals };
};

const noMoney: readonly Scaled[] = [];

/** What the columns of money state there. */
export const moneyOfPlace = ({ whole, decimals, slots }: UsualDevice, place: number): readonly Scaled[] => {
  if (slots === energySlots) return noMoney;
  const money: Scaled[] = [];
  for (let at = place * slots + energySlots; at < (place + 1) * slots; at += 1)
    money.push({ whole: whole[at] as number, decimals: decimals[at] as number });
  return money;
};

import { itemAt } from '../items.ts';
import type { LevelledDevice } from '../levelBounds.ts';
import { noColumn } from '../model/modelBuilder.ts';
import type { ModelMatter } from '../model/siteModel.ts';
import { boundsOf } from '../model/siteRows.ts';
import type { StorageColumns } from '../model/storageColumns.ts';
import type { DispatchConstraint } from '../planningProblem.ts';
import type { BindingLimit, SlotAction } from './explanation.ts';
import type { Solution } from '../solver.ts';
import { nudgeKwh, throughConnection, worthMore } from './moreOf.ts';
import type { Probe, ProbedBounds } from './probe.ts';

/** What binds a storage in a slot, and what one kWh more would bring if it were farther off. */
export interface FoundLimit {
  readonly limit: BindingLimit;
  /** Of `constraint`: the DR events that hold the device. */
  readonly eventIDs?: readonly string[];
  /** @unit USD/kWh */
  readonly usdPerKwh: number | null;
}

/** What binds without the model being asked: it is not said what more would bring. */
export type GivenLimit = Omit<FoundLimit, 'usdPerKwh'>;

/** @limit Levels and energies that are the same; plans are in whole watts. @unit kWh */
const nearKwh = 0.003;

/** What is looked at: one storage of a plan in one slot. */
export interface LimitQuestion {
  readonly matter: ModelMatter;
  readonly columns: StorageColumns;
  readonly slot: number;
  readonly does: SlotAction;
  /** Import positive, over the whole slot. @unit kWh */
  readonly energy: number;
  /** At the ends of slots, as planned. @unit kWh */
  readonly levels: readonly number[];
  /** The plan as the model has it. */
  readonly best: Solution;
}

/** Whether a device is where a DR event lets it go no further; of what is asked of the whole site it is not known. */
const isHeldBy = (constraint: DispatchConstraint, device: LevelledDevice, kilowatts: number, near: number): boolean => {
  if (constraint.resourceID === undefined && constraint.kind === 'power') return true;
  const { atLeastWatts, atMostWatts } = boundsOf(constraint, [device]);
  return kilowatts >= atMostWatts / 1_000 - near || kilowatts <= atLeastWatts / 1_000 + near;
};

/** What stands above prices for whoever is there: the answer is known without asking. `energy` is over the whole slot. @unit kWh */
export const askedOrPriceless = (
  matter: ModelMatter,
  device: LevelledDevice & { readonly resourceID: string },
  slot: number,
  energy: number,
): GivenLimit | null => {
  const span = itemAt(matter.slots, slot);
  const holding = matter.problem.constraints.filter(
    (constraint) =>
      (constraint.resourceID ?? device.resourceID) === device.resourceID &&
      constraint.startAt < span.endAt &&
      constraint.endAt > span.startAt &&
      isHeldBy(constraint, device, energy / span.hours, nearKwh / span.hours),
  );
  if (holding.length > 0)
    return { limit: 'constraint', eventIDs: [...new Set(holding.flatMap(({ eventID }) => eventID ?? []))] };
  return itemAt(matter.prices, slot).isKnown ? null : { limit: 'noPrice' };
};

const givenLimit = ({ matter, columns: { figures }, slot, energy }: LimitQuestion): GivenLimit | null => {
  if (itemAt(figures.told, slot) !== null) return { limit: 'override' };
  if (!itemAt(figures.isAvailable, slot)) return { limit: 'away' };
  const { resourceID, maxCharge, maxDischarge } = figures;
  const watts = { maxChargeWatts: maxCharge * 1_000, maxDischargeWatts: maxDischarge * 1_000 };
  return askedOrPriceless(matter, { kind: 'storage', resourceID, ...watts }, slot, energy);
};

/** From a slot on, the columns of levels that stand at a limit one after the other, with that limit farther off. */
const moved = (
  probe: Probe,
  { columns: { stored }, slot, levels }: LimitQuestion,
  isAt: (level: number, place: number) => boolean,
  by: number,
): readonly ProbedBounds[] => {
  const changes: ProbedBounds[] = [];
  for (let place = slot; place < stored.length && isAt(itemAt(levels, place), place); place += 1) {
    const [lower, upper] = probe.boundsOf(itemAt(stored, place));
    changes.push([itemAt(stored, place), by < 0 ? lower + by : lower, by > 0 ? upper + by : upper]);
  }
  return changes;
};

/** The net of the slot, and nothing but that. */
const heldAt = ({ columns, slot }: LimitQuestion, net: number): readonly ProbedBounds[] => [
  [itemAt(columns.charge, slot), Math.max(0, net), Math.max(0, net)],
  [itemAt(columns.discharge, slot), Math.max(0, -net), Math.max(0, -net)],
];

/** What a kWh more brings in this slot when bounds are moved, if it brings anything. */
const asked = (probe: Probe, question: LimitQuestion, by: number, changes: readonly ProbedBounds[]): number | null =>
  worthMore(probe, question.best, [...changes, ...heldAt(question, question.energy + by)]);

/** The level that it may not go below in a slot, and by what name. */
const floorOf = ({ columns: { figures } }: LimitQuestion, slot: number): readonly [number, BindingLimit] => {
  const target = figures.targets.find((each) => each.slot === slot);
  const [reserve, min] = [itemAt(figures.reserve, slot), figures.min];
  if (target !== undefined && target.kilowattHours > Math.max(reserve, min)) return [target.kilowattHours, 'departure'];
  return reserve > min ? [reserve, 'reserve'] : [min, 'empty'];
};

/** Candidates of limits, the most likely first. */
const candidates = (
  question: LimitQuestion,
): readonly (readonly [BindingLimit, number, 'power' | 'level' | 'wish'])[] => {
  const { columns, slot, energy, levels, does, matter } = question;
  const { figures } = columns;
  const { hours } = itemAt(matter.slots, slot);
  const near = Math.max(nearKwh, figures.capacity * 1e-4);
  const found: [BindingLimit, number, 'power' | 'level' | 'wish'][] = [];
  if (figures.isQuiet[slot] === true) found.push(['quietTime', 1, 'wish'], ['quietTime', -1, 'wish']);
  if (does === 'buys' && energy >= figures.maxCharge * hours - near) found.push(['power', 1, 'power']);
  if (does === 'sells' && -energy >= figures.maxDischarge * hours - near) found.push(['power', -1, 'power']);
  const level = itemAt(levels, slot);
  if (does !== 'sells' && level >= figures.max - near) found.push(['full', 1, 'level']);
  const [floor, name] = floorOf(question, slot);
  if (does !== 'buys' && level <= floor + near) found.push([name, -1, 'level']);
  const isBelowFloor = figures.exportFloor !== null && itemAt(matter.prices, slot).sold < figures.exportFloor;
  if (does === 'rests' && isBelowFloor) found.push(['floor', -1, 'wish']);
  return found;
};

/** What is bought for a wish, and would not be for its price. */
const servedWish = ({ columns: { figures, missing }, slot, does, levels }: LimitQuestion): BindingLimit | null => {
  if (does !== 'buys') return null;
  const near = Math.max(nearKwh, figures.capacity * 1e-4);
  if (itemAt(missing, slot) !== noColumn && itemAt(levels, slot) <= itemAt(figures.reserve, slot) + near)
    return 'reserve';
  const isTight = figures.targets.some(
    (target) => target.slot >= slot && itemAt(levels, target.slot) <= target.kilowattHours + near,
  );
  return isTight ? 'departure' : null;
};

/** What binds in a slot: what seems to, if a little more of it would make the plan better; else the price alone decides. */
export const limitAt = (probe: Probe, question: LimitQuestion): FoundLimit => {
  const given = givenLimit(question);
  if (given !== null) return { ...given, usdPerKwh: null };
  const { columns } = question;
  const near = Math.max(nearKwh, columns.figures.capacity * 1e-4);
  for (const [limit, sign, kind] of candidates(question)) {
    const isAt = (level: number, place: number): boolean =>
      sign > 0 ? level >= columns.figures.max - near : level <= floorOf(question, place)[0] + near;
    const changes = kind === 'level' ? moved(probe, question, isAt, sign * nudgeKwh * 2) : [];
    const usdPerKwh = asked(probe, question, sign * nudgeKwh, changes);
    if (usdPerKwh !== null) return { limit, usdPerKwh };
  }
  const through = throughConnection(probe, question, (by) => heldAt(question, question.energy + by));
  return through === null
    ? { limit: servedWish(question) ?? 'price', usdPerKwh: null }
    : { limit: 'siteLimit', usdPerKwh: through };
};

import { itemAt } from '../items.ts';
import type { LoadColumns } from '../model/loadColumns.ts';
import { isIn } from '../model/orderedPower.ts';
import type { ModelMatter } from '../model/siteModel.ts';
import type { Solution } from '../solver.ts';
import { askedOrPriceless, type FoundLimit, type GivenLimit } from './limits.ts';
import { nudgeKwh, throughConnection, worthMore } from './moreOf.ts';
import { actionOf } from './planInPieces.ts';
import type { Probe, ProbedBounds } from './probe.ts';

/** What is looked at: one flexible load of a plan in one slot. */
export interface LoadQuestion {
  readonly matter: ModelMatter;
  readonly columns: LoadColumns;
  readonly slot: number;
  /** Over the whole slot. @unit kWh */
  readonly energy: number;
  /** The plan as the model has it. */
  readonly best: Solution;
}

/** @limit Energies that are the same; plans are in whole watts. @unit kWh */
const nearKwh = 0.003;

/** What stands above prices: the answer is known without asking. */
const givenLimit = ({ matter, columns: { terms, told }, slot, energy }: LoadQuestion): GivenLimit | null => {
  if (itemAt(told, slot) !== null) return { limit: 'override' };
  const { startAt } = itemAt(matter.slots, slot);
  if (startAt >= terms.deadlineAt) return { limit: 'deadline' };
  if (terms.available !== undefined && isIn(terms.available, matter.slots)[slot] !== true) return { limit: 'away' };
  return askedOrPriceless(matter, terms, slot, energy);
};

/** What binds a flexible load in a slot: what keeps it from drawing more where that would make the plan better, its need, or the price. */
export const loadLimitAt = (probe: Probe, question: LoadQuestion): FoundLimit => {
  const given = givenLimit(question);
  if (given !== null) return { ...given, usdPerKwh: null };
  const { matter, columns, slot, energy, best } = question;
  const { terms, drawn } = columns;
  const held = (by: number): readonly ProbedBounds[] => [[itemAt(drawn, slot), energy + by, energy + by]];
  const isFast = energy >= (terms.maxWatts / 1_000) * itemAt(matter.slots, slot).hours - nearKwh;
  const isQuiet = energy <= nearKwh && isIn(terms.quietTimes ?? [], matter.slots)[slot] === true;
  if (isFast || isQuiet) {
    const usdPerKwh = worthMore(probe, best, held(nudgeKwh));
    if (usdPerKwh !== null) return { limit: isFast ? 'power' : 'quietTime', usdPerKwh };
  }
  const through = throughConnection(probe, { slot, does: actionOf(energy), best }, held);
  if (through !== null) return { limit: 'siteLimit', usdPerKwh: through };
  return { limit: energy > nearKwh ? 'deadline' : 'price', usdPerKwh: null };
};

import { hourMs } from '../programme/calendar.ts';
import { efficiency, kilo, share } from './model/figures.ts';
import type { OverrideSpan, PlanningProblem, StorageTerms } from './planningProblem.ts';

/** When what a person told a storage comes to its end by itself: it has nothing more to give, or room for nothing more. */

/** How long it can do so from now on; null where it does not draw or deliver, or nobody knows its level. @unit ms */
const lastsMs = (terms: StorageTerms, { action, powerWatts = Infinity }: OverrideSpan): number | null => {
  const level = terms.stateOfCharge;
  const isDischarge = action === 'discharge';
  const most = kilo(isDischarge ? terms.maxDischargeWatts : terms.maxChargeWatts);
  const power = Math.min(kilo(powerWatts), most);
  if (action === 'hold' || level === null || !(power > 0)) return null;
  const [min, max] = [share(terms.stateOfChargeMin, 0), share(terms.stateOfChargeMax, 1)];
  const kilowattHours = kilo(terms.capacityWattHours) * (isDischarge ? level - min : max - level);
  const kilowatts = isDischarge
    ? power / efficiency(terms.dischargeEfficiency)
    : power * efficiency(terms.chargeEfficiency);
  return (kilowattHours / kilowatts) * hourMs;
};

/**
 * The instants at which storages that a person orders about run empty or full. What the others may do changes there: on the
 * average of a longer stretch a limit of the connection could be kept, and be left for half an hour of it. UTC ms
 */
export const runOutInstants = ({ devices, overrides, fromAt }: PlanningProblem): readonly number[] =>
  overrides.flatMap((override) => {
    if (override.startAt > fromAt || override.endAt <= fromAt) return [];
    const terms = devices.find((each) => each.kind === 'storage' && each.resourceID === override.resourceID);
    const lasts = terms?.kind === 'storage' ? lastsMs(terms, override) : null;
    return lasts === null || !(lasts > 0) || fromAt + lasts >= override.endAt ? [] : [fromAt + lasts];
  });

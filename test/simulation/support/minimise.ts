import type { Leaving } from './adversity/draw.ts';
import { partsOf, planOf } from './plan.ts';
import { simulate, type Verdict } from './simulate.ts';

/** The smallest plan found that still fails, and how to repeat it. */
export interface Minimal {
  readonly seed: number;
  readonly days: number;
  readonly without: readonly string[];
  /** What is left: the themes, faults and happenings of the plan, in words. */
  readonly left: readonly string[];
  readonly violations: readonly string[];
}

/** What a violation is about: the number of the invariant that is broken. */
const kindOf = (violation: string): string => violation.split(':')[0] ?? violation;

const tellsOf = (seed: number, days: number, leaving: Leaving): readonly string[] => {
  const plan = planOf(seed, days, leaving);
  return partsOf(plan).map((part) => {
    const timed = part.startsWith('#') ? plan.happenings[Number(part.slice(1))] : undefined;
    return timed === undefined
      ? part
      : `${part} ${Math.round(timed.afterMs / 1000)} s ${JSON.stringify(timed.happening)}`;
  });
};

/**
 * Makes the plan of a failing seed smaller as long as the same invariant breaks: fewer days, then parts left out, many at
 * once first and then one by one. @limit `tries` simulations
 */
export const minimise = async (failed: Verdict, days: number, leaving: Leaving, tries = 120): Promise<Minimal> => {
  const kinds = new Set(failed.violations.map(kindOf));
  const { seed } = failed;
  let best = { days, without: leaving.without, violations: failed.violations };
  let left = tries;

  const stillFails = async (length: number, fewer: ReadonlySet<string>): Promise<boolean> => {
    if (left <= 0) return false;
    left -= 1;
    const { violations } = await simulate(seed, length, { ...leaving, without: fewer });
    if (!violations.some((violation) => kinds.has(kindOf(violation)))) return false;
    best = { days: length, without: fewer, violations };
    return true;
  };

  for (let length = 1; length < days; length += 1) if (await stillFails(length, leaving.without)) break;
  const parts = partsOf(planOf(seed, best.days, { ...leaving, without: best.without })).filter(
    (part) => !best.without.has(part),
  );
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < parts.length; start += size) {
      const dropped = parts.slice(start, start + size).filter((part) => !best.without.has(part));
      if (dropped.length > 0) await stillFails(best.days, new Set([...best.without, ...dropped]));
    }
  }
  return {
    seed,
    days: best.days,
    without: [...best.without],
    left: tellsOf(seed, best.days, { ...leaving, without: best.without }),
    violations: best.violations,
  };
};

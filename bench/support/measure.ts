/** Work that is measured: does it a number of times and says how many. */
export type Work = () => number | Promise<number>;

/** A subject beside its floor: the middle of several rounds. */
export interface Paired {
  /** Of the subject. */
  readonly perSecond: number;
  readonly floorPerSecond: number;
  /** The middle of the rounds' own ratios, subject to floor: what else the machine does touches both sides of a round alike. */
  readonly ratio: number;
}

/** The middle value. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/**
 * What a second is. `processor`: of CPU time of the whole process, helper threads of the garbage collector and the compiler
 * included, for work that only computes; what else the machine does then counts little, and on an idle machine it is never
 * better than the wall's. `wall`: for work that waits for a disk.
 */
export type Second = 'processor' | 'wall';

const elapsedMs = (second: Second): (() => number) => {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  return () => {
    if (second === 'wall') return performance.now() - startedAt;
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
};

/** Units of work a second. */
const rateOf = async (work: Work, second: Second): Promise<number> => {
  const elapsed = elapsedMs(second);
  const done = await work();
  return (done / elapsed()) * 1_000;
};

/** Repeats synchronous work for a while. @unit ms */
export const repeatedFor =
  (durationMs: number, once: () => void): Work =>
  () => {
    const until = performance.now() + durationMs;
    let count = 0;
    for (; performance.now() < until; count += 1) once();
    return count;
  };

/** Measures subject and floor in turns, and which of them goes first in turns too. The first round only warms up. */
export const measurePair = async (
  subject: Work,
  floor: Work,
  rounds: number,
  second: Second = 'processor',
): Promise<Paired> => {
  const figures: { readonly ours: number; readonly bare: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const isFirst = round % 2 === 0;
    const early = await rateOf(isFirst ? subject : floor, second);
    const late = await rateOf(isFirst ? floor : subject, second);
    if (round > 0) figures.push(isFirst ? { ours: early, bare: late } : { ours: late, bare: early });
  }
  return {
    perSecond: median(figures.map(({ ours }) => ours)),
    floorPerSecond: median(figures.map(({ bare }) => bare)),
    ratio: median(figures.map(({ ours, bare }) => ours / bare)),
  };
};

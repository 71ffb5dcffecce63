/** What a number of polls cost a process. */
export interface PollCost {
  readonly polls: number;
  /** User and system time of the whole process. @unit ms */
  readonly cpuMs: number;
  /** What the process holds in memory when it tells this. @unit MB */
  readonly rssMb: number;
}

/** Polls before anything is counted: a VEN polls them in the first eight hours of its life, and V8 compiles meanwhile what gets hot. */
export const warmUpPolls = 3_000;
/** Polls that are told together. */
export const toldPolls = 1_000;

/** How many polls pass before anything is counted, and how many are told together. */
export interface Counting {
  readonly warmUp: number;
  readonly told: number;
}

/** As the arguments of a child say it, or else as it is usual. */
export const countingOf = ([warmUp = String(warmUpPolls), told = String(toldPolls)]: readonly string[]): Counting => ({
  warmUp: Number(warmUp),
  told: Number(told),
});

/** Tells the parent process, after the warm-up, what each run of polls has cost. */
export const tellCost = ({ warmUp, told }: Counting): { readonly count: () => void } => {
  let polls = -warmUp;
  let before = process.cpuUsage();
  const count = (): void => {
    polls += 1;
    if (polls === told) {
      const { user, system } = process.cpuUsage(before);
      const rssMb = process.memoryUsage.rss() / 1e6;
      process.send?.({ polls, cpuMs: (user + system) / 1_000, rssMb } satisfies PollCost);
      polls = 0;
    }
    if (polls === 0) before = process.cpuUsage();
  };
  return { count };
};

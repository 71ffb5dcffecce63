/** What a number of polls cost a process. */
export interface PollCost {
  readonly polls: number;
  /** User and system time of the whole process. @unit ms */
  readonly cpuMs: number;
}

/** Polls before anything is counted: a VEN polls them in the first eight hours of its life, and V8 compiles meanwhile what gets hot. */
export const warmUpPolls = 3_000;
/** Polls that are told together. */
export const toldPolls = 1_000;

/** Tells the parent process, after the warm-up, what each run of polls has cost. */
export const tellCost = (): { readonly count: () => void } => {
  let polls = -warmUpPolls;
  let before = process.cpuUsage();
  const count = (): void => {
    polls += 1;
    if (polls === toldPolls) {
      const { user, system } = process.cpuUsage(before);
      process.send?.({ polls, cpuMs: (user + system) / 1_000 } satisfies PollCost);
      polls = 0;
    }
    if (polls === 0) before = process.cpuUsage();
  };
  return { count };
};

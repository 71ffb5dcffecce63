/**
 * One seed in a process of its own, for the long simulation: `oneSeed.ts SEED DAYS`. What it came to goes to the parent.
 */
import { livesPushed, livesResumed } from '../plan.ts';
import { simulate } from '../simulate.ts';
import type { Told } from './inProcess.ts';

const [seed = 1, days = 1] = process.argv.slice(2).map(Number);

// A parent that is gone waits for nothing.
process.on('disconnect', () => process.exit(1));

const { violations, entries } = await simulate(seed, days, {
  without: new Set(),
  isPushed: livesPushed(seed),
  resumes: livesResumed(seed),
});
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const told: Told = {
  violations,
  entries,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakMegabytes: Math.round(maxRSS / 1024),
};
process.send?.(told, () => process.exit(0));

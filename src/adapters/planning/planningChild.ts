/** The process in which plans are made: it answers one question after the other, and ends with whoever asked. */
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { optimise } from '../../dispatch/optimiser.ts';
import type { PlanReply, PlanQuestion } from './plannerProcess.ts';

/** Polling goes first. */
const niceness = 10;

const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const say = (reply: PlanReply): void => {
  if (process.connected) process.send?.(reply);
};

const answer = async ({ number, ...asked }: PlanQuestion): Promise<void> => {
  try {
    if ('why' in asked) {
      const { whyOf } = await import('../../dispatch/explain/why.ts');
      const why = await whyOf(asked.why);
      return say({ number, why, residentBytes: process.memoryUsage.rss() });
    }
    const { devices, ...plan } = await optimise(asked.problem);
    for (const device of devices) say({ number, device });
    say({ number, plan, residentBytes: process.memoryUsage.rss() });
  } catch (error) {
    say({ number, error: errorText(error), residentBytes: process.memoryUsage.rss() });
  }
};

/** Below the others, and the first to go where memory is short, where the system allows it. */
const giveWay = (): void => {
  for (const yielding of [() => setPriority(niceness), () => writeFileSync('/proc/self/oom_score_adj', '1000')]) {
    try {
      yielding();
    } catch {
      // Then it works beside them.
    }
  }
};

if (process.send !== undefined) {
  giveWay();
  // Whoever asked hears the interrupt, too, and lets go in its own time.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (question: PlanQuestion) => void answer(question));
}

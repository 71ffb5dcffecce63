import { useFleetMemory } from '../../adapters/process/littleMemory.ts';
import type { Host } from '../../fleet/host.ts';
import type { Alarms, Clock } from '../../shell/ports.ts';

/** How often it is looked whether all have started. @unit ms */
const lookEveryMs = 10_000;

/**
 * Has the process hold little beside what lives, a while after all VENs have started: until then it is to be fast, and makes much
 * that is let go of; and what a VEN need not know between its polls falls asleep after the first of them.
 */
export const frugalOnceStarted = (
  host: Pick<Host, 'isStarting'>,
  { clock, alarms }: { readonly clock: Clock; readonly alarms: Alarms },
  beFrugal: () => void = useFleetMemory,
): void => {
  alarms.ringAt(clock.now() + lookEveryMs, () => {
    if (host.isStarting) frugalOnceStarted(host, { clock, alarms }, beFrugal);
    else alarms.ringAt(clock.now() + lookEveryMs, beFrugal);
  });
};

import { paceBeside } from '../../inspector/server/pace.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { LiveProjections } from '../../store/live/liveProjections.ts';

const looked = new WeakMap<EventLog, LiveProjections>();

/** What the log of a VEN comes to, made when somebody looks on, and kept as long as the log is open. */
export const projectionsOf = (log: EventLog): LiveProjections => {
  const known = looked.get(log);
  if (known !== undefined) return known;
  const made = new LiveProjections(log, { pace: paceBeside(true), onFault: () => undefined });
  looked.set(log, made);
  return made;
};

import type { Draft } from '../../facts/entry.ts';
import type { EventLog } from '../../store/eventLog.ts';

/** Told of what is waited for in the real world, and of what is written. */
export type HoldTime = <T>(happening: Promise<T>, drafts: readonly Draft[]) => Promise<T>;

/** A log whose writing is told to `hold`. */
export const heldLog = (log: EventLog, hold: HoldTime | undefined): EventLog =>
  hold === undefined
    ? log
    : new Proxy(log, {
        get: (target, name) => {
          if (name === 'append')
            return (...given: Parameters<EventLog['append']>) => hold(target.append(...given), given[0]);
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });

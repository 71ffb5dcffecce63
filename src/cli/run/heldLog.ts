import type { EventLog } from '../../store/eventLog.ts';

/** Told of what is waited for in the real world. */
export type HoldTime = <T>(happening: Promise<T>) => Promise<T>;

/** A log whose writing is told to `hold`. */
export const heldLog = (log: EventLog, hold: HoldTime | undefined): EventLog =>
  hold === undefined
    ? log
    : new Proxy(log, {
        get: (target, name) => {
          if (name === 'append') return (...given: Parameters<EventLog['append']>) => hold(target.append(...given));
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });

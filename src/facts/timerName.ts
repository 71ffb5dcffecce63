/**
 * What a timer is called in facts: its delay, and the state that waits for it. `sampling in device.metering.waiting`
 *
 * The names are ours: whatever drives the machines may call its delays as it likes.
 */
export interface TimerParts {
  /** `oadrRequestedOadrPollFreq`, `sampling`, `dtstart` … */
  readonly delay: string;
  /** `ven.registered.polling.waiting` */
  readonly stateID: string;
}

/** The name of a timer. */
export const timerName = ({ delay, stateID }: TimerParts): string => `${delay} in ${stateID}`;

/** The parts of a timer's name; null when it is none. */
export const timerParts = (timer: string): TimerParts | null => {
  const [, delay, stateID] = /^(\S+) in (\S.*)$/.exec(timer) ?? [];
  return delay === undefined || stateID === undefined ? null : { delay, stateID };
};

/** The delay of a timer, or the whole name when it is none of ours. */
export const delayOfTimer = (timer: string): string => timerParts(timer)?.delay ?? timer;

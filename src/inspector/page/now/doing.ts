/** What a device does, in a word: of a log at rest what it did, for nobody knows what it does since. */
import type { Device, State } from '../server/answers.ts';
import { powerText } from '../../../text/quantities.ts';
import { clockText } from '../../../text/times.ts';

const now = { charging: 'Buys', discharging: 'Sells', idle: 'Rests', unknown: 'Unknown' } as const;
const then = { charging: 'Bought', discharging: 'Sold', idle: 'Rested', unknown: 'Unknown' } as const;

/** Whether an agent runs. */
export const isRun = ({ agent }: Pick<State, 'agent'>): boolean => agent.notRunSince === null;

/** The word for what is done. */
export const verbOf = (doing: Device['doing'], state: Pick<State, 'agent'>): string =>
  (isRun(state) ? now : then)[doing];

/** `Sells 5.0 kW`, `Rests`; at rest `Sold 5.0 kW` */
export const doingText = ({ doing, powerWatts }: Device, state: Pick<State, 'agent'>): string =>
  powerWatts === null || doing === 'idle' || doing === 'unknown'
    ? verbOf(doing, state)
    : `${verbOf(doing, state)} ${powerText(Math.abs(powerWatts))}`;

/** Until when it does so; a reading from before the present setpoint, or of a log at rest, says only when it was taken. */
export const untilText = ({ setpoint, readAt }: Device, state: Pick<State, 'agent' | 'timeZone'>): string => {
  if (isRun(state) && setpoint !== null && readAt !== null && readAt >= setpoint.startAt)
    return `until ${clockText(setpoint.endAt, state.timeZone)}`;
  return readAt === null ? 'not read yet' : `read at ${clockText(readAt, state.timeZone)}`;
};

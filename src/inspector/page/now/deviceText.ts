/** What a device of several does now, in a few words. */
import { isSilent } from '../plan/rows.ts';
import { heldText, outText } from '../plan/standing.ts';
import type { Device, State } from '../server/answers.ts';
import { powerText } from '../../../text/quantities.ts';
import { durationText } from '../../../text/times.ts';

const verbs = { charging: 'Buys', discharging: 'Sells', idle: 'Rests', unknown: 'Not read yet' } as const;

/** `Sells 5.0 kW`, `Rests, held for 20 min more`, `Silent for 3 min` */
export const nowText = (device: Device, state: State, now: number): string => {
  const { doing, powerWatts, readAt } = device;
  if (isSilent(device, state)) return readAt === null ? 'Never read' : `Silent for ${durationText(now - readAt)}`;
  const text =
    powerWatts === null || doing === 'idle' || doing === 'unknown'
      ? verbs[doing]
      : `${verbs[doing]} ${powerText(Math.abs(powerWatts))}`;
  return [text, heldText(device, now), outText(device, state, now)].filter((part) => part !== null).join(', ');
};

/** What a device of several does now, in a few words. */
import { isSilent } from '../plan/rows.ts';
import { heldText, outText } from '../plan/standing.ts';
import type { Device, State } from '../server/answers.ts';
import { durationText } from '../../../text/times.ts';
import { doingText } from './doing.ts';

/** `Sells 5.0 kW`, `Rests, held for 20 min more`, `Silent for 3 min` */
export const nowText = (device: Device, state: State, now: number): string => {
  const { readAt } = device;
  if (isSilent(device, state)) return readAt === null ? 'Never read' : `Silent for ${durationText(now - readAt)}`;
  return [
    readAt === null ? 'Not read yet' : doingText(device, state),
    heldText(device, now),
    outText(device, state, now),
  ]
    .filter((part) => part !== null)
    .join(', ');
};

import type { OptGiven } from '../../../src/facts/opts.ts';
import { hourMs } from '../../support/drEventMessages.ts';
import { noon, type Told } from './told.ts';

/** So many hours after noon. UTC ms. */
export const at = (hours: number): number => noon + hours * hourMs;

/** An opt out of some hours, as somebody gives it. */
export const schedule = (optID: string, more: Partial<OptGiven> = {}): OptGiven => ({
  optID,
  optType: 'optOut',
  optReason: 'notParticipating',
  windows: [{ startAt: at(5), endAt: at(8) }],
  by: 'ven',
  ...more,
});

export const give = (told: Told, given: OptGiven): Told => {
  told.take({ type: 'OptGiven', data: given }, 'agent');
  return told;
};

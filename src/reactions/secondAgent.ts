/** A second agent that is this VEN: each hour is told twice, and messages are taken that were for this one. */
import type { Consequence } from '../core/consequence.ts';
import type { SecondAgentSuspected } from '../facts/input.ts';
import { venStream } from '../machines/streams.ts';

/** What follows from a sign of it, or from its end. */
export const secondAgentSuspected = ({ by, isSuspected, detail }: SecondAgentSuspected): readonly Consequence[] => {
  const named = { alarm: 'secondAgent', subject: by } as const;
  if (!isSuspected) return [{ stream: venStream, fact: { type: 'AlarmCleared', data: named } }];
  const advice =
    by === 'anchor'
      ? 'Stop one of the two: each tells the VTN every hour, and takes messages that are for both.'
      : 'Look for a second machine or a copy of this one with the same venID, and stop it: it tells every hour again, and takes messages that are for both. If there is none, ask the VTN’s operator why it keeps forgetting this VEN.';
  return [{ stream: venStream, fact: { type: 'AlarmRaised', data: { ...named, text: detail, advice } } }];
};

/** A simulated device does not meter for a real programme unless that is said on purpose: what it meters was never used. */
import type { Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { Moment } from '../machines/moment.ts';
import { venStream } from '../machines/streams.ts';
import { reportingWithheld } from './reporting.ts';

const alarm = 'devicesWithheld';

/** What follows, at a start, from devices that are withheld, or are no longer. */
export const devicesWithheld = (state: AgentState, { settings }: Moment): readonly Consequence[] => {
  const { withheldDevices } = settings;
  if (withheldDevices === undefined) return [];
  if (withheldDevices.length === 0) return [{ stream: venStream, fact: { type: 'AlarmCleared', data: { alarm } } }];
  const text = `No usage is reported: ${withheldDevices.join(', ')} is simulated, the VTN is not on this machine, and nobody said that simulated usage may be sent there.`;
  const advice =
    'Name the real devices in the configuration, or say --simulate (VEN_SIMULATE=true) if simulated usage is meant. Prices are taken meanwhile.';
  return [
    { stream: venStream, fact: { type: 'AlarmRaised', data: { alarm, text, advice } } },
    ...reportingWithheld(state),
  ];
};

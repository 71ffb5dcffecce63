/** A simulated device does not meter for a real programme unless that is said on purpose: what it meters was never used. */
import type { Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { Moment } from '../machines/moment.ts';
import { venStream } from '../machines/streams.ts';
import { reportingWithheld } from './reporting.ts';

const alarm = 'devicesWithheld';

/** @limit Rows that an alarm tells one by one. */
const rowsTold = 3;

/** What follows from rows of the list of devices that cannot be used: their devices are not metered, and a person has to know. */
export const devicesLeftOut = ({ settings: { devicesLeftOut: rows } }: Moment): readonly Consequence[] => {
  if (rows === undefined) return [];
  const name = 'devicesLeftOut' as const;
  if (rows.length === 0) return [{ stream: venStream, fact: { type: 'AlarmCleared', data: { alarm: name } } }];
  const more = rows.length > rowsTold ? ` (and ${rows.length - rowsTold} more)` : '';
  const text = `Devices of the list are left out, and not metered: ${rows.slice(0, rowsTold).join(' ')}${more}`;
  const advice =
    'Mend the list and say "ven reload"; hours that passed meanwhile are told late where the meter remembers them.';
  return [{ stream: venStream, fact: { type: 'AlarmRaised', data: { alarm: name, text, advice } } }];
};

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

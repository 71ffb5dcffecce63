/** What a device says that cannot be, and what its clock shows: people are told once, and once it is over. */
import type { Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import { alarmKey, type AlarmName } from '../facts/alarms.ts';
import type { Disbelieved, MeterRead } from '../facts/input.ts';
import { configuredDevice } from '../facts/settings.ts';
import type { Moment } from '../machines/moment.ts';
import { streamOf } from '../machines/streams.ts';
import { clockAsideText } from '../text/clockAside.ts';

/** @limit A device's clock that is off by more is told. @unit ms */
const deviceClockToleranceMs = 60_000;

const saidText = ({ value, said }: Disbelieved): string =>
  value === 'stateOfCharge'
    ? `it is ${said === null ? 'no number of per cent' : `${Math.round(said * 1_000) / 10} %`} full`
    : `its power is ${said === null ? 'no number of' : Math.round(said)} W`;

const follows: Readonly<Record<Disbelieved['value'], string>> = {
  stateOfCharge: 'it is not planned with',
  powerWatts: 'it cannot be seen whether it follows',
};

const raisedOrCleared = (
  state: AgentState,
  subject: string,
  alarm: AlarmName,
  told: { readonly text: string; readonly advice: string } | null,
): readonly Consequence[] => {
  const stream = streamOf('device', subject);
  const stands = state.alarms[alarmKey({ alarm, subject })] !== undefined;
  if (told === null) return stands ? [{ stream, fact: { type: 'AlarmCleared', data: { alarm, subject } } }] : [];
  return stands ? [] : [{ stream, fact: { type: 'AlarmRaised', data: { alarm, subject, ...told } } }];
};

const implausible = (resourceID: string, disbelieved: readonly Disbelieved[]) =>
  disbelieved.length === 0
    ? null
    : {
        text: `${resourceID} says that ${disbelieved.map(saidText).join(' and ')}, which cannot be: ${disbelieved.map(({ value }) => follows[value]).join(', and ')}.`,
        advice:
          'It counts again as soon as it says what can be. Where it says so always, the unit or the factor in its configuration is another.',
      };

const clockIsOff = (resourceID: string, offsetMs: number, { at, settings }: Moment) =>
  Math.abs(offsetMs) <= deviceClockToleranceMs
    ? null
    : {
        text: `The clock of ${resourceID} is ${clockAsideText(offsetMs, at, settings.timeZone)}.`,
        advice:
          'Set it, or have it tell UTC with its offset: it is read by our clock meanwhile, and what it times by itself happens at other times than planned.',
      };

/** A device was read, or has said how it stands. */
export const whatItSays = (
  state: AgentState,
  moment: Moment,
  { resourceID, status: { disbelieved = [], clockOffsetMs = 0 } }: Pick<MeterRead, 'resourceID' | 'status'>,
): readonly Consequence[] => {
  if (state.settings === null || configuredDevice(state.settings, resourceID) === undefined) return [];
  return [
    ...raisedOrCleared(state, resourceID, 'deviceImplausible', implausible(resourceID, disbelieved)),
    ...raisedOrCleared(state, resourceID, 'deviceClockOff', clockIsOff(resourceID, clockOffsetMs, moment)),
  ];
};

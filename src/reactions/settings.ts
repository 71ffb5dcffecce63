/** The configuration was read again while the agent ran. */
import { tell, type Consequence } from '../core/consequence.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { SettingsChanged } from '../facts/input.ts';
import type { AlarmName } from '../facts/alarms.ts';
import type { Moment } from '../machines/moment.ts';
import { siteStream, streamOf } from '../machines/streams.ts';
import { statesOfReopened } from './deviceStates.ts';
import { overridesKnown } from './instructions.ts';
import { sitePrices } from './site.ts';
import { trustUnderSettings } from './trust.ts';
import { devicesLeftOut, devicesWithheld } from './withheld.ts';

/** Alarms of devices: of one that is not there any more they are over. */
const ofDevices: readonly AlarmName[] = [
  'meterSilent',
  'setpointFailed',
  'trustEnded',
  'deviceImplausible',
  'deviceClockOff',
];

const alarmsOfGone = (state: AgentState): readonly Consequence[] => {
  const there = new Set((state.settings?.devices ?? []).map(({ resourceID }) => resourceID));
  return Object.keys(state.alarms).flatMap((key): readonly Consequence[] => {
    const alarm = ofDevices.find((each) => key.startsWith(`${each} `));
    const subject = alarm === undefined ? '' : key.slice(alarm.length + 1);
    return alarm === undefined || there.has(subject)
      ? []
      : [{ stream: streamOf('device', subject), fact: { type: 'AlarmCleared', data: { alarm, subject } } }];
  });
};

/** Whether we poll or are pushed to is agreed upon by a registration: another one is made where that is another now. @rule 2.0b 500 */
const otherModel = (state: AgentState): readonly Consequence[] => {
  const pushedTo = snapshotOf(state, 'ven', 'ven')?.context.pushedTo ?? null;
  return pushedTo === (state.settings?.transportAddress ?? null)
    ? []
    : [{ signal: { type: 'resync.wanted', bootstrap: 'renewal' } }];
};

/** What follows from other settings: devices begin or are let go, reports are offered anew where they are others, and one plan is made. */
export const settingsChanged = (
  state: AgentState,
  moment: Moment,
  { reopened, isOfferAnother }: SettingsChanged,
): readonly Consequence[] => [
  ...alarmsOfGone(state),
  ...devicesWithheld(state, moment),
  ...devicesLeftOut(moment),
  ...reopened.map((resourceID) => tell(streamOf('device', resourceID), { type: 'agent.started' })),
  ...trustUnderSettings(state, moment, true),
  ...statesOfReopened(state, reopened),
  { unsettled: 'sampling' },
  ...(isOfferAnother
    ? [{ signal: { type: 'resync.wanted', bootstrap: 'full', byPerson: true } } satisfies Consequence]
    : []),
  ...otherModel(state),
  tell(siteStream, { type: 'news.heard', because: 'the settings changed' }),
  ...sitePrices(state, moment),
  ...overridesKnown(state, moment, null),
];

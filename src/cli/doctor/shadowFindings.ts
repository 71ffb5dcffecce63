import { initialState, type AgentState } from '../../core/state.ts';
import { deviceStandingOf } from '../../shell/deviceStanding.ts';
import { venSettingsOf } from '../../shell/settings/venSettings.ts';
import { identityText } from '../../telling/words.ts';
import { good, warning, type Finding, type Patient } from './finding.ts';

/** Which devices are told what to do, by the configuration as it is now, and which of them would go on if we died. */
export const shadowFindings = (
  { configuration, now }: Patient,
  known: AgentState = initialState,
): readonly Finding[] => {
  const settings = venSettingsOf({ ...configuration.settings, vtnUrl: '' });
  const state = { ...known, settings };
  return settings.devices.flatMap((device): readonly Finding[] => {
    const { resourceID } = device;
    const { mode, identity, keepsLastOrder } = deviceStandingOf(state, device, now());
    const keeps = keepsLastOrder
      ? [
          warning(
            'devices',
            `${resourceID} keeps its last order if we die: it has no timer of its own.`,
            mode === 'shadow'
              ? 'Think of it before you trust it.'
              : 'Let whatever speaks for it stop when we are gone ("availability" says offline), or do not trust it.',
          ),
        ]
      : [];
    if (mode === 'shadow')
      return [
        warning(
          'devices',
          `${resourceID} is in shadow: it is planned for, and told nothing.`,
          settings.shadow === true
            ? 'The setting shadow keeps all devices so; leave it out when they are to work.'
            : `"ven devices" says what it would have brought; "ven devices trust ${resourceID}" lets it work.`,
        ),
        ...keeps,
      ];
    if (identity === null) return keeps;
    return [good('devices', `${resourceID} is trusted and told what to do (${identityText(identity)}).`), ...keeps];
  });
};

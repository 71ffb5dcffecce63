/** What all devices do together, of those that are heard. */
import type { VNode } from 'preact';
import { isSilent } from '../plan/rows.ts';
import type { State } from '../server/answers.ts';
import { counted, powerText } from '../../../text/quantities.ts';
import { isRun, verbOf } from './doing.ts';
import { Tile } from './Tile.tsx';

/** Power below this is no doing. @unit W */
const idleWatts = 20;

/** The tile. */
export const PowerTile = ({ state }: { readonly state: State }): VNode => {
  const { devices } = state;
  const silent = devices.filter((device) => isSilent(device, state));
  const heard = devices.filter((device) => !silent.includes(device));
  const watts = heard.reduce((sum, { powerWatts }) => sum + (powerWatts ?? 0), 0);
  const ordered = devices.reduce((sum, { setpoint }) => sum + (setpoint?.demandWatts ?? 0), 0);
  const verb = Math.abs(watts) <= idleWatts ? '' : `${verbOf(watts > 0 ? 'charging' : 'discharging', state)} `;
  const isKnown = heard.length > 0;
  const shadowed = devices.filter(({ mode }) => mode === 'shadow').length;
  return (
    <Tile
      name={isRun(state) ? 'Power now' : 'Power then'}
      figure={isKnown ? `${verb}${powerText(Math.abs(watts))}` : <span class="quiet">Not known</span>}
      look={silent.length === 0 ? '' : state.verdict.level === 'trouble' ? 'bad' : 'warn'}
    >
      <p class="quiet">
        {verb === '' && isKnown
          ? `Nothing ${isRun(state) ? 'is' : 'was'} bought or sold`
          : `${isRun(state) ? 'Told' : 'Last told'}: ${ordered > 0 ? 'buy' : ordered < 0 ? 'sell' : 'rest'}${ordered === 0 ? '' : ` ${powerText(Math.abs(ordered))}`}`}
      </p>
      {shadowed === 0 ? null : <p class="quiet">{`${shadowed} in shadow: told nothing`}</p>}
      <p class={silent.length === 0 ? 'quiet' : 'bad'}>
        {silent.length === 0
          ? `${counted(devices.length, 'device')}, all heard`
          : `${silent.length} of ${devices.length} silent: not in it`}
      </p>
    </Tile>
  );
};

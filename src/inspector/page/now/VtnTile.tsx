/** How it stands with the VTN. */
import type { VNode } from 'preact';
import type { State, Timer } from '../server/answers.ts';
import { countText } from '../show/quantities.ts';
import { agoText, durationText, inText } from '../show/times.ts';
import { useNow } from '../time/clock.ts';
import { Tile } from './Tile.tsx';

const names = { registered: 'Registered', unregistered: 'Not registered', refused: 'Refused' } as const;

const pollTimer = (timers: readonly Timer[]): Timer | undefined => timers.find(({ stream, delay }) => stream === 'ven' && delay === 'oadrRequestedOadrPollFreq');

/** The tile. */
export const VtnTile = ({ state }: { readonly state: State }): VNode => {
  const { registration, contact, timers, agent } = state;
  const now = useNow(state.asOf);
  const poll = pollTimer(timers);
  const { lastContactAt, failuresInARow, sent, failed, roundTripMeanMs } = contact;
  return (
    <Tile name="VTN" figure={<span class={registration.status === 'registered' ? '' : 'bad'}>{names[registration.status]}</span>}>
      <p>
        <span class={failuresInARow > 0 ? 'warn' : ''}>{lastContactAt === null ? 'No answer yet' : `Last answer ${agoText(lastContactAt, now)}`}</span>
      </p>
      <p class="quiet">{!agent.isRunning ? 'The agent has stopped' : poll === undefined ? 'No poll is planned' : `Next poll ${inText(poll.dueAt, now)}`}</p>
      <p class="quiet">
        {countText(sent)} sent · {countText(failed)} failed{roundTripMeanMs === null ? '' : ` · ${durationText(roundTripMeanMs)} mean`}
      </p>
    </Tile>
  );
};

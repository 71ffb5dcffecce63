/** How it stands with the VTN. */
import type { VNode } from 'preact';
import type { State, Timer } from '../server/answers.ts';
import { countText } from '../show/quantities.ts';
import { agoText, durationText, inText } from '../show/times.ts';
import { useNow } from '../time/clock.ts';
import { Tile } from './Tile.tsx';

const names = { registered: 'Registered', unregistered: 'Not registered', refused: 'Refused' } as const;

const timerOf = (timers: readonly Timer[], wanted: string): Timer | undefined =>
  timers.find(({ stream, delay }) => stream === 'ven' && delay === wanted);

/** What comes next between the two. */
const nextText = ({ agent, timers }: State, now: number): string => {
  const [poll, backoff] = ['oadrRequestedOadrPollFreq', 'backoffDelayMs'].map((delay) => timerOf(timers, delay));
  if (!agent.isRunning) return 'The agent has stopped';
  if (backoff !== undefined) return `Tries again ${inText(backoff.dueAt, now)}`;
  return poll === undefined ? 'An exchange is under way' : `Next poll ${inText(poll.dueAt, now)}`;
};

const meanText = (roundTripMs: number | null): string =>
  roundTripMs === null ? '' : ` · ${roundTripMs < 1 ? 'under 1 ms' : durationText(roundTripMs)} mean`;

/** The tile. */
export const VtnTile = ({ state }: { readonly state: State }): VNode => {
  const { registration, contact } = state;
  const now = useNow(state.asOf);
  const { lastContactAt, failuresInARow, sent, failed, roundTripMeanMs } = contact;
  return (
    <Tile
      name="VTN"
      figure={<span class={registration.status === 'registered' ? '' : 'bad'}>{names[registration.status]}</span>}
    >
      <p>
        <span class={failuresInARow > 0 ? 'warn' : ''}>
          {lastContactAt === null ? 'No answer yet' : `Last answer ${agoText(lastContactAt, now)}`}
        </span>
      </p>
      <p class="quiet">{nextText(state, now)}</p>
      <p class="quiet">
        {countText(sent)} sent · {countText(failed)} failed{meanText(roundTripMeanMs)}
      </p>
    </Tile>
  );
};

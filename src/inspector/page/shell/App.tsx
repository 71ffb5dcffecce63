/** The page: a head, one room at a time, and the timeline below them all. */
import type { VNode } from 'preact';
import { Charts } from '../charts/Charts.tsx';
import { Energy } from '../energy/Energy.tsx';
import { Log } from '../log/Log.tsx';
import { Now } from '../now/Now.tsx';
import { PlanRoom } from '../plan/PlanRoom.tsx';
import type { About, State } from '../server/answers.ts';
import { servings } from '../server/feed.ts';
import { paths } from '../server/paths.ts';
import { shownAt, shownRevision } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import { headPosition } from '../time/moment.ts';
import { Timeline } from '../timeline/Timeline.tsx';
import { ForkBar } from '../fork/ForkBar.tsx';
import { WhereBar } from '../where/WhereBar.tsx';
import { WroteBar } from '../wrote/WroteBar.tsx';
import { Guarded } from './Guarded.tsx';
import { Head } from './Head.tsx';
import { Help } from './Help.tsx';
import { place, room, rooms, type RoomID } from './route.ts';
import type { RoomProps } from './roomProps.ts';

const views: Readonly<Record<RoomID, (props: RoomProps) => VNode>> = {
  now: Now,
  plan: PlanRoom,
  charts: Charts,
  energy: Energy,
  log: Log,
};

/** How often it is asked again what the log holds. Entries. */
const askAgainEvery = 50;

/** The whole page. */
export const App = (): VNode => {
  const about = useAnswer<About>(paths.about(), `${servings.value} ${Math.floor(headPosition.value / askAgainEvery)}`);
  const state = useAnswer<State>(paths.state({ at: shownAt.value }), shownRevision.value);
  const problem = state.problem ?? about.problem;
  if (about.answer === null || state.answer === null)
    return (
      <p class="opening" role="status">
        {problem ?? 'Asking the agent …'}
      </p>
    );
  const props: RoomProps = { about: about.answer, state: state.answer };
  const View = views[room.value];
  const name = rooms.find(({ id }) => id === room.value)?.name ?? '';
  const moment = shownRevision.value;
  return (
    <>
      <Guarded part="The head" revision={moment}>
        <Head {...props} problem={problem} />
      </Guarded>
      <main id="room" class={`room ${room.value}`} aria-label={name} tabIndex={-1}>
        <Guarded key={room.value} part={name} revision={`${place.value} ${moment}`}>
          <View {...props} />
        </Guarded>
      </main>
      <Guarded part="The timeline" revision={moment}>
        <Timeline {...props} />
      </Guarded>
      <Guarded part="Who wrote this" revision={moment}>
        <WroteBar {...props} />
      </Guarded>
      <Guarded part="Where in the log" revision={moment}>
        <WhereBar {...props} />
      </Guarded>
      <Guarded part="What if" revision={moment}>
        <ForkBar {...props} />
      </Guarded>
      <Help />
    </>
  );
};

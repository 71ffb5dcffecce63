import type { About, State } from '../server/answers.ts';

/** What every room is given. */
export interface RoomProps {
  readonly about: About;
  readonly state: State;
}

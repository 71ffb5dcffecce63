/**
 * A run begins where another version of the machines left off.
 *
 * What was owed, acknowledged and priced stands in the views, which follow the record. What was in the hands of the former
 * machines is let go: the line, the lifecycle and its queue of reports begin anew, and know who we are. A delivery that was
 * under way has nobody then who could tell what became of it, so the start puts it in doubt (`reactions/start.ts`).
 */
import type { AnyMachineSnapshot } from 'xstate';
import type { Stream } from '../facts/entry.ts';
import { beforeTheFirstStart } from '../machines/lifecycle/lifecycle.ts';
import { revived } from './revived.ts';
import { snapshotOf, type AgentState } from './state.ts';
import { withoutStream } from './timers.ts';

/** Streams that are founded anew: their states are the former machines' own. */
const letGo: readonly Stream[] = ['exchange', 'ven', 'watch'];

const venAnew = (state: AgentState): AnyMachineSnapshot | undefined => {
  const before = snapshotOf(state, 'ven', 'ven')?.context;
  if (before === undefined) return undefined;
  const { registrationID, venID, vtnID, requestedPollFreqMs } = before;
  const context = { ...beforeTheFirstStart, registrationID, venID, vtnID, requestedPollFreqMs };
  return revived('ven', { value: 'unregistered', context });
};

/** The state in which today's machines begin after those of another version. */
export const takenOver = (state: AgentState): AgentState => {
  const anew = venAnew(state);
  const left = letGo.reduce(withoutStream, state);
  return anew === undefined ? left : { ...left, streams: left.streams.with('ven', anew) };
};

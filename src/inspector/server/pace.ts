/** Long work in small pieces, so that the agent in the same process is never kept waiting. */
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../../store/live/pace.ts';
import type { GiveWay } from '../history/keyframes.ts';

/** How long a piece may take, and how long the pause after it is while an agent runs. @unit ms */
const pieceMs = 4;
const pauseMs = 8;

/** How long a projection is kept alive after the last question about it: who asks again and again finds it. @unit ms */
export const lingerMs = 60_000;

/** After each piece the event loop gets its turn; beside a running agent, some time as well. */
export const giveWayBeside = (isAgentBeside: boolean): GiveWay => {
  let begunAt = performance.now();
  return async () => {
    if (performance.now() - begunAt < pieceMs) return;
    await (isAgentBeside ? sleep(pauseMs) : turn());
    begunAt = performance.now();
  };
};

/** The pace of projections that live beside an agent, or on a log at rest. */
export const paceBeside = (isAgentBeside: boolean): Pace => ({
  soon: () => turn(),
  giveWay: giveWayBeside(isAgentBeside),
  linger: () => sleep(lingerMs, undefined, { ref: false }),
});

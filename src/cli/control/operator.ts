/** What a person wishes of a running agent, from whichever door it comes: looked over, handed to the agent, and on disk before anybody is told so. */
import type { Agent } from '../../shell/agent.ts';
import type { Arrival } from '../../shell/arrival.ts';
import type { LiveProjections } from '../../store/live/liveProjections.ts';
import type { Granted } from './questions.ts';

/** A wish that cannot be granted. */
export class RefusedWish extends Error {
  override readonly name = 'RefusedWish';
}

/** How long a wish may take to be on disk unless told otherwise. @unit ms */
const usuallyWithinMs = 15_000;

/** What wishes are granted with. */
export interface OperatorOptions {
  readonly agent: Agent;
  readonly projections: LiveProjections;
  readonly now: () => number;
  /** How long a wish may take to be on disk. @unit ms */
  readonly recordedWithinMs?: number;
}

/** Hands a wish to the agent, and resolves when it is on disk. @throws RefusedWish when it is not recorded */
export const grant = async (
  { agent, projections, recordedWithinMs = usuallyWithinMs }: OperatorOptions,
  arrival: Arrival,
): Promise<Granted> => {
  const recorded = projections.first(
    projections.entries(),
    ({ type, stream }) => type === arrival.input.type && stream === arrival.stream,
    AbortSignal.timeout(recordedWithinMs),
  );
  agent.take(arrival);
  try {
    const { position } = await recorded;
    return { position };
  } catch {
    throw new RefusedWish('The agent did not record the wish: it is stopping, or its log cannot be written.');
  }
};

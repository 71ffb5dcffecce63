/** Which log this is, and whose. */
import type { ApiAnswer } from '../api/paths.ts';
import type { History } from '../history/history.ts';

type About = ApiAnswer<'about'>;

/** @limit Streams that are listed. */
const listedStreams = 500;

const typesOf = ({ index }: History): About['types'] => {
  const types = new Map<string, About['types'][number]>();
  for (const [{ type, direction }, entries] of index.kinds)
    types.set(type, { type, direction, entries: (types.get(type)?.entries ?? 0) + entries });
  return [...types.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
};

/** What is being looked at. */
export const aboutAnswerOf = async (history: History, version: string): Promise<About> => {
  const { index, head, inspected } = history;
  const { run } = (await history.viewsAtHand()).registration;
  const live = inspected.live();
  return {
    api: 'v1',
    version,
    isLive: live !== null,
    now: live?.now ?? index.recordedAt(index.end - 1) ?? 0,
    timeZone: await history.timeZone(),
    ven: run === null ? null : { venID: run.venID, venName: run.venName },
    runID: history.lastRunID,
    first: index.start,
    head,
    firstAt: index.recordedAt(index.start),
    lastAt: index.recordedAt(index.end - 1),
    indexed: index.end - 1,
    folded: history.folded,
    types: typesOf(history),
    streams: index.streams.slice(-listedStreams).map(([stream, entries]) => ({ stream, entries })),
  };
};

import type { KnownEntry } from '../../facts/fact.ts';
import { upcast } from '../../facts/upcast.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { causesOf, entryAt } from '../causes.ts';
import type { Story, StoryLine } from '../story.ts';
import { counted } from '../words.ts';

/** @limit Entries of what followed that are told. */
export const followersTold = 500;

/** Streams whose timers keep a pace: what such a timer brings is another story. */
const pacing: ReadonlySet<string> = new Set(['ven', 'exchange', 'watch']);

const isPace = ({ type, stream }: KnownEntry): boolean =>
  type === 'TimerFired' && (pacing.has(stream) || stream.startsWith('device/'));

/** What followed from an entry, directly and by way of others, in the order of the log. */
const followersOf = async (log: EventLog, position: number): Promise<readonly KnownEntry[]> => {
  const followed = new Set([position]);
  const found: KnownEntry[] = [];
  for await (const recorded of log.read({ from: position + 1 })) {
    if (recorded.cause === null || !followed.has(recorded.cause)) continue;
    const entry = upcast(recorded);
    if (!isPace(entry)) followed.add(entry.position);
    found.push(entry);
    if (found.length === followersTold) break;
  }
  return found;
};

/** Each entry below the one it follows from, and all that follow from it before its next neighbour. */
const asTree = (root: KnownEntry, followers: readonly KnownEntry[], depth: number): readonly StoryLine[] => {
  const children = new Map<number, KnownEntry[]>();
  for (const entry of followers) {
    const siblings = children.get(entry.cause as number);
    if (siblings === undefined) children.set(entry.cause as number, [entry]);
    else siblings.push(entry);
  }
  const below = (parent: KnownEntry, at: number): readonly StoryLine[] =>
    (children.get(parent.position) ?? []).flatMap((entry) => [
      { entry, depth: at, remark: null },
      ...below(entry, at + 1),
    ]);
  return below(root, depth);
};

/** The story of one entry: the chain of causes that led to it, and the tree of what followed. Null where the log holds none. */
export const positionStory = async (log: EventLog, position: number): Promise<Story | null> => {
  const recorded = await entryAt(log, position);
  if (recorded === undefined) return null;
  const entry = upcast(recorded);
  const causes = (await causesOf(log, recorded)).map(upcast);
  const followers = await followersOf(log, position);
  const beginning = causes[0];
  const more = followers.length === followersTold ? `; only the first ${followersTold} are told` : '';
  return {
    about: `position ${position}`,
    summary: [
      beginning === undefined
        ? 'Nothing in the log led to it.'
        : `It began at position ${beginning.position}, ${counted(causes.length, 'step')} before.`,
      followers.length === 0
        ? 'Nothing followed from it.'
        : `${counted(followers.length, 'entry', 'entries')} followed from it${more}.`,
    ],
    lines: [
      ...causes.map((cause, depth) => ({ entry: cause, depth, remark: null })),
      { entry, depth: causes.length, remark: 'This is the entry that was asked for.' },
      ...asTree(entry, followers, causes.length + 1),
    ],
  };
};

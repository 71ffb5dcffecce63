/** How it stands, as the page may say it. */
import type { State } from '../server/answers.ts';
import { link } from '../server/feed.ts';
import { isLive } from '../time/moment.ts';

/** How a verdict looks. */
export const verdictLooks = { well: 'good', attention: 'warn', trouble: 'bad' } as const;

/** The verdict on a moment; nothing is well about a present that nobody tells any more. */
export const verdictOf = ({ verdict }: State): State['verdict'] =>
  isLive.value && link.value === 'lost'
    ? { level: 'trouble', sentence: 'The agent does not answer: this is how it stood when it last did.' }
    : verdict;

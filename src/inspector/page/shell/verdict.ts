/** How it stands, as the page may say it. */
import type { State } from '../server/answers.ts';
import { link } from '../server/feed.ts';
import { isLive } from '../time/moment.ts';

/** What is told of a moment. */
export type Standing = State['verdict'];

/** How a verdict looks. */
export const verdictLooks = { well: 'good', attention: 'warn', trouble: 'bad' } as const;

/** Whether the page shows a present that nobody tells any more. */
export const isForsaken = (): boolean => isLive.value && link.value === 'lost';

const forsaken: Standing = {
  level: 'trouble',
  sentence: 'The agent does not answer: this is how it stood when it last did.',
  headline: 'The agent does not answer.',
  clauses: [
    { name: 'Cause', text: 'This page has lost it, and shows how it stood when it last answered.', command: null },
    { name: 'Money', text: 'Not known from here: the agent may well go on without its page.', command: null },
    { name: 'To do', text: 'See whether it runs. The page comes back by itself.', command: 'ven status' },
  ],
  others: [],
};

/** The verdict on a moment; nothing is well about a present that nobody tells any more. */
export const verdictOf = ({ verdict }: State): Standing => (isForsaken() ? forsaken : verdict);

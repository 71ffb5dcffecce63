/** Where each answer is found. Relative, so that the page works behind a proxy's prefix as well. */
import { pathWith, type Query } from './ask.ts';

const at =
  (path: string) =>
  (query: Query = {}): string =>
    pathWith(`api/v1/${path}`, query);

/** Paths by what they answer. */
export const paths = {
  about: at('about'),
  state: at('state'),
  entries: at('entries'),
  entry: (position: number): string => at(`entries/${position}`)(),
  stream: at('stream'),
  timeline: at('timeline'),
  place: at('place'),
  transitions: at('transitions'),
  machines: at('machines'),
  machine: (machine: string): string => at(`machines/${encodeURIComponent(machine)}`)(),
  plan: at('plan'),
  why: at('plan/why'),
  review: at('review'),
  wrote: at('wrote'),
  where: at('where'),
  fork: at('fork'),
  prices: at('prices'),
  day: (day: string, query: Query): string => at(`days/${day}`)(query),
  month: (month: string, query: Query): string => at(`months/${month}`)(query),
} as const;

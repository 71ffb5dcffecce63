/** What a message says, as a short text that stays the same when it is said again, and when a log is folded. */
import type { OadrMessage } from '../protocol/payload.ts';
import { mix } from './moment.ts';

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1;

/** The parts of an object in the order of their names: the log keeps them so, and a message on arrival does not. */
const inOrder = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(byName))
    : value;

const noParts: ReadonlySet<string> = new Set();

/** The gist of a message. `passing`: names of parts that may differ each time it is said. */
export const gistOf = (message: OadrMessage, passing = noParts): string => {
  const text = JSON.stringify(message, (name, value: unknown) => (passing.has(name) ? undefined : inOrder(value)));
  return `${message.message} ${text.length} ${mix(1, text).toString(36)} ${mix(2, text).toString(36)}`;
};

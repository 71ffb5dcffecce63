/** What a message says, as a short text that stays the same when it is said again, and when a log is folded. */
import type { OadrMessage } from '../protocol/payload.ts';
import { mix } from './moment.ts';

const noParts: ReadonlySet<string> = new Set();

/** As JSON, the parts of an object in the order of their names: the log keeps them so, and a message on arrival does not. */
export const spelledInOrder = (value: unknown, passing = noParts): string => {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => spelledInOrder(item, passing)).join()}]`;
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const part = (value as Readonly<Record<string, unknown>>)[name];
    if (part === undefined || passing.has(name)) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${spelledInOrder(part, passing)}`;
  }
  return `{${text}}`;
};

/** The gist of a message. `passing`: names of parts that may differ each time it is said. */
export const gistOf = (message: OadrMessage, passing = noParts): string => {
  const text = spelledInOrder(message, passing);
  return `${message.message} ${text.length} ${mix(1, text).toString(36)} ${mix(2, text).toString(36)}`;
};

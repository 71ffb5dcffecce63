/** Questions to the server the page came from, and to no other. */

import { printable } from '../../../text/printable.ts';

/** Why a question has no answer, in a sentence for people. */
export class Unanswered extends Error {}

/** JSON in which a character stands by its number that could act on the page, or on what stands around it. */
const acting = /\\u(00[0189][0-9a-f]|007f|061c|20[0-6])/i;

/** An answer with every text fit to be shown, whoever wrote it. */
const readable = (json: string): unknown =>
  acting.test(json)
    ? JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? printable(value) : value))
    : JSON.parse(json);

const sentenceOf = async (response: Response): Promise<string> => {
  const said = (await response.text().then(readable, () => null)) as {
    readonly error?: { readonly message?: unknown };
  } | null;
  const message = said?.error?.message;
  return typeof message === 'string' ? message : `The server answered with HTTP status ${response.status}.`;
};

/** Asks for JSON. @throws Unanswered */
export const ask = async <Answer>(path: string, signal: AbortSignal): Promise<Answer> => {
  const response = await fetch(path, { signal, cache: 'no-store' }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new Unanswered('The agent does not answer. The page asks again as soon as it does.');
  });
  if (!response.ok) throw new Unanswered(await sentenceOf(response));
  return readable(await response.text()) as Answer;
};

/** What is asked for beside the path; several values of one name are repeated. */
export type Query = Readonly<Record<string, string | number | undefined | readonly string[]>>;

/** A path with its query; what is undefined is left out. */
export const pathWith = (path: string, query: Query): string => {
  const given = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value] as const),
  );
  const text = new URLSearchParams(
    given.filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => [name, String(value)]),
  ).toString();
  return text === '' ? path : `${path}?${text}`;
};

/** Questions to the server the page came from, and to no other. */

/** Why a question has no answer, in a sentence for people. */
export class Unanswered extends Error {}

const sentenceOf = async (response: Response): Promise<string> => {
  const said = (await response.json().catch(() => null)) as { readonly error?: { readonly message?: unknown } } | null;
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
  return (await response.json()) as Answer;
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

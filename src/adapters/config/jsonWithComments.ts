/** A JSON text that cannot be read: where, not what, since what stands there may be a secret. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
}

/** A string, a line comment, a block comment, or a comma before a closing bracket: whichever comes first; no bracket inside of a comment closes anything. */
const TOKENS =
  /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\/|,(?=(?:\s|\/\/[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*[}\]])/g;

/** Comments and trailing commas become blanks, so that positions stay what they were. */
const withoutComments = (text: string): string =>
  text.replace(TOKENS, (found) => (found.startsWith('"') ? found : found.replace(/[^\n]/g, ' ')));

const placeOf = (text: string, error: unknown): string => {
  const position = /position (\d+)/.exec(String(error))?.[1];
  const before = text.slice(0, position === undefined ? text.length : Number(position)).split('\n');
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
};

/**
 * Reads JSON in which people may write comments and trailing commas.
 * @throws JsonTextError
 */
export const parseJsonWithComments = (text: string): unknown => {
  const bare = withoutComments(text.replace(/^\ufeff/, ''));
  try {
    return JSON.parse(bare);
  } catch (error) {
    throw new JsonTextError(`it is no JSON from ${placeOf(bare, error)} on`);
  }
};

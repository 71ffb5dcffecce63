import { closedError, damageAdvice, LogError } from '../errors.ts';

/** What LevelDB and the file system throw: a code, sometimes another error behind it. */
interface CodedError {
  readonly code?: string;
  readonly message?: string;
  readonly cause?: unknown;
}

/** Turns what LevelDB or the file system threw into a sentence that says what to do; anything else stays as it is. */
export const explain = (error: unknown, directory: string): unknown => {
  const { code, message = String(error), cause } = error as CodedError;
  if (error instanceof LogError || typeof code !== 'string' || code.startsWith('ERR_')) return error;
  if (code === 'LEVEL_DATABASE_NOT_OPEN' && cause !== undefined) return explain(cause, directory);
  if (code.endsWith('_NOT_OPEN')) return closedError();
  return new LogError(...judge(code, message, directory), { cause: error });
};

const judge = (
  code: string,
  message: string,
  directory: string,
): [ConstructorParameters<typeof LogError>[0], string] => {
  if (code === 'LEVEL_LOCKED') return ['locked', lockedSentence(directory)];
  if (code === 'ENOSPC' || /no space left|disk quota|file too large/i.test(message))
    return ['full', fullSentence(directory)];
  if (code === 'LEVEL_CORRUPTION')
    return ['corrupt', `LevelDB finds the log in ${directory} damaged (${message}). ${damageAdvice}.`];
  if (/no such file/i.test(message))
    return ['missing', `A file of the log in ${directory} is gone (${message}). ${damageAdvice}.`];
  if (code === 'EACCES' || /permission denied/i.test(message)) {
    return [
      'io',
      `The log in ${directory} may not be used by this user (${message}): run as the user who owns it, or give it to this one.`,
    ];
  }
  return [
    'io',
    `The disk refuses the log in ${directory} (${message}): check the disk and start again; what was acknowledged is kept.`,
  ];
};

const lockedSentence = (directory: string): string =>
  `The log in ${directory} is open in another process, and only one may have it: ask the running agent, or stop it first.`;

const fullSentence = (directory: string): string =>
  `The disk that holds the log in ${directory} is full: free some space and start again; everything acknowledged is kept.`;

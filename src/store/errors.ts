/**
 * Why a log could not do what it was asked.
 *
 * - `locked`: another process has it open.
 * - `full`: the disk has no space left. `io`: the disk refused for another reason.
 * - `corrupt`: what is there is not what was written. `missing`: something that was written is gone.
 * - `newer`: a later release wrote it.
 * - `exposed`: others may change what lies there. `replaced`: the directory is not the one that was opened any more.
 * - `restored`: it is an older copy of a log that went on.
 * - `busy`: more is waiting to be written than a log agrees to hold.
 * - `closed`: it was closed before.
 * - `fenced`: another process has taken it over. `conflict`: it ends elsewhere than its holder left it.
 * - `unknown`: whether the last entries were written could not be found out.
 */
export type LogErrorCode = (typeof logErrorCodes)[number];

/** All of them. */
export const logErrorCodes = [
  'locked',
  'full',
  'io',
  'corrupt',
  'missing',
  'newer',
  'exposed',
  'replaced',
  'restored',
  'busy',
  'closed',
  'fenced',
  'conflict',
  'unknown',
] as const;

/** What stands behind a `LogError`: the first cause and the place in the log. */
export interface LogErrorDetails {
  readonly cause?: unknown;
  readonly position?: number;
}

/** A log's refusal, in one sentence that says what to do. */
export class LogError extends Error {
  readonly code: LogErrorCode;
  /** The first entry concerned, when one is. */
  readonly position: number | undefined;

  constructor(code: LogErrorCode, sentence: string, details: LogErrorDetails = {}) {
    super(sentence, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'LogError';
    this.code = code;
    this.position = details.position;
  }
}

/** The advice that goes with every sign of damage. */
export const damageAdvice =
  'Nothing was changed: stop the agent, and restore the log from a backup, or save what can be proved with "ven log repair"';

/** What an error found, without what to do about it. */
export const withoutAdvice = ({ message }: LogError): string =>
  `${message.split(`. ${damageAdvice}`)[0] ?? message}.`.replace(/\.\.$/, '.');

/** Says that the log was closed, to whoever still holds it. */
export const closedError = (): LogError =>
  new LogError('closed', 'The log was closed, so it can neither be read nor written: open it again.');

/** Says that a store holds no log of a VEN. */
export const noLogOf = (venID: string): LogError =>
  new LogError('missing', `There is no log of ${venID} here: name a VEN that has run, or start this one.`);

/** Says where the chain of entries breaks and what was found there. */
export const damageAt = (position: number, finding: string, cause?: unknown): LogError =>
  new LogError('corrupt', `The log is damaged at position ${position}: ${finding}. ${damageAdvice}.`, {
    position,
    ...(cause === undefined ? {} : { cause }),
  });

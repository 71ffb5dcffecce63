import { LogError } from '../store/errors.ts';

const askAgain = 'Ask for it to be sent again, or make it anew with "ven bundle"';

/** Says that a file is no bundle. */
export const foreign = (name: string): LogError =>
  new LogError(
    'corrupt',
    `${name} is no bundle of ter-ven: name a file that "ven bundle" has made, or a data directory.`,
  );

/** Says that the end of a bundle is missing. */
export const cutShort = (name: string): LogError =>
  new LogError('corrupt', `The bundle ${name} is cut short: its last line is missing. ${askAgain}.`);

/** Says that a bundle is not as it was made. */
export const changed = (name: string, what: string): LogError =>
  new LogError('corrupt', `The bundle ${name} was changed or damaged since it was made: ${what}. ${askAgain}.`);

/** Says that this release is too old for a bundle. */
export const madeByNewer = (name: string, format: number, known: number): LogError =>
  new LogError(
    'newer',
    `The bundle ${name} has the format ${format}, and this release reads up to ${known}: install a later one.`,
  );

import { keyPath, makeKey, shownKey } from '../../adapters/signing/keys.ts';
import { configurationFor } from '../configurationOptions.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';

const directoryOf = (given: ParsedArguments, surroundings: Surroundings): string =>
  configurationFor(given, surroundings).settings.dataDirectory;

/** The body of `ven key new`. */
export const keyNew = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const directory = directoryOf(given, surroundings);
  const { fingerprint } = makeKey(directory);
  say(
    surroundings.stdout,
    `Made a key in ${keyPath(directory)}, for this user alone.\nIts fingerprint is ${fingerprint}; tell it to those who are to know your signature, by another way than the files you sign.\n`,
  );
  return EXIT.success;
};

/** The body of `ven key show`. */
export const keyShow = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { pem, fingerprint } = shownKey(directoryOf(given, surroundings));
  say(
    surroundings.stdout,
    given.switches.has('json')
      ? `${JSON.stringify({ fingerprint, publicKey: pem })}\n`
      : `${pem}fingerprint ${fingerprint}\n`,
  );
  return EXIT.success;
};

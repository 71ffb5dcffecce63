import { ControlFailure } from '../adapters/control/controlFailure.ts';
import { ConfigurationError } from '../adapters/configurationError.ts';
import { KeyProblem } from '../adapters/tls/keyProblem.ts';
import { didYouMean } from '../text/nearest.ts';
import { UnusableFile } from '../files/unusableFile.ts';
import { UnreadableFact } from '../facts/upcast.ts';
import { LogError, type LogErrorCode } from '../store/errors.ts';
import type { CommandTable } from './command.ts';
import { calledBy, firstWords, type Called } from './commandWords.ts';
import { CommandFailure, EXIT, type ExitCode } from './exitCode.ts';
import { commandHelp, generalHelp } from './helpText.ts';
import { parseArguments, UsageError } from './options.ts';
import { proseFor } from './prose.ts';
import type { Surroundings } from './surroundings.ts';
import { VERSION } from './version.ts';

const HELP = ['-h', '--help'];

/** What is left of a log that must not be written to. */
const UNSAFE_LOG: readonly LogErrorCode[] = [
  'corrupt',
  'missing',
  'newer',
  'exposed',
  'replaced',
  'restored',
  'conflict',
];

const commandOf = (args: readonly string[], commands: CommandTable): Called => {
  const first = args[0] ?? '';
  // Options alone mean `ven run`, as the reference client is called.
  const called = calledBy(first.startsWith('-') ? ['run', ...args] : args, commands);
  if (called !== null) return called;
  throw new UsageError(
    `There is no command "${first}".${didYouMean(first, firstWords(commands))} Run "ven help" for all commands.`,
  );
};

/** A first word that needs a second, and was given a wish for help instead. */
const isGroupHelp = (args: readonly string[], commands: CommandTable): boolean =>
  HELP.includes(args[1] ?? '') &&
  !Object.hasOwn(commands, args[0] ?? '') &&
  firstWords(commands).includes(args[0] ?? '');

const isHelpWanted = (rest: readonly string[]): boolean => {
  const end = rest.indexOf('--');
  return rest.slice(0, end === -1 ? rest.length : end).some((each) => HELP.includes(each));
};

const dispatch = async (surroundings: Surroundings, commands: CommandTable): Promise<ExitCode> => {
  const { args, stdout } = surroundings;
  if (args.length === 0 || HELP.includes(args[0]!) || isGroupHelp(args, commands)) {
    stdout.write(generalHelp(commands));
    return EXIT.success;
  }
  if (args[0] === '--version') {
    stdout.write(`${VERSION}\n`);
    return EXIT.success;
  }
  const { command, rest } = commandOf(args, commands);
  if (isHelpWanted(rest)) {
    stdout.write(commandHelp(command));
    return EXIT.success;
  }
  return command.run(parseArguments(command, rest), surroundings);
};

const explain = (error: unknown): { readonly sentences: readonly string[]; readonly exitCode: ExitCode } | null => {
  if (error instanceof UsageError) return { sentences: [error.message], exitCode: EXIT.usage };
  if (error instanceof ConfigurationError) return { sentences: error.problems, exitCode: EXIT.configuration };
  if (error instanceof CommandFailure) return { sentences: [error.message], exitCode: error.exitCode };
  if (error instanceof KeyProblem) return { sentences: [error.message], exitCode: EXIT.failure };
  if (error instanceof UnusableFile) return { sentences: [error.message], exitCode: EXIT.failure };
  if (error instanceof UnreadableFact) return { sentences: [error.message], exitCode: EXIT.logUnsafe };
  if (error instanceof ControlFailure) return { sentences: [error.message], exitCode: EXIT.failure };
  if (error instanceof LogError)
    return { sentences: [error.message], exitCode: UNSAFE_LOG.includes(error.code) ? EXIT.logUnsafe : EXIT.failure };
  return null;
};

/** Runs `ven` with the arguments of its surroundings; problems become sentences on stderr and a code. Never throws. */
export const main = async (surroundings: Surroundings, commands: CommandTable): Promise<ExitCode> => {
  const { stderr, redactor } = surroundings;
  try {
    return await dispatch(surroundings, commands);
  } catch (error) {
    const explained = explain(error);
    if (explained === null)
      stderr.write(`ven has a fault, please report it with these lines:\n${redactor.error(error)}\n`);
    else for (const sentence of explained.sentences) stderr.write(`${proseFor(stderr, sentence)}\n`);
    return explained?.exitCode ?? EXIT.failure;
  }
};

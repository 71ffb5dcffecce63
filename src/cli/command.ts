import type { ExitCode } from './exitCode.ts';
import type { Grammar, ParsedArguments } from './options.ts';
import type { Surroundings } from './surroundings.ts';

/** A command of `ven`: what it accepts, what its help says, and what it does. */
export interface Command extends Grammar {
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** What a person should know before using it; paragraphs separated by blank lines. */
  readonly help: string;
  /** Command lines that show it at work, each with what it does. */
  readonly examples?: readonly (readonly [line: string, does: string])[];
  /** Its body is imported here and not before, so that a command costs only its own libraries. */
  run(given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode>;
}

/** Commands by the word that calls them, in the order of the help. */
export type CommandTable = Readonly<Record<string, Command>>;

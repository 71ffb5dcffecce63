/** Commands have one word, or two: `status`, `log list`. */
import { didYouMean } from '../text/nearest.ts';
import type { Command, CommandTable } from './command.ts';
import { UsageError } from './options.ts';

/** A command, and what follows its words. */
export interface Called {
  readonly command: Command;
  readonly rest: readonly string[];
}

const allHelp = 'Run "ven help" for all commands.';

const named = (commands: CommandTable, words: string): Command | undefined =>
  Object.hasOwn(commands, words) ? commands[words] : undefined;

/** The second words that may follow a first one; none when it is a command by itself. */
const secondWords = (commands: CommandTable, first: string): readonly string[] =>
  Object.keys(commands).flatMap((words) => (words.startsWith(`${first} `) ? [words.slice(first.length + 1)] : []));

const strangeSecond = (first: string, second: string | undefined, seconds: readonly string[]): UsageError => {
  const list = `${seconds.slice(0, -1).join(', ')} or ${seconds.at(-1)}`;
  if (second === undefined || second.startsWith('-'))
    return new UsageError(`"ven ${first}" needs to know what: ${list}. ${allHelp}`);
  return new UsageError(
    `There is no "ven ${first} ${second}": there is ${list}.${didYouMean(second, seconds)} ${allHelp}`,
  );
};

/** The command that the words call; null when they call none. @throws UsageError when a second word is missing or wrong */
export const calledBy = (words: readonly string[], commands: CommandTable): Called | null => {
  const [first = '', second] = words;
  const pair = second === undefined ? undefined : named(commands, `${first} ${second}`);
  if (pair !== undefined) return { command: pair, rest: words.slice(2) };
  const single = named(commands, first);
  if (single !== undefined) return { command: single, rest: words.slice(1) };
  const seconds = secondWords(commands, first);
  if (seconds.length > 0) throw strangeSecond(first, second, seconds);
  return null;
};

/** First words, for those who mistyped one. */
export const firstWords = (commands: CommandTable): readonly string[] => [
  ...new Set(Object.keys(commands).map((words) => words.split(' ')[0] ?? words)),
];

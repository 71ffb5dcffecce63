import { didYouMean } from '../../text/nearest.ts';
import type { Command, CommandTable } from '../command.ts';
import { calledBy, firstWords } from '../commandWords.ts';
import { EXIT } from '../exitCode.ts';
import { commandHelp, generalHelp } from '../helpText.ts';
import { UsageError } from '../options.ts';

const textFor = async (operands: readonly string[], commands: CommandTable): Promise<string> => {
  const [topic] = operands;
  if (topic === undefined) return generalHelp(commands);
  if (topic === 'settings') return (await import('../settingsHelp.ts')).settingsHelp();
  const called = calledBy(operands, commands);
  if (called !== null) return commandHelp(called.command);
  throw new UsageError(
    `There is no help on "${topic}".${didYouMean(topic, [...firstWords(commands), 'settings'])} Run "ven help" for all commands.`,
  );
};

/** `ven help`, which must know all commands. */
export const helpCommand = (commands: () => CommandTable): Command => ({
  name: 'ven help',
  summary: 'explain ven, a command, or all settings',
  help: 'Without a topic, lists the commands. The topic is a command ("prices", "log list"), or "settings".',
  options: {},
  operands: [
    { placeholder: 'TOPIC', required: false },
    { placeholder: 'WORD', required: false },
  ],
  examples: [['ven help settings', 'every setting, its environment variable and its default']],
  run: async ({ operands }, { stdout }) => {
    stdout.write(await textFor(operands, commands()));
    return EXIT.success;
  },
});

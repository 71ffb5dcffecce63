import { didYouMean } from '../../adapters/nearest.ts';
import type { Command, CommandTable } from '../command.ts';
import { EXIT } from '../exitCode.ts';
import { commandHelp, generalHelp } from '../helpText.ts';
import { UsageError } from '../options.ts';

const textFor = async (topic: string | undefined, commands: CommandTable): Promise<string> => {
  if (topic === undefined) return generalHelp(commands);
  if (topic === 'settings') return (await import('../settingsHelp.ts')).settingsHelp();
  const command = Object.hasOwn(commands, topic) ? commands[topic] : undefined;
  if (command !== undefined) return commandHelp(command);
  throw new UsageError(`There is no help on "${topic}".${didYouMean(topic, [...Object.keys(commands), 'settings'])} Run "ven help" for all commands.`);
};

/** `ven help`, which must know all commands. */
export const helpCommand = (commands: () => CommandTable): Command => ({
  name: 'ven help',
  summary: 'explain ven, a command, or all settings',
  help: 'Without a topic, lists the commands. The topic is a command, or "settings".',
  options: {},
  operands: [{ placeholder: 'TOPIC', required: false }],
  examples: [
    ['ven help settings', 'every setting, its environment variable and its default'],
  ],
  run: async ({ operands }, { stdout }) => {
    stdout.write(await textFor(operands[0], commands()));
    return EXIT.success;
  },
});

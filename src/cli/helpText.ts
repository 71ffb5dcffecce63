import type { Command, CommandTable } from './command.ts';
import type { OptionSpec, OptionTable } from './options.ts';

/** @unit columns */
const WIDTH = 80;

/** Breaks a paragraph into lines of the help's width. */
export const wrap = (text: string, indent: number, width = WIDTH): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
};

/** A command that is too long for a line, in lines that a shell takes as one. */
const commandLines = (text: string): string => {
  const lines = wrap(text, 6, WIDTH - 2).split('\n      ');
  return lines.join(' \\\n      ');
};

/** Two columns: a name, and what it means. */
const columns = (rows: readonly (readonly [string, string])[]): string => {
  const left = Math.min(40, Math.max(...rows.map(([name]) => name.length)) + 4);
  return rows
    .map(([name, meaning]) => {
      const fits = name.length + 4 <= left;
      return `  ${fits ? name.padEnd(left - 2) : `${name}\n${' '.repeat(left)}`}${wrap(meaning, left)}`;
    })
    .join('\n');
};

const section = (title: string, body: string): string => `${title}\n${body}\n`;

const valueName = ({ placeholder, isValueOptional }: OptionSpec): string =>
  placeholder === undefined ? '' : isValueOptional ? `[=${placeholder}]` : ` ${placeholder}`;

const optionName = (name: string, spec: OptionSpec): string =>
  `${spec.short === undefined ? '    ' : `-${spec.short}, `}--${name}${valueName(spec)}`;

const optionRows = (options: OptionTable): readonly (readonly [string, string])[] =>
  Object.entries(options).map(([name, spec]) => [
    optionName(name, spec),
    `${spec.help}${spec.multiple ? ' May be given again.' : ''}`,
  ]);

const usageOf = (command: Command): string => {
  const operands = (command.operands ?? []).map(({ placeholder, required }) =>
    required ? placeholder : `[${placeholder}]`,
  );
  return [command.name, ...(Object.keys(command.options).length > 0 ? ['[options]'] : []), ...operands].join(' ');
};

/** Breaks each paragraph into lines. */
export const paragraphs = (text: string): string =>
  text
    .trim()
    .split(/\n\s*\n/)
    .map((each) => wrap(each.trim(), 0))
    .join('\n\n');

/** The help of one command. */
export const commandHelp = (command: Command): string =>
  [
    `${usageOf(command)}\n`,
    `${paragraphs(command.help)}\n`,
    ...(Object.keys(command.options).length > 0 ? [section('Options', columns(optionRows(command.options)))] : []),
    ...(command.examples
      ? [section('Examples', columns(command.examples.map(([text, meaning]) => [commandLines(text), meaning])))]
      : []),
  ].join('\n');

const EXIT_CODES: readonly (readonly [string, string])[] = [
  ['0', 'done, or stopped cleanly by a signal'],
  ['1', 'failed'],
  ['2', 'the command line was wrong'],
  ['3', 'the configuration was wrong'],
  ['4', 'the log cannot be trusted; nothing was written to it'],
  ['5', 'the VTN could not be reached, or does not know this VEN, where the command needs it'],
];

/** The help of `ven` itself. */
export const generalHelp = (commands: CommandTable): string =>
  [
    'ven: an OpenADR 2.0b VEN for day-ahead price programmes\n',
    paragraphs(
      'It registers with a VTN, answers its prices, meters the devices, reports their usage, and keeps a log from which all of it can be proved. Every command but "run" reads the same log, whether the agent runs or not.',
    ) + '\n',
    section('Usage', '  ven COMMAND [options]\n  ven [options]           the same as ven run [options]'),
    section('Commands', columns(Object.entries(commands).map(([word, { summary }]) => [word, summary]))),
    section(
      'Everywhere',
      columns([
        ['-h, --help', 'this help, or that of the command before it'],
        ['    --version', 'the version'],
      ]),
    ),
    section(
      'Settings',
      `  ${wrap('A setting comes from an option, else from an environment variable, else from a credential of the service manager, else from the configuration file, else from its default. "ven help settings" lists all of them.', 2)}`,
    ),
    section('Exit codes', columns(EXIT_CODES)),
  ].join('\n');

import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CONFIGURATION_FILE, defaultDataDirectory } from '../../adapters/config/configSources.ts';
import { createRedactor, secretsOf } from '../../adapters/secrets/redact.ts';
import { parseVtnUrl } from '../../adapters/secrets/vtnUrl.ts';
import { CommandFailure, type ExitCode } from '../exitCode.ts';
import { doctor } from '../doctor/doctor.ts';
import type { ParsedArguments } from '../options.ts';
import { proseFor, say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { answersGiven } from './answers.ts';
import { configurationText, urlFileName } from './text.ts';

/** Writes a file that is not there yet, for us alone. @throws CommandFailure when it is there */
const writeNew = async (path: string, text: string): Promise<void> => {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(
      code === 'EEXIST'
        ? `${path} is there already, and nothing was changed: edit it, or name another directory with --data.`
        : `${path} cannot be written (${code ?? 'unknown'}): check its directory and its permissions.`,
    );
  }
};

const mustNotBeThere = async (path: string): Promise<void> => {
  const { stat } = await import('node:fs/promises');
  const found = await stat(path).catch(() => null);
  if (found !== null)
    throw new CommandFailure(
      `${path} is there already, and nothing was changed: edit it, or name another directory with --data.`,
    );
};

/** For an owner who has it with the usual directory, a command is short. */
const commandsText = (directory: string, isUsual: boolean): string => {
  const data = isUsual ? '' : ` --data ${/^[\w@%+=:,./-]+$/.test(directory) ? directory : JSON.stringify(directory)}`;
  return `\nNext:\n  ven run${data}\n  ven status${data}\n`;
};

/** The body of `ven init`: writes a configuration, tests it, and says what comes next. */
export const init = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { environment, stdout, askedLine } = surroundings;
  const usual = resolve(defaultDataDirectory(environment));
  const named = given.text('data') ?? environment['VEN_DATA'];
  const directory = named === undefined || named === '' ? usual : resolve(named);
  const file = join(directory, CONFIGURATION_FILE);
  const urlFile = join(directory, urlFileName);
  for (const path of [file, urlFile]) await mustNotBeThere(path);
  const asked = askedLine && ((question: string) => askedLine(proseFor(stdout, question)));
  const answers = await answersGiven(given, asked, (sentence) => say(stdout, `${sentence}\n`));
  const allowPlainHttp = given.switches.has('allow-plain-http');
  surroundings.hide(createRedactor(secretsOf(parseVtnUrl(answers.vtnUrl, { allowPlainHttp }))));
  const isNew = (await mkdir(dirname(file), { recursive: true })) !== undefined;
  if (isNew) await chmod(directory, 0o700);
  await writeNew(urlFile, `${answers.vtnUrl}\n`);
  await writeNew(file, configurationText(answers, allowPlainHttp));
  const isTested = !given.switches.has('no-test');
  stdout.write(`Wrote ${file}\nand ${urlFile}, which only you can read.\n${isTested ? '\n' : ''}`);
  const code = isTested
    ? await doctor(
        {
          ...given,
          texts: new Map([['data', [directory]]]),
          text: (name) => (name === 'data' ? directory : undefined),
          switches: new Set(['ask']),
        },
        surroundings,
      )
    : 0;
  stdout.write(proseFor(stdout, commandsText(directory, directory === usual)));
  return code;
};

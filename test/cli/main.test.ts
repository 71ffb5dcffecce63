import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { settingNames } from '../../src/shell/settings/settings.ts';
import type { Command, CommandTable } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { configurationFor } from '../../src/cli/configurationOptions.ts';
import { VEN_OPTIONS } from '../../src/cli/optionTables.ts';
import { CommandFailure, EXIT, type ExitCode } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import { VERSION } from '../../src/cli/version.ts';
import { environmentNameOf } from '../../src/adapters/config/configSources.ts';
import { LogError } from '../../src/store/errors.ts';
import { CANARY, CANARY_PASSPHRASE, CANARY_PATH, canaryUrl, expectNoCanary } from '../support/canary.ts';
import { stage } from '../support/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'ven-main-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A command that does what a test wants. */
const doing = (run: Command['run']): CommandTable => ({
  ...COMMANDS,
  run: { name: 'ven run', summary: 'a test', help: 'A test.', options: VEN_OPTIONS, run },
});

const ven = async (
  args: readonly string[],
  commands: CommandTable = COMMANDS,
  environment: Record<string, string> = {},
) => {
  const given = stage(args, { XDG_DATA_HOME: folder, ...environment });
  const exitCode = await main(given.surroundings, commands);
  return { exitCode, stdout: given.stdout(), stderr: given.stderr() };
};

describe('the help', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('of ven is shown for %j', async (args) => {
    const { exitCode, stdout, stderr } = await ven(args);
    expect(exitCode).toBe(EXIT.success);
    expect(stderr).toBe('');
    for (const word of Object.keys(COMMANDS)) expect(stdout).toContain(`\n  ${word}`);
    expect(stdout).toContain('Exit codes');
  });

  it.each(Object.keys(COMMANDS))('of ven %s is shown both ways, and names each of its options', async (word) => {
    const byOption = await ven([...word.split(' '), '--help']);
    const byTopic = await ven(['help', ...word.split(' ')]);
    expect(byOption.stdout).toBe(byTopic.stdout);
    for (const option of Object.keys(COMMANDS[word]!.options)) expect(byOption.stdout).toContain(`--${option}`);
    for (const line of byOption.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('wins over other arguments, but not behind --', async () => {
    expect((await ven(['doctor', '-v', 'x', '-h'])).stdout).toContain('ven doctor');
    expect((await ven(['help', '--', '-h'])).exitCode).toBe(EXIT.usage);
  });

  it('of the settings names each with its environment variable', async () => {
    const { stdout } = await ven(['help', 'settings']);
    for (const name of settingNames) {
      expect(stdout).toContain(`\n  ${name}\n`);
      expect(stdout).toContain(environmentNameOf(name));
    }
    expect(stdout).toContain('initialStateOfCharge');
    expect(stdout).not.toContain('undefined');
  });

  it('on what does not exist says so', async () => {
    expect(await ven(['help', 'doktor'])).toMatchObject({
      exitCode: EXIT.usage,
      stderr: 'There is no help on "doktor". Did you mean "doctor"? Run "ven help" for all commands.\n',
    });
    expect(await ven(['help', 'constructor'])).toMatchObject({ exitCode: EXIT.usage });
  });
});

describe('a command line', () => {
  it('with --version tells the version', async () => {
    expect(await ven(['--version'])).toEqual({ exitCode: EXIT.success, stdout: `${VERSION}\n`, stderr: '' });
    expect(VERSION).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('with options alone is ven run', async () => {
    const seen: (string | undefined)[] = [];
    const commands = doing(async (given) => {
      seen.push(given.text('ven-id'), given.text('vtn-url'), given.text('ven-name'));
      return EXIT.success;
    });
    await ven(['-v', 'my.ven', '-u', 'https://h/t', '-n', 'mine'], commands);
    expect(seen).toEqual(['my.ven', 'https://h/t', 'mine']);
  });

  it.each(['doktor', 'constructor', '__proto__'])('with an unknown command (%s) is refused', async (word) => {
    const { exitCode, stderr, stdout } = await ven([word]);
    expect(exitCode).toBe(EXIT.usage);
    expect(stderr).toMatch(/^There is no command ".*\n$/);
    expect(stdout).toBe('');
  });
});

describe('the exit code', () => {
  it.each([
    ['a wrong option', EXIT.usage, ['--wrong'], async (): Promise<ExitCode> => EXIT.success],
    ['a wrong setting', EXIT.configuration, ['--set', 'pollJitter=9'], undefined],
    ['TLS files that cannot be used', EXIT.success, ['--ca-file', '/none'], undefined],
    [
      'a failure',
      EXIT.failure,
      [],
      async () => {
        throw new CommandFailure('It did not work.');
      },
    ],
    [
      'an unreachable VTN',
      EXIT.vtn,
      [],
      async () => {
        throw new CommandFailure('No VTN.', EXIT.vtn);
      },
    ],
    [
      'a damaged log',
      EXIT.logUnsafe,
      [],
      async () => {
        throw new LogError('corrupt', 'Damaged.');
      },
    ],
    [
      'a log of a later release',
      EXIT.logUnsafe,
      [],
      async () => {
        throw new LogError('newer', 'Newer.');
      },
    ],
    [
      'a locked log',
      EXIT.failure,
      [],
      async () => {
        throw new LogError('locked', 'Locked.');
      },
    ],
    [
      'a fault of ours',
      EXIT.failure,
      [],
      async () => {
        throw new TypeError('x is not a function');
      },
    ],
    ['success', EXIT.success, [], async (): Promise<ExitCode> => EXIT.success],
  ] as const)('of %s is %d', async (_what, exitCode, args, run) => {
    const body: Command['run'] =
      run ??
      (async (given, surroundings) => {
        configurationFor(given, surroundings);
        return EXIT.success;
      });
    const ended = await ven(['run', ...args], doing(body));
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stderr === '').toBe(exitCode === EXIT.success);
  });

  it('of several problems of the configuration comes with a line for each', async () => {
    const { exitCode, stderr } = await ven(['doctor', '--set', 'pollJitter=9', '--set', 'drainLimit=x']);
    expect(exitCode).toBe(EXIT.configuration);
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });
});

describe('no output shows a secret', () => {
  const file = join(folder, 'url');
  writeFileSync(file, canaryUrl());
  const configured: Command['run'] = async (given, surroundings) => {
    const configuration = configurationFor(given, surroundings);
    surroundings.stdout.write(`going to ${configuration.vtnUrl.service('EiEvent')}\n`);
    surroundings.stderr.write(`url ${canaryUrl()} token ${CANARY} pass ${CANARY_PASSPHRASE}\n`);
    throw new Error(`connect ${canaryUrl()}`, { cause: new AggregateError([new Error(CANARY)], CANARY_PATH) });
  };

  it.each([
    ['a flag', ['run', '-u', canaryUrl()], {}],
    ['a variable', ['run'], { VEN_VTN_URL: canaryUrl() }],
    ['a file', ['run'], { VEN_VTN_URL_FILE: file }],
    ['--set', ['run', '--set', `vtnUrl=${canaryUrl()}`], {}],
  ])('after it came by %s, whatever a command writes or throws', async (_way, args, environment) => {
    const { stdout, stderr } = await ven(args, doing(configured), {
      ...environment,
      VEN_TLS_KEY_PASSPHRASE: CANARY_PASSPHRASE,
    });
    expectNoCanary(stdout + stderr);
    expect(stdout).toContain('going to /***/OpenADR2/Simple/2.0b/EiEvent');
    expect(stderr).toContain('ven has a fault');
  });

  it.each([
    ['an argument out of place', ['doctor', canaryUrl()]],
    ['a URL as the command', [canaryUrl()]],
    ['a URL as the value of an option that looks like one', ['doctor', '-v', `-u${canaryUrl()}`]],
    ['an unknown option', ['doctor', `--url=${canaryUrl()}`]],
    ['an unknown setting', ['doctor', '--set', `vtnurl=${canaryUrl()}`]],
    ['a URL of a wrong scheme', ['doctor', '-u', canaryUrl('ftp://vtn.example')]],
    ['plain http', ['doctor', '-u', canaryUrl('http://vtn.example')]],
    ['a URL with a query', ['doctor', '-u', `${canaryUrl()}?x=${CANARY_PATH}`]],
    ['a token that is the whole path', ['doctor', `https://vtn.example/${CANARY_PATH}`]],
    ['a setting of another kind', ['doctor', '--set', `drainLimit=${canaryUrl()}`]],
  ])('in a complaint about %s', async (_what, args) => {
    const { exitCode, stdout, stderr } = await ven(args);
    expect([EXIT.usage, EXIT.configuration]).toContain(exitCode);
    expect(stderr).not.toBe('');
    expectNoCanary(stdout + stderr);
  });
});

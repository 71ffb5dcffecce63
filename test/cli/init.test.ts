// A first configuration: written once, for us alone, and it is one that can be used.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/adapters/config/config.ts';
import { parseJsonWithComments } from '../../src/adapters/config/jsonWithComments.ts';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import { surroundingsOf } from '../../src/cli/surroundings.ts';
import { startVtnServer } from '../../src/vtn/http/vtnServer.ts';
import { createVtn } from '../../src/vtn/vtn.ts';
import { stage } from '../support/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'ven-init-'));
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;
const place = (): string => join(folder, String((number += 1)));

const token = 'init-token-0123456789';
const url = `http://127.0.0.1:1/${token}/OpenADR2/Simple/2.0b`;

const init = async (directory: string, ...args: readonly string[]) => {
  const given = stage(['init', '--data', directory, ...args]);
  const exitCode = await main(given.surroundings, COMMANDS);
  return { exitCode, stdout: given.stdout(), stderr: given.stderr() };
};

const loaded = (directory: string) =>
  loadConfiguration({
    environment: {},
    flags: new Map([['dataDirectory', { value: directory, origin: 'test' }]]),
  });

describe('ven init', () => {
  it('given options, writes a configuration that is read as it was meant, and the secret into a file of ours', async () => {
    const directory = place();
    const { exitCode, stdout } = await init(
      directory,
      ...['-v', 'my.ven', '-u', url, '--device', 'sunspec:battery@192.168.1.40', '--inspect', '--no-test'],
    );
    expect(exitCode).toBe(EXIT.success);
    const { settings, vtnUrl, secretFiles } = loaded(directory);
    expect(settings).toMatchObject({
      venID: 'my.ven',
      venName: 'my.ven',
      inspect: true,
      devices: [{ kind: 'sunspec', resourceID: 'battery', host: '192.168.1.40', readOnly: true }],
    });
    expect(vtnUrl.secretPrefix.reveal()).toContain(token);
    expect(secretFiles).toEqual([join(directory, 'vtn-url')]);
    expect(readFileSync(join(directory, 'ven.config.json'), 'utf8')).not.toContain(token);
    if (process.platform !== 'win32') expect(statSync(join(directory, 'vtn-url')).mode & 0o077).toBe(0);
    expect(stdout).toContain(`ven run --data ${directory}`);
    expect(stdout).toContain(`ven status --data ${directory}`);
  });

  it('given no device, leaves usage out, and says how one is added', async () => {
    const directory = place();
    await init(directory, '-v', 'my.ven', '-u', 'https://vtn.example/t/OpenADR2/Simple/2.0b', '--no-test');
    const { settings } = loaded(directory);
    expect(settings.devices).toEqual([]);
    expect(settings.withheldDevices).toHaveLength(1);
    expect(readFileSync(join(directory, 'ven.config.json'), 'utf8')).toContain('// "devices"');
  });

  it('never overwrites what is there, and leaves nothing half done', async () => {
    const directory = place();
    await init(directory, '-v', 'my.ven', '-u', url, '--no-test');
    const before = readFileSync(join(directory, 'ven.config.json'), 'utf8');
    const again = await init(directory, '-v', 'other.ven', '-u', url, '--no-test');
    expect(again.exitCode).toBe(EXIT.failure);
    expect(again.stderr).toContain('is there already, and nothing was changed');
    expect(readFileSync(join(directory, 'ven.config.json'), 'utf8')).toBe(before);
    rmSync(join(directory, 'ven.config.json'));
    expect((await init(directory, '-v', 'other.ven', '-u', url, '--no-test')).exitCode).toBe(EXIT.failure);
    expect(existsSync(join(directory, 'ven.config.json'))).toBe(false);
  });

  it.each([
    ['without a terminal and without an answer', ['-v', 'my.ven'], 'give --vtn-url as well'],
    ['a URL that is none', ['-v', 'my.ven', '-u', 'vtn.example'], 'URL'],
    ['a device that is none', ['-v', 'my.ven', '-u', url, '--device', 'toaster:1'], 'no device that can be begun with'],
    ['a SunSpec device without its host', ['-v', 'my.ven', '-u', url, '--device', 'sunspec:1'], 'RESOURCE_ID@HOST'],
    ['a unit that is none', ['-v', 'my.ven', '-u', url, '--price-unit', 'euro'], 'usd_per_kwh'],
    ['a URL file that is not there', ['-v', 'my.ven', '--vtn-url-file', '/nowhere/url'], 'cannot be read (ENOENT)'],
  ])('given %s, says so in one sentence and writes nothing', async (_case, args, words) => {
    const directory = place();
    const { exitCode, stderr } = await init(directory, ...args, '--no-test');
    expect(exitCode).toBe(EXIT.usage);
    expect(stderr).toContain(words);
    expect(existsSync(directory)).toBe(false);
  });

  it('asks a person, again where an answer cannot be used, and never shows the token', async () => {
    const server = await startVtnServer(createVtn({ clock: { now: Date.now } }), { port: 0, token });
    const answers = ['my.ven', 'nonsense', server.url, '', '', 'perhaps', 'none', ''];
    const questions: string[] = [];
    let written = '';
    const directory = place();
    const surroundings = surroundingsOf({
      args: ['init', '--data', directory],
      environment: {},
      stdout: { isTTY: true, columns: 80, write: (text) => (written += text) },
      stderr: { write: (text) => (written += text) },
      stopSignal: () => new AbortController().signal,
      askedLine: (question) => {
        questions.push(question);
        return Promise.resolve(answers.shift() ?? '');
      },
    });
    const exitCode = await main(surroundings, COMMANDS);
    await server.close();
    expect(exitCode).toBe(EXIT.success);
    expect(questions.filter((each) => each.includes('URL'))).toHaveLength(2);
    expect(questions.filter((each) => each.includes('device'))).toHaveLength(2);
    expect(questions.flatMap((each) => each.split('\n')).filter((line) => line.length > 80)).toEqual([]);
    expect(loaded(directory).settings).toMatchObject({ venID: 'my.ven', inspect: true });
    expect(written).toContain('takes the token');
    expect(written).not.toContain(token);
  });
});

describe('a configuration file', () => {
  it('given brackets inside of comments, then no comma before them is taken away', () => {
    expect(parseJsonWithComments('{ "a": 1, // { "b": 2 },\n "c": [3, /* ] */ 4,], /* } */ }')).toEqual({
      a: 1,
      c: [3, 4],
    });
  });

  it.each([
    ['both the secret and its file', { vtnUrl: url, vtnUrlFile: 'vtn-url' }, 'leave one of them out'],
    ['a file that is not there', { vtnUrlFile: 'nowhere' }, 'cannot be read (ENOENT)'],
    ['a file that is no path', { vtnUrlFile: 7 }, 'must be the path of a file'],
  ])('given %s, then it is refused with one sentence', (_case, given, words) => {
    const path = join(folder, `config-${(number += 1)}.json`);
    writeFileSync(path, JSON.stringify(given));
    expect(() => loadConfiguration({ environment: {}, flags: new Map(), file: path })).toThrow(words);
  });
});

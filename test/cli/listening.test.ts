import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/adapters/config/config.ts';
import { runCommand } from '../../src/cli/commands/run.ts';
import { inspectionAsked, listeningGiven } from '../../src/cli/inspect/listening.ts';
import { parseArguments } from '../../src/cli/options.ts';
import { hostsOf } from '../../src/inspector/server/address.ts';
import { newDirectory } from './support/venProcess.ts';

const asked = (...args: string[]) => inspectionAsked(parseArguments(runCommand, args), {}, undefined);

const inSettings = (inspect: string | boolean | number) => inspectionAsked(parseArguments(runCommand, []), {}, inspect);

it('a setting can ask for the page, for a service, in the file or by VEN_INSPECT', () => {
  expect(inSettings(true)).toEqual(inSettings('yes'));
  expect(inSettings(9_000)).toEqual(inSettings('9000'));
  expect(inSettings(false)).toBeNull();
  const { settings, warnings } = loadConfiguration({
    environment: { VEN_INSPECT: '9000', VEN_INSPECT_HOSTS: 'ven.local', XDG_DATA_HOME: newDirectory() },
    flags: new Map(),
  });
  expect(settings.inspect).toBe('9000');
  expect(warnings).toEqual([]);
  expect(inSettings('yes')).toMatchObject({ address: '127.0.0.1', port: 8_462, isPortNegotiable: true });
  expect(inSettings('192.168.1.10:9000')).toMatchObject({ address: '192.168.1.10', port: 9_000 });
  for (const no of ['', 'no', '0', 'false']) expect(inSettings(no)).toBeNull();
  expect(() => inSettings('everywhere')).toThrow(/is no place to listen/);
});

describe('--inspect', () => {
  it('given nothing, a switch, a port or an address, when it is read, then it says where to listen', () => {
    expect(asked()).toBeNull();
    expect(asked('--inspect', '-v', 'my.ven')).toMatchObject({
      address: '127.0.0.1',
      port: 8_462,
      isPortNegotiable: true,
      token: null,
    });
    expect(asked('--inspect=9000')).toMatchObject({
      address: '127.0.0.1',
      port: 9_000,
      isPortNegotiable: false,
      token: null,
    });
    expect(asked('--inspect=localhost:9000')).toMatchObject({ address: '127.0.0.1', token: null });
    expect(asked('--inspect=[::1]:9000')).toMatchObject({ address: '::1', token: null });
  });

  it('given an address that others reach, when no token is given, then one is made up, a new one each time', () => {
    const [first, second] = [asked('--inspect=0.0.0.0:9000'), asked('--inspect=0.0.0.0:9000')];
    expect(first?.isTokenNew).toBe(true);
    expect(first?.token).toMatch(/^[0-9a-f]{32}$/);
    expect(first?.token).not.toBe(second?.token);
  });

  it('given a token in the environment or a file, when it is read, then it is taken and not said again', () => {
    const file = join(newDirectory(), 'token');
    writeFileSync(file, 'a-token-of-a-file-0123\n');
    expect(listeningGiven('0.0.0.0:1', { VEN_INSPECT_TOKEN: 'a-token-of-the-environment' })).toMatchObject({
      token: 'a-token-of-the-environment',
      isTokenNew: false,
    });
    expect(listeningGiven('1', { VEN_INSPECT_TOKEN_FILE: file })).toMatchObject({
      token: 'a-token-of-a-file-0123',
      isTokenNew: false,
    });
    expect(listeningGiven('1', { VEN_INSPECT_HOSTS: 'Ven.local, ven.example:443' }).hosts).toEqual([
      'ven.local',
      'ven.example:443',
    ]);
    expect(() => listeningGiven('1', { VEN_INSPECT_HOSTS: 'http://ven.local' })).toThrow(/is no host name/);
    expect(() => listeningGiven('1', { VEN_INSPECT_TOKEN: 'short' })).toThrow(/at least 16 visible ASCII characters/);
    expect(() => listeningGiven('1', { VEN_INSPECT_TOKEN_FILE: '/nowhere/token' })).toThrow(
      /cannot be read from \/nowhere\/token \(ENOENT\)/,
    );
  });

  it.each(['abc', '70000', 'example.com:80', '127.0.0.1', '127.0.0.1:', ':80', '[::1]', '1.2.3:80', '-1'])(
    'given "%s", when it is read, then it is refused in one sentence',
    (text) => {
      expect(() => listeningGiven(text, {})).toThrow(/is no place to listen: write a port \(8462\), or an address/);
    },
  );
});

describe('the names of a server', () => {
  it('given loopback, everywhere or one address, when they are listed, then no other name is among them', () => {
    expect([...hostsOf('127.0.0.1', 80, [])]).toEqual(
      ['127.0.0.1:80', 'localhost:80', '[::1]:80', '127.0.0.1:80', '127.0.0.1', 'localhost', '[::1]'].filter(
        (name, index, all) => all.indexOf(name) === index,
      ),
    );
    expect([...hostsOf('192.168.1.5', 9_000, ['192.168.1.5'])]).toEqual(['192.168.1.5:9000']);
    expect([...hostsOf('0.0.0.0', 9_000, ['10.0.0.7', 'fe80::1'])]).toEqual([
      '127.0.0.1:9000',
      'localhost:9000',
      '[::1]:9000',
      '0.0.0.0:9000',
      '10.0.0.7:9000',
      '[fe80::1]:9000',
    ]);
  });
});

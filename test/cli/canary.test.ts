import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiPaths } from '../../src/inspector/api/paths.ts';
import { CANARY, CANARY_PASSPHRASE, CANARY_PATH, expectNoCanary } from '../support/canary.ts';
import { newDirectory, startVen, startVtn, ven } from './support/venProcess.ts';

/** Everything the socket says to these questions. */
const heardFrom = (directory: string, questions: readonly object[]): Promise<string> =>
  new Promise((resolve) => {
    let heard = '';
    const socket = connect(join(directory, 'ven.sock'), () =>
      questions.forEach((ask, id) => socket.write(`${JSON.stringify({ id, ask })}\n`)),
    );
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      if ((heard.match(/"end":true|"failure"/g) ?? []).length >= questions.length) socket.destroy();
    });
    socket.on('close', () => resolve(heard));
  });

describe('the token of the VTN', () => {
  it('is in no output of any command, in no entry, no XML, no file, and on no socket', async () => {
    const { vtn, url } = await startVtn(['--fault', 'malformed=0.05'], CANARY_PATH);
    const data = newDirectory();
    const environment = { VEN_VTN_URL: url, VEN_TLS_KEY_PASSPHRASE: CANARY_PASSPHRASE, VEN_LOG_LEVEL: 'trace' };
    const run = await startVen(['run', '-d', data, '--inspect=0'], environment);
    await run.until(/Answered DR event/);
    const [, address = ''] = await run.until(/Inspector: (http:\/\/127\.0\.0\.1:\d+)\//);
    for (const { path } of Object.values(apiPaths)) {
      if (path === apiPaths.stream.path) continue;
      const filled = path
        .replace('{position}', '1')
        .replace('{day}', '2026-11-01')
        .replace('{month}', '2026-11')
        .replace('{machine}', 'ven');
      for (const query of ['', `?at=${CANARY_PATH}`, '?from=0&limit=1000&data=true', '?search=OpenADR2&xml=true']) {
        const answer = await fetch(`${address}${filled}${query}`);
        // What a stranger asks with is not ours to hide from them; whatever else is answered is.
        expectNoCanary((await answer.text()).replaceAll(`at=${CANARY}`, '').replaceAll(`at=${CANARY_PATH}`, ''));
      }
    }
    const streaming = await fetch(`${address}${apiPaths.stream.path}?from=0`);
    const reader = streaming.body?.getReader();
    let streamed = '';
    while (!streamed.includes('event: tick')) streamed += new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    expect(streamed).toContain('event: entry');
    expectNoCanary(streamed);
    const questions = ['hello', 'live', 'read', 'stats', 'verify', 'ask', 'loadCheckpoint', 'nonsense'].map((op) => ({
      op,
      name: 'agent',
      wish: 'requestEvent',
    }));
    expectNoCanary(await heardFrom(data, questions));

    const commands = [
      ['status'],
      ['status', '--json'],
      ['prices'],
      ['usage'],
      ['deliveries'],
      ['log', 'list', '--last', 'all', '--json'],
      ['log', 'show', '1', '--xml'],
      ['log', 'stats'],
      ['log', 'verify'],
      ['replay', '--json'],
      ['doctor'],
      ['doctor', '--json'],
      ['run'],
      ['register'],
      ['opt', url, 'optIn'],
      ['log', 'show', url],
      ['vtn', '--prices', url],
      [url],
    ];
    // Those with the token in their environment, and those that have never heard of it.
    for (const command of commands) {
      const known = await ven(
        [...command, ...(command[0] === 'vtn' || command[0] === url ? [] : ['-d', data])],
        environment,
      );
      expectNoCanary(known.stdout + known.stderr);
      expect(known.stdout + known.stderr).not.toBe('');
    }
    for (const command of [
      ['status', '--json'],
      ['log', 'list', '--last', 'all', '--json'],
      ['replay', '--json'],
    ]) {
      const strange = await ven([...command, '-d', data]);
      expect(strange.code).toBe(0);
      expectNoCanary(strange.stdout + strange.stderr);
    }
    expect(await run.kill('SIGTERM')).toMatchObject({ code: 0 });
    expectNoCanary(run.stdout + run.stderr);
    expectNoCanary(vtn.stdout + vtn.stderr);
    const xml = await Promise.all(
      [1, 7, 8].map((position) => ven(['log', 'show', String(position), '--json', '-d', data])),
    );
    for (const { stdout } of xml) expectNoCanary(stdout);
    for (const name of readdirSync(join(data, 'log'))) expectNoCanary(readFileSync(join(data, 'log', name), 'latin1'));
  });

  it('is in no complaint of a run that cannot begin', async () => {
    const url = (rest: string): string => `https://vtn.example/${CANARY_PATH}${rest}`;
    const attempts = await Promise.all([
      ven(['run', '-u', url('?q=1'), '-d', newDirectory()]),
      ven(['run', '-u', url('/EiEvent'), '-d', newDirectory()]),
      ven(['run', '-u', url('').replace('https', 'http'), '-d', newDirectory()]),
      ven(['run', '-u', url(''), '-d', newDirectory(), '--ca-file', '/nowhere.pem']),
    ]);
    for (const { code, stdout, stderr } of attempts) {
      expect(code).toBe(3);
      expectNoCanary(stdout + stderr);
    }
  });
});

import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configurationFor } from '../../src/cli/configurationOptions.ts';
import { runCommand } from '../../src/cli/commands/run.ts';
import { parseArguments } from '../../src/cli/options.ts';
import { renewingTransport } from '../../src/cli/run/vtnAccess.ts';
import { answerXml, httpServer } from '../support/servers.ts';
import { stage } from '../support/surroundings.ts';

const poll = { service: 'OadrPoll', body: '<oadrPayload/>' } as const;

/** A VTN that takes one token, and a VEN whose URL stands in a file. */
const given = async (status = 403) => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-renewing-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'vtn-url');
  const vtn = { token: 'first-t0ken-1', held: null as Promise<void> | null };
  const origin = await httpServer((request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith(`/${vtn.token}/`) === true) answerXml(request, response);
    else void Promise.resolve(vtn.held).then(() => response.writeHead(status).end(`no ${request.url}`));
  });
  const write = (token: string): void => writeFileSync(file, `${origin}/${token}/OpenADR2/Simple/2.0b\n`);
  write(vtn.token);
  const { surroundings } = stage([], { VEN_VTN_URL_FILE: file, VEN_DATA: directory });
  const parsed = parseArguments(runCommand, []);
  const lines: string[] = [];
  const note = (text: string): void => void lines.push(text);
  const configuration = configurationFor(parsed, surroundings);
  const transport = renewingTransport(parsed, configuration, surroundings, { info: note, warn: note });
  onTestFinished(() => transport.close());
  const outcome = async (): Promise<unknown> => {
    const come = await transport.exchange(poll);
    return come.kind === 'answered' ? come.kind : come.httpStatus;
  };
  return { vtn, file, write, transport, outcome, lines, surroundings };
};

describe('a way to the VTN whose token changes', () => {
  it.each([401, 403, 404])(
    'given %d, reads the file again and uses the new token from the next message on',
    async (status) => {
      const { vtn, write, outcome, lines, surroundings } = await given(status);
      expect(await outcome()).toBe('answered');
      vtn.token = 'second-t0ken-2';
      write(vtn.token);
      expect(await outcome()).toBe(status);
      expect(await outcome()).toBe('answered');
      expect(lines).toEqual([expect.stringMatching(new RegExp(`new one is used.*answered HTTP ${status}`))]);
      expect(surroundings.redactor.text('first-t0ken-1 and second-t0ken-2')).toBe('*** and ***');
    },
  );

  it('given a refusal and the same file, goes on asking, and looks at the file no more than it says', async () => {
    const { vtn, outcome, lines } = await given();
    vtn.token = 'refused-for-a-while-1';
    for (let count = 0; count < 5; count += 1) expect(await outcome()).toBe(403);
    expect(lines).toEqual([]);
    vtn.token = 'first-t0ken-1';
    expect(await outcome()).toBe('answered');
  });

  it('is changed because a person says so, and what is under way meanwhile comes to its end', async () => {
    const { vtn, write, transport, outcome, lines } = await given();
    let release = (): void => undefined;
    vtn.held = new Promise((resolve) => (release = resolve));
    vtn.token = 'second-t0ken-2';
    const underWay = outcome();
    write(vtn.token);
    transport.renewNow();
    expect(await outcome()).toBe('answered');
    release();
    expect(await underWay).toBe(403);
    expect(lines).toHaveLength(1);
    transport.renewNow();
    expect(lines[1]).toContain('nothing has changed');
  });

  it.each([
    ['is gone', (file: string) => unlinkSync(file), /cannot be read \(ENOENT\)/],
    ['is empty', (file: string) => writeFileSync(file, ''), /VTN URL/],
    ['holds something else', (file: string) => writeFileSync(file, 'ftp://x/s3cr3t-9'), /must begin with https/],
  ])('given a file that %s, says so and keeps the former token', async (_what, spoil, words) => {
    const { file, transport, outcome, lines } = await given();
    spoil(file);
    transport.renewNow();
    expect(lines).toEqual([expect.stringMatching(words)]);
    expect(lines[0]).not.toContain('s3cr3t-9');
    expect(await outcome()).toBe('answered');
  });
});

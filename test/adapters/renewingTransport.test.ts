import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configurationFor } from '../../src/cli/configurationOptions.ts';
import { runCommand } from '../../src/cli/commands/run.ts';
import { parseArguments } from '../../src/cli/options.ts';
import { vtnAccess } from '../../src/cli/run/vtnAccess.ts';
import { issue, type Issued } from '../support/certificates.ts';
import { answerXml, httpServer, httpsServer } from '../support/servers.ts';
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
  const transport = vtnAccess(parsed, configuration, surroundings, { info: note, warn: note }).transport;
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

describe('a client certificate that is renewed', () => {
  const authority = issue({ subject: 'Programme Root', isAuthority: true });
  const vtn = issue({ subject: 'the VTN', issuer: authority, names: ['localhost'] });
  const [former, next] = ['the former VEN', 'the renewed VEN'].map((subject) => issue({ subject, issuer: authority }));

  /** A VTN that knows certain certificates, and notes who said what; a VEN whose pair stands in files. */
  const renewed = async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ven-renewed-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const at = (name: string): string => join(directory, name);
    const heard: string[] = [];
    const known = new Set(['the former VEN', 'the renewed VEN']);
    const world = { held: null as Promise<void> | null };
    const origin = await httpsServer(
      {
        ...{ cert: vtn.certificate, key: vtn.key, ca: authority.certificate },
        ...{ requestCert: true, rejectUnauthorized: true },
      },
      (request, response) => {
        const who = String((request.socket as TLSSocket).getPeerCertificate().subject.CN);
        heard.push(`${who}: ${request.url?.split('/').at(-1)}`);
        if (known.has(who)) void Promise.resolve(world.held).then(() => answerXml(request, response));
        else response.writeHead(403).end();
      },
    );
    const write = ({ certificate, key }: Partial<Issued>): void => {
      if (certificate !== undefined) writeFileSync(at('ven.pem'), certificate);
      if (key !== undefined) writeFileSync(at('ven.key'), key);
    };
    write(former!);
    writeFileSync(at('ca.pem'), authority.certificate);
    const environment = {
      VEN_VTN_URL: `${origin}/t0ken-never-shown/OpenADR2/Simple/2.0b`,
      VEN_DATA: directory,
      VEN_TLS_CA_FILE: at('ca.pem'),
      VEN_TLS_CERTIFICATE_FILE: at('ven.pem'),
      VEN_TLS_KEY_FILE: at('ven.key'),
    };
    const { surroundings } = stage([], environment);
    const parsed = parseArguments(runCommand, []);
    const lines: string[] = [];
    const note = (text: string): void => void lines.push(text);
    const ours: (string | undefined)[] = [];
    const { transport, renewable } = vtnAccess(
      parsed,
      configurationFor(parsed, surroundings),
      surroundings,
      { info: note, warn: note },
      { ours: (certificate) => ours.push(certificate?.subject) },
    );
    onTestFinished(() => transport.close());
    const send = async (service: 'OadrPoll' | 'EiReport'): Promise<unknown> => {
      const come = await transport.exchange({ service, body: '<oadrPayload/>' });
      return come.kind === 'answered' ? come.kind : (come.httpStatus ?? come.reason);
    };
    return { world, known, heard, write, send, transport, renewable, lines, ours, at };
  };

  it('at midnight, while a report is in flight, costs neither the report nor a poll', async () => {
    const { world, heard, write, send, renewable, lines, ours } = await renewed();
    expect(await send('OadrPoll')).toBe('answered');
    let release = (): void => undefined;
    world.held = new Promise((resolve) => (release = resolve));
    const report = send('EiReport');
    await expect.poll(() => heard).toContain('the former VEN: EiReport');
    const before = renewable.filesNow();
    write({ certificate: next!.certificate });
    // Half written: the new certificate beside the former key.
    expect(renewable.filesNow()).not.toBe(before);
    expect(renewable.takeUp('a TLS file is another')).toContain('does not belong to the certificate');
    expect(renewable.takeUp('a TLS file is another')).toContain('does not belong to the certificate');
    expect(lines).toEqual([expect.stringContaining('the former ones go on being used')]);
    write({ key: next!.key });
    expect(renewable.takeUp('a TLS file is another')).toBeNull();
    release();
    expect(await report).toBe('answered');
    expect(await send('OadrPoll')).toBe('answered');
    expect(heard).toEqual(['the former VEN: OadrPoll', 'the former VEN: EiReport', 'the renewed VEN: OadrPoll']);
    expect(ours).toEqual(['the former VEN', 'the renewed VEN']);
  });

  it('and that the VTN does not know yet, gives way to the former one until the VTN does', async () => {
    const { known, heard, write, send, transport, lines, ours } = await renewed();
    expect(await send('OadrPoll')).toBe('answered');
    known.delete('the renewed VEN');
    write(next!);
    transport.renewNow();
    expect(await send('OadrPoll')).toBe(403);
    expect(lines.at(-1)).toContain('the former token or certificate is used from the next message on');
    for (let count = 0; count < 3; count += 1) expect(await send('OadrPoll')).toBe('answered');
    expect(ours.at(-1)).toBe('the former VEN');
    // The operator enters the new fingerprint in place of the former one.
    known.delete('the former VEN');
    known.add('the renewed VEN');
    expect(await send('OadrPoll')).toBe(403);
    expect(await send('OadrPoll')).toBe('answered');
    expect(ours.at(-1)).toBe('the renewed VEN');
    expect(heard.filter((each) => each.startsWith('the former'))).toHaveLength(5);
    known.delete('the renewed VEN');
    expect(await send('OadrPoll')).toBe(403);
    expect(await send('OadrPoll')).toBe(403);
    expect(heard.at(-1)).toBe('the renewed VEN: OadrPoll');
  });

  it.each([
    ['is cut off', ({ certificate }: Issued) => certificate.slice(0, 200)],
    ['is empty', () => ''],
    ['is gone', null],
  ])('into a file that %s, leaves the former in use, and says so once', async (_what, spoiled) => {
    const { write, send, renewable, lines, at } = await renewed();
    if (spoiled === null) unlinkSync(at('ven.pem'));
    else write({ certificate: spoiled(next!) });
    for (let count = 0; count < 3; count += 1) expect(renewable.takeUp('a TLS file is another')).toContain('ven.pem');
    expect(lines).toHaveLength(1);
    expect(await send('OadrPoll')).toBe('answered');
  });
});

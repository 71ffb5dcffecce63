/** A VTN that repeats the token wherever it can, before the real agent: the log must not hold it, and the work goes on. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectNoCanary, CANARY, CANARY_PATH } from '../support/canary.ts';
import { httpServer } from '../support/servers.ts';
import { newDirectory, startVen, startVtn, ven } from './support/venProcess.ts';

const inXml = CANARY.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const byNumbers = [...CANARY].map((sign) => `&#x${sign.charCodeAt(0).toString(16)};`).join('');

/** Texts of an answer in which the token stands in one form after the other. */
const forms = [
  inXml,
  CANARY_PATH,
  CANARY_PATH.toUpperCase(),
  CANARY_PATH.toLowerCase(),
  byNumbers,
  inXml.replace('nary', 'n<!-- split -->ary'),
  `<![CDATA[${CANARY}]]>`,
  Buffer.from(CANARY).toString('base64'),
];

const bodyOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const passedOn = (url: string, body: string): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) };
    httpRequest(
      url,
      { method: 'POST', headers },
      (answer) => void bodyOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, body: text }), reject),
    )
      .on('error', reject)
      .end(body);
  });

/** Stands before a VTN and lets it repeat the token: in eventIDs, in descriptions, in headers, in refusals. */
const echoing = async (vtnOrigin: string) => {
  const seen = { eventIDs: 0, echoes: 0 };
  const origin = await httpServer((request, response: ServerResponse) => {
    void (async () => {
      const sent = await bodyOf(request);
      // What we gave out with the token in it must come back so, or the VTN would not know it again.
      if (sent.includes(`-${inXml}</`)) seen.eventIDs += 1;
      const { status, body } = await passedOn(`${vtnOrigin}${request.url}`, sent.replaceAll(`-${inXml}</`, '</'));
      seen.echoes += 1;
      const form = forms[seen.echoes % forms.length] ?? '';
      const headers = { 'content-type': 'application/xml', 'x-token': CANARY_PATH, server: CANARY_PATH };
      if (seen.echoes % 5 === 0) {
        response.writeHead(302, { ...headers, location: `/${CANARY_PATH}/elsewhere?x=${CANARY_PATH}` }).end(CANARY);
        return;
      }
      const echoed = body
        .replace(/(<(?:\w+:)?eventID>[^<]+)</g, `$1-${inXml}<`)
        .replace(/(<(?:\w+:)?responseDescription>)[^<]*/g, `$1no ${form}`)
        .replace(/(<(?:\w+:)?vtnComment>)[^<]*/g, `$1${form}`);
      response.writeHead(status, headers).end(echoed);
    })();
  });
  return { origin, seen };
};

describe('a VTN that repeats the token', () => {
  it('is understood and answered, and the token is in no entry, no XML, no file and no line', async () => {
    const { url } = await startVtn([], CANARY_PATH);
    const { origin, seen } = await echoing(new URL(url).origin);
    const data = newDirectory();
    const file = join(newDirectory(), 'vtn-url');
    writeFileSync(file, `${origin}/${CANARY_PATH}/OpenADR2/Simple/2.0b`, { mode: 0o600 });
    const run = await startVen(['run', '-d', data], { VEN_VTN_URL_FILE: file, VEN_LOG_LEVEL: 'trace' });
    await run.until(/Answered DR event/);
    await expect.poll(() => seen.eventIDs).toBeGreaterThan(0);
    await expect.poll(() => seen.echoes).toBeGreaterThan(2 * forms.length);

    // None of these knows the token.
    for (const command of [
      ['log', 'list', '--last', 'all', '--json'],
      ['status', '--json'],
    ]) {
      const { code, stdout, stderr } = await ven([...command, '-d', data]);
      expect(code).toBe(0);
      expect(stdout).toContain(command[0] === 'log' ? '***token***' : '');
      expectNoCanary(stdout + stderr);
    }
    expect(await run.kill('SIGTERM')).toMatchObject({ code: 0 });
    expectNoCanary(run.stdout + run.stderr);
    for (const command of [
      ['log', 'verify'],
      ['replay', '--verify'],
      ['replay', '--from-wire'],
    ]) {
      const { code, stdout, stderr } = await ven([...command, '-d', data]);
      expect([code, stderr]).toEqual([0, '']);
      expectNoCanary(stdout);
    }
    for (const name of readdirSync(join(data, 'log'))) {
      const bytes = readFileSync(join(data, 'log', name), 'latin1');
      expectNoCanary(bytes);
      expect(bytes).not.toContain(byNumbers);
    }
    const bundle = join(newDirectory(), 'echo.gz');
    expect(await ven(['bundle', '-d', data, '-o', bundle])).toMatchObject({ code: 0 });
    expectNoCanary((await ven(['bundle', 'inspect', bundle, '--json'])).stdout);
  });
});

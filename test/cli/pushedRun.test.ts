/** A `ven run` to which a VTN pushes, over TLS with certificates on both sides: what it does, and what strangers at its door cost. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import { startPushing, type PostedPush } from '../../src/vtn/http/pushClient.ts';
import { createVtn } from '../../src/vtn/vtn.ts';
import { startVtnServer } from '../../src/vtn/http/vtnServer.ts';
import { issue, type Issued } from '../support/certificates.ts';
import { freePort } from '../support/freePort.ts';
import { stage } from '../support/surroundings.ts';
import { objects } from './support/call.ts';

const hourMs = 3_600_000;
const authority = issue({ subject: 'Programme Root', isAuthority: true });
const vtnPair = issue({ subject: 'the VTN', issuer: authority, names: ['127.0.0.1'] });
const venPair = issue({ subject: 'the VEN', issuer: authority, names: ['127.0.0.1'] });
const otherVtn = issue({ subject: 'another VTN', issuer: authority, names: ['other.example'] });

interface Entry {
  readonly position: number;
  readonly type: string;
  readonly cause: number | null;
  readonly data: {
    readonly exchangeID?: string;
    readonly repeats?: string;
    readonly message?: { readonly message: string; readonly oadrTransportAddress?: string };
  };
}

const as = ({ certificate, key }: Issued): RequestOptions => ({ cert: certificate, key });

/** Posts, and gives the status; null when there was none. */
const post = (url: string, body: string, given: RequestOptions): Promise<number | null> =>
  new Promise((resolve) => {
    const headers = { 'Content-Type': 'application/xml', 'Content-Length': String(Buffer.byteLength(body)) };
    const asked = request(url, { method: 'POST', agent: false, ca: authority.certificate, headers, ...given });
    asked.once('error', () => resolve(null));
    asked.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    asked.end(body);
  });

it('registers where it is reached, records each push before it replies, repeats a reply, and turns strangers away at little cost', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-pushed-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const ours = { key: vtnPair.key, cert: vtnPair.certificate, ca: authority.certificate };
  const vtn = createVtn({ clock: { now: Date.now }, status: 'never' });
  const server = await startVtnServer(vtn, { tls: { ...ours, requestCert: true, rejectUnauthorized: true } });
  onTestFinished(() => server.close());
  /** What the VEN's log had of each push when its reply came: asked before anything else could be written. */
  const sent: PostedPush[] = [];
  const pushing = startPushing(
    {
      pushes: {
        next: () => vtn.pushes.next(),
        settle: (push, outcome) => {
          sent.push(push);
          vtn.pushes.settle(push, outcome);
        },
      },
    },
    { tls: ours, everyMs: 50 },
  );
  onTestFinished(() => pushing.close());

  const port = await freePort();
  const base = `https://127.0.0.1:${port}/ven`;
  const environment = {
    VEN_ID: 'my.ven',
    VEN_DATA: join(directory, 'data'),
    VEN_VTN_URL: server.url,
    VEN_ANCHOR_DIRECTORY: 'none',
    VEN_TLS_CA_FILE: file('ca.pem', authority.certificate),
    VEN_TLS_CERTIFICATE_FILE: file('ven.pem', venPair.certificate),
    VEN_TLS_KEY_FILE: file('ven.key', venPair.key),
  };
  const running = stage(
    ['run', '--push', `127.0.0.1:${port}`, '--transport-address', base, '--inspect=0'],
    environment,
  );
  const run = main(running.surroundings, COMMANDS);
  const said = (): string => running.stdout() + running.stderr();
  const entries = async (): Promise<readonly Entry[]> => {
    const asked = stage(['log', 'list', '--json', '--from', '0'], environment);
    expect([await main(asked.surroundings, COMMANDS), asked.stderr()]).toEqual([EXIT.success, '']);
    return objects<Entry>(asked.stdout());
  };

  // Given a VEN that has registered, then the VTN knows where it is reached, and is never polled.
  await expect.poll(said).toMatch(/Reports registered/);
  expect(vtn.registrations()).toMatchObject([{ pushTo: base }]);

  // When an event is pushed, then it is on record by the time the reply comes, and is answered by a request.
  const eventID = vtn.events.add({
    startAt: Date.now() + 3 * hourMs,
    lengthMs: hourMs,
    signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
  });
  await expect.poll(() => sent.at(-1)?.body).toContain(eventID);
  const pushed = sent.at(-1);
  const before = await entries();
  const received = before.findLast(({ type }) => type === 'RequestReceived');
  const reply = before.findLast(({ type }) => type === 'ReplyRequested');
  expect(reply).toMatchObject({ cause: received?.position, data: { exchangeID: received?.data.exchangeID } });
  expect(vtn.pushes.records.every(({ status }) => status === 200)).toBe(true);
  const answers = (): number =>
    vtn.chronicle.exchanges.filter(({ request: asked }) => asked?.message === 'oadrCreatedEvent').length;
  await expect.poll(() => vtn.chronicle.exchanges.at(-1)?.request?.message).toBe('oadrCreatedEvent');

  // When the same is pushed again, then the reply is repeated, and nothing is decided anew.
  const answered = answers();
  expect(await post(pushed?.url ?? '', pushed?.body ?? '', as(vtnPair))).toBe(200);
  expect((await entries()).findLast(({ type }) => type === 'ReplyRequested')).toMatchObject({
    data: { repeats: received?.data.exchangeID },
  });

  // Given strangers, slow ones among them, then each is turned away, the log has nothing of them, and the VTN is heard all the same.
  const heard = async (): Promise<number> => (await entries()).filter(({ type }) => type.startsWith('Request')).length;
  const known = await heard();
  const slow = Array.from({ length: 20 }, () =>
    connect({ host: '127.0.0.1', port, ...ours }).on('error', () => undefined),
  );
  for (const each of slow) each.write('POST /ven/OpenADR2/Simple/2.0b/EiEvent HTTP/1.1\r\nHost: x\r\n');
  const service = `${base}/OpenADR2/Simple/2.0b/EiEvent`;
  const huge = 'x'.repeat(5 * 1024 * 1024);
  expect(await post(service, 'nobody', {})).toBeNull();
  expect(await post(service, 'another', as(otherVtn))).toBe(403);
  expect(await post(service.replace('/ven/', '/'), 'elsewhere', as(vtnPair))).toBe(404);
  expect([413, null]).toContain(await post(service, huge, as(vtnPair)));
  for (let again = 0; again < 20; again += 1) await post(service, 'nobody', {});
  expect(await heard()).toBe(known);
  vtn.events.modify(eventID, { startAt: Date.now() + 4 * hourMs });
  await expect.poll(() => vtn.pushes.records.at(-1)?.status).toBe(200);
  await expect.poll(answers).toBe(answered + 1);
  for (const each of slow) each.destroy();

  // And all of that is one line, and figures.
  const lines = said().match(/turned away|A pushed request was refused/g) ?? [];
  expect(lines.length).toBeLessThanOrEqual(2);
  expect(said()).not.toContain('elsewhere');
  const page = /http:\/\/127\.0\.0\.1:\d+/;
  await expect.poll(said).toMatch(page);
  const metrics = await (await fetch(`${page.exec(said())?.[0] ?? ''}/metrics`)).text();
  expect(metrics).toMatch(/^ven_push_connections_turned_away_total (2[1-9]|[3-9]\d)$/m);
  for (const status of [403, 404, 413])
    expect(metrics).toMatch(new RegExp(`^ven_push_requests_total\\{status="${status}"\\} 1$`, 'm'));
  expect(metrics).toMatch(/^ven_pushed_total\{outcome="repeated"\} 1$/m);

  running.stop();
  expect(await run).toBe(EXIT.success);
  expect((await entries()).flatMap(({ data }) => data.message?.message ?? [])).not.toContain('oadrPoll');
  // And every conclusion is drawn from the log again, and from the XML itself.
  const replayed = stage(['replay', '--verify', '--from-wire'], environment);
  expect([await main(replayed.surroundings, COMMANDS), replayed.stderr()]).toEqual([EXIT.success, '']);
  expect(replayed.stdout()).toMatch(/concluded again, to the letter/);
});

it('given a log that cannot be had, then it ends, and lets go of the place at which the VTN was to push', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-pushed-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'data'), 'no directory');
  const port = await freePort();
  const { surroundings, stderr } = stage(
    ['run', '--push', `http://127.0.0.1:${port}`, '--transport-address', `http://127.0.0.1:${port}`],
    { VEN_DATA: join(directory, 'data', 'log'), VEN_VTN_URL: 'http://127.0.0.1:1', VEN_ANCHOR_DIRECTORY: 'none' },
  );
  expect(await main(surroundings, COMMANDS)).not.toBe(EXIT.success);
  expect(stderr()).toContain('is listened for');
  const next = createServer();
  onTestFinished(() => void next.close());
  await new Promise<void>((resolve, reject) => next.once('error', reject).listen(port, '127.0.0.1', resolve));
});

/** A `ven run` over TLS with certificates on both sides: what is recorded, shown and bundled of them, and a renewal while it runs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import { surroundingsOf } from '../../src/cli/surroundings.ts';
import { createVtn } from '../../src/vtn/vtn.ts';
import { startVtnServer } from '../../src/vtn/http/vtnServer.ts';
import { issue, type Issued } from '../support/certificates.ts';
import { stage } from '../support/surroundings.ts';
import { objects } from './support/call.ts';

const dayMs = 86_400_000;
const authority = issue({ subject: 'Programme Root', isAuthority: true });
const vtnPair = issue({
  subject: 'the VTN',
  issuer: authority,
  names: ['127.0.0.1'],
  validTo: Date.now() + 200 * dayMs,
});
const former = issue({ subject: 'the former VEN', issuer: authority, validTo: Date.now() + 5 * dayMs });
const renewed = issue({ subject: 'the renewed VEN', issuer: authority, validTo: Date.now() + 400 * dayMs });

interface Seen {
  readonly type: string;
  readonly data: {
    readonly whose?: string;
    readonly standing?: string;
    readonly alarm?: string;
    readonly certificate?: { readonly fingerprint: string };
    readonly line?: { readonly protocol: string; readonly knownBy: string };
  };
}

it('records fingerprints and the suite, warns of an end that is near, and takes a renewed pair up', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-secured-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const put = ({ certificate, key }: Issued): void => {
    file('ven.key', key);
    file('ven.pem', certificate);
  };
  put(former);
  const server = await startVtnServer(createVtn({ clock: { now: Date.now } }), {
    token: 'secured-token',
    tls: {
      ...{ cert: vtnPair.certificate, key: vtnPair.key, ca: authority.certificate },
      ...{ requestCert: true, rejectUnauthorized: true },
    },
  });
  onTestFinished(() => server.close());
  const environment = {
    VEN_ID: 'my.ven',
    VEN_DATA: join(directory, 'data'),
    VEN_VTN_URL: server.url,
    VEN_ANCHOR_DIRECTORY: 'none',
    VEN_TLS_CA_FILE: file('ca.pem', authority.certificate),
    VEN_TLS_CERTIFICATE_FILE: join(directory, 'ven.pem'),
    VEN_TLS_KEY_FILE: join(directory, 'ven.key'),
  };
  const call = async (...args: readonly string[]): Promise<string> => {
    const given = stage(args, environment);
    expect([await main(given.surroundings, COMMANDS), given.stderr()]).toEqual([EXIT.success, '']);
    return given.stdout();
  };

  const heard = { text: '', hangUp: (): void => undefined };
  const stopping = new AbortController();
  const run = main(
    surroundingsOf({
      args: ['run'],
      environment,
      stdout: { write: (text) => (heard.text += text) },
      stderr: { write: (text) => (heard.text += text) },
      stopSignal: () => stopping.signal,
      onHangUp: (listener) => (heard.hangUp = listener),
    }),
    COMMANDS,
  );
  const until = (words: RegExp): Promise<void> => expect.poll(() => heard.text, { interval: 20 }).toMatch(words);

  // Given a run with a certificate that ends within a week.
  await until(/Reports registered/);
  // When a renewed pair is put in its place and a SIGHUP says so, then it is in use from the next message on.
  put(renewed);
  heard.hangUp();
  await until(/The VTN URL or a TLS file has changed/);
  stopping.abort('SIGTERM');
  expect(await run).toBe(EXIT.success);

  const entries = objects<Seen>(await call('log', 'list', '--json', '--from', '0'));
  const seen = entries.filter(({ type }) => type === 'CertificateSeen').map(({ data }) => data);
  expect(seen.filter(({ whose }) => whose === 'ours').map(({ standing }) => standing)).toEqual(['endsWithin7', 'good']);
  expect(seen.find(({ whose }) => whose === 'theirs')).toMatchObject({
    standing: 'good',
    line: { protocol: 'TLSv1.3', knownBy: 'name' },
  });
  const alarms = entries.filter(({ type, data }) => type.startsWith('Alarm') && data.alarm === 'certificateEndsSoon');
  expect(alarms.map(({ type }) => type)).toEqual(['AlarmRaised', 'AlarmCleared']);
  const fingerprint = seen.at(-1)?.certificate?.fingerprint ?? '';
  expect(await call('fingerprint')).toContain(fingerprint);
  const status = await call('status');
  expect(status).toMatch(/TLS +TLSv1\.3, TLS_\w+; the VTN is known by its name/);
  expect(status).toContain(fingerprint);

  // And a bundle tells fingerprints, and neither a key nor a name in a certificate; with pseudonyms not even those.
  const bundled = async (name: string, ...more: readonly string[]): Promise<string> => {
    await call('bundle', '--out', join(directory, name), ...more);
    return gunzipSync(readFileSync(join(directory, name))).toString();
  };
  const plain = await bundled('plain.gz');
  expect(plain).toContain(fingerprint);
  for (const secret of ['PRIVATE KEY', 'the renewed VEN', 'the VTN"', 'secured-token'])
    expect(plain).not.toContain(secret);
  const veiled = await bundled('veiled.gz', '--pseudonymise');
  const all = seen.flatMap(({ certificate }) => certificate?.fingerprint ?? []);
  expect(all).toHaveLength(3);
  for (const each of all) expect(veiled).not.toContain(each);
  // And every conclusion is drawn from it again, alarms and all.
  expect(await call('replay', '--verify', '--data', join(directory, 'veiled.gz'))).toMatch(/same|agree|conclude/);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { HttpTransport, type HttpTransportOptions } from '../../src/adapters/http/httpTransport.ts';
import { createRedactor, secretsOf } from '../../src/adapters/secrets/redact.ts';
import { Secret } from '../../src/adapters/secrets/secret.ts';
import { inspectTls } from '../../src/adapters/tls/tlsInspection.ts';
import type { Secured } from '../../src/adapters/tls/verifiedConnection.ts';
import { loadTlsMaterial, type TlsMaterial } from '../../src/adapters/tls/tlsMaterial.ts';
import { explainTlsProblem } from '../../src/adapters/tls/tlsProblem.ts';
import type { FailedExchange } from '../../src/adapters/transport.ts';
import { parseVtnUrl } from '../../src/adapters/secrets/vtnUrl.ts';
import { CANARY_PASSPHRASE, canaryUrl, expectNoCanary } from '../support/canary.ts';
import { encryptedKey, issue, type Issued } from '../support/certificates.ts';
import { hasOpenssl, opensslServer } from '../support/opensslServer.ts';
import { answerXml, httpServer, httpsServer, rawServer } from '../support/servers.ts';

const DAY_MS = 86_400_000;
const now = Date.now();

const authority = issue({ subject: 'Programme Root', isAuthority: true });
const intermediate = issue({ subject: 'Programme Intermediate', issuer: authority, isAuthority: true });
const vtn = issue({ subject: 'the VTN', issuer: authority, names: ['localhost'] });
const ven = issue({ subject: 'the VEN', issuer: authority });
const stranger = issue({ subject: 'Stranger Root', isAuthority: true });

const served = (issued: Issued) => ({ cert: issued.certificate, key: issued.key });
const chained = (issued: Issued) => ({ ...served(issued), cert: issued.certificate + intermediate.certificate });
const trusting = (issued: Issued): TlsMaterial => ({ ca: issued.certificate });
const presenting = (issued: Issued): TlsMaterial => ({
  ca: authority.certificate,
  certificate: issued.certificate,
  key: issued.key,
});

/** Whole seconds, as certificates have them. */
const briefUntil = Math.floor((now + DAY_MS) / 1000) * 1000;
const brief = (issuer = authority): Issued =>
  issue({ subject: 'brief', issuer, names: ['localhost'], validTo: briefUntil });

const poll = { service: 'OadrPoll', body: '<oadrPayload/>' } as const;

const exchange = (origin: string, tls?: TlsMaterial, options: Partial<HttpTransportOptions> = {}) => {
  const vtnUrl = parseVtnUrl(canaryUrl(origin));
  const redactor = createRedactor(secretsOf(vtnUrl));
  const transport = new HttpTransport({
    vtnUrl,
    redactor,
    replyTimeoutMs: 60_000,
    ...(tls ? { tls } : {}),
    ...options,
  });
  onTestFinished(() => transport.close());
  return { transport, outcome: transport.exchange(poll) };
};

const failure = async (
  origin: string,
  tls?: TlsMaterial,
  options: Partial<HttpTransportOptions> = {},
): Promise<FailedExchange> => {
  const outcome = await exchange(origin, tls, options).outcome;
  if (outcome.kind !== 'failed') throw new Error('The peer was trusted.');
  expectNoCanary(JSON.stringify(outcome));
  return outcome;
};

describe('TLS with a VTN that may be trusted', () => {
  // @row +4.1 +4.6
  it('given its own authority as CA file, exchanges messages', async () => {
    const origin = await httpsServer(served(vtn));
    expect(await exchange(origin, trusting(authority)).outcome).toMatchObject({
      kind: 'answered',
      body: '<oadrPayload/>',
    });
  });

  it('given only the intermediate as CA file, exchanges messages', async () => {
    const below = issue({ subject: 'the VTN', issuer: intermediate, names: ['localhost'] });
    expect(await exchange(await httpsServer(served(below)), trusting(intermediate)).outcome).toMatchObject({
      kind: 'answered',
    });
  });

  it('given the VTN’s own self-signed certificate as CA file, exchanges messages', async () => {
    const alone = issue({ subject: 'alone', names: ['localhost'] });
    expect(await exchange(await httpsServer(served(alone)), trusting(alone)).outcome).toMatchObject({
      kind: 'answered',
    });
  });

  it('given an expected server name, accepts the certificate made out to it', async () => {
    const named = issue({ subject: 'vtn', issuer: authority, names: ['vtn.certification.example'] });
    const origin = await httpsServer(served(named));
    expect(
      await exchange(origin, trusting(authority), { expectedServerName: 'vtn.certification.example' }).outcome,
    ).toMatchObject({ kind: 'answered' });
    expect(await failure(origin, trusting(authority), { expectedServerName: 'other.example' })).toMatchObject({
      reason: 'tls',
    });
  });

  // @row +4.6
  it('shows its client certificate when the VTN wants one', async () => {
    const seen: string[] = [];
    const origin = await httpsServer(
      { ...served(vtn), ca: authority.certificate, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        seen.push((request.socket as TLSSocket).getPeerCertificate().subject.CN as string);
        answerXml(request, response);
      },
    );
    expect(await exchange(origin, presenting(ven)).outcome).toMatchObject({ kind: 'answered' });
    expect(seen).toEqual(['the VEN']);
  });

  // @row +4.2 +4.5
  it.each(['ECDHE-ECDSA-AES128-SHA256'])('offers %s of TLS 1.2 by default', async (cipher) => {
    const origin = await httpsServer({ ...served(vtn), minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: cipher });
    expect(await exchange(origin, trusting(authority)).outcome).toMatchObject({ kind: 'answered' });
  });
});

describe.runIf(hasOpenssl)('TLS 1.2 with a VTN that wants another handshake once it has the request', () => {
  // @row +4.6
  it('shows its certificate in it, and goes on upon the same connection', async () => {
    const shown: string[] = [];
    const origin = await opensslServer({ shows: vtn, version: 'TLSv1.2', asksOnRequest: (state) => shown.push(state) });

    const { transport, outcome } = exchange(origin, presenting(ven));
    expect(await outcome).toMatchObject({ kind: 'answered' });
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered' });
    await expect.poll(() => shown).toContain('read certificate verify');
  });
});

describe('TLS with a VTN that may not be trusted', () => {
  // @row +4.8
  it('says which certificate expired, and when', async () => {
    const expired = issue({
      subject: 'the old VTN',
      issuer: authority,
      names: ['localhost'],
      validFrom: now - 90 * DAY_MS,
      validTo: now - 30 * DAY_MS,
    });
    const outcome = await failure(await httpsServer(served(expired)), trusting(authority));
    expect(outcome).toMatchObject({ reason: 'tls', certainlyNotDelivered: true });
    expect(outcome.detail).toContain(
      `"the old VTN" (issued by "Programme Root"), which expired on ${new Date(now - 30 * DAY_MS).toISOString().slice(0, 10)}`,
    );
  });

  it('says that a certificate is not yet valid, and to look at the clock', async () => {
    const early = issue({
      subject: 'the new VTN',
      issuer: authority,
      names: ['localhost'],
      validFrom: now + 10 * DAY_MS,
    });
    const outcome = await failure(await httpsServer(served(early)), trusting(authority));
    expect(outcome.detail).toContain(
      `"the new VTN" (issued by "Programme Root"), which is valid only from ${new Date(now + 10 * DAY_MS).toISOString().slice(0, 10)}`,
    );
    expect(outcome.detail).toContain('check the clock');
  });

  it('says that a certificate is self-signed, with the fingerprint to compare', async () => {
    const alone = issue({ subject: 'alone', names: ['localhost'] });
    const outcome = await failure(await httpsServer(served(alone)));
    expect(outcome).toMatchObject({ reason: 'tls', certainlyNotDelivered: true });
    expect(outcome.detail).toMatch(/"alone".*self-signed.*fingerprint ([0-9A-F]{2}:){9}[0-9A-F]{2}/);
  });

  it('says that an authority was made anew under its old name', async () => {
    const anew = issue({ subject: 'Programme Root', isAuthority: true });
    const renewed = issue({ subject: 'the VTN', issuer: anew, names: ['localhost'] });
    expect((await failure(await httpsServer(served(renewed)), trusting(authority))).detail).toMatch(
      /the authority of that name in the CA file is not the one that signed it.*made anew.*as it is now/,
    );
  });

  it('says which issuer is unknown', async () => {
    expect((await failure(await httpsServer(served(vtn)))).detail).toContain(
      'its issuer "Programme Root" is not among the trusted authorities',
    );
    expect((await failure(await httpsServer(served(vtn)), trusting(stranger))).detail).toContain('Programme Root');
  });

  it('does not trust the public authorities once a CA file is given, nor the CA file’s namesake', async () => {
    const namesake = issue({ subject: 'Programme Root', isAuthority: true });
    expect(await failure(await httpsServer(served(vtn)), trusting(namesake))).toMatchObject({
      reason: 'tls',
      certainlyNotDelivered: true,
    });
  });

  it('says for which hosts the certificate is made out', async () => {
    const other = issue({ subject: 'other', issuer: authority, names: ['vtn.example', '*.vtn.example'] });
    const outcome = await failure(await httpsServer(served(other)), trusting(authority));
    expect(outcome.detail).toContain('made out to vtn.example, *.vtn.example and not to this host');
  });

  it('says that a port does not speak TLS', async () => {
    const plain = (await httpServer(answerXml)).replace('http://127.0.0.1', 'https://localhost');
    const outcome = await failure(plain, trusting(authority));
    expect(outcome).toMatchObject({ reason: 'tls', certainlyNotDelivered: true });
    expect(outcome.detail).toContain('does not speak TLS on this port');
  });

  it('says that a handshake was cut', async () => {
    const cut = (await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()))).replace(
      'http://127.0.0.1',
      'https://localhost',
    );
    const outcome = await failure(cut, trusting(authority));
    expect(outcome).toMatchObject({ reason: 'tls', certainlyNotDelivered: true });
    expect(outcome.detail).toContain('during the TLS handshake');
  });

  it('ends a handshake that never ends, and knows that nothing was sent', async () => {
    const silent = (await rawServer(() => undefined)).replace('http://127.0.0.1', 'https://localhost');
    const outcome = await failure(silent, trusting(authority), { replyTimeoutMs: 400 });
    expect(outcome).toMatchObject({ reason: 'timeout', certainlyNotDelivered: true });
  });

  // @row -4.1
  it('refuses a VTN that has only TLS 1.1', async () => {
    const origin = await httpsServer({
      ...served(vtn),
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const outcome = await failure(origin, trusting(authority));
    expect(outcome).toMatchObject({ reason: 'tls', certainlyNotDelivered: true });
    expect(outcome.detail).toContain('older than 1.2');
  });

  // @row -4.6
  it('sends nothing to it: no request reaches a VTN that is not trusted', async () => {
    let requests = 0;
    const origin = await httpsServer(served(vtn), (request, response) => {
      requests += 1;
      answerXml(request, response);
    });
    await failure(origin, trusting(stranger));
    expect(requests).toBe(0);
  });

  describe('whatever the environment says', () => {
    afterEach(() => vi.unstubAllEnvs());

    it('does not switch verification off', async () => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      expect(await failure(await httpsServer(served(vtn)))).toMatchObject({
        reason: 'tls',
        certainlyNotDelivered: true,
      });
    });
  });

  // @row +4.8
  it.each([
    ['alone', () => ({ ...served(brief()) })],
    ['with that of its issuer, which is valid for longer', () => ({ ...chained(brief(intermediate)) })],
  ])(
    'leaves a connection whose certificate, shown %s, expires while it is open, and none before',
    async (_name, tls) => {
      let clock = now;
      let connections = 0;
      const told: number[] = [];
      const sockets = new Set<unknown>();
      const origin = await httpsServer(tls(), (request, response) => {
        if (!sockets.has(request.socket)) connections += 1;
        sockets.add(request.socket);
        answerXml(request, response);
      });
      const onSecured = ({ certificate }: Secured) => void told.push(certificate.validTo);
      const { transport, outcome } = exchange(origin, trusting(authority), { now: () => clock, onSecured });
      await outcome;
      await transport.exchange(poll);
      expect(connections).toBe(1);
      clock = now + 2 * DAY_MS;
      await transport.exchange(poll);
      expect(connections).toBe(2);
      expect(told).toEqual([briefUntil, briefUntil]);
    },
  );
});

if (!hasOpenssl)
  console.warn('There is no openssl here: the alerts of TLS servers that are not made with Node are not tested.');

describe.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a client certificate that the VTN does not accept, with %s',
  (version) => {
    const expired = issue({
      subject: 'the former VEN',
      issuer: authority,
      validFrom: now - 90 * DAY_MS,
      validTo: now - 30 * DAY_MS,
    });
    const early = issue({ subject: 'the coming VEN', issuer: authority, validFrom: now + 10 * DAY_MS });
    const foreign = issue({ subject: 'the VEN of others', issuer: stranger });
    const expiredOn = new Date(now - 30 * DAY_MS).toISOString().slice(0, 10);

    describe.skipIf(!hasOpenssl)('and says so by an alert', () => {
      // By our clock even the former certificate is valid: whether it is, the VTN says.
      const alerted = async (tls: TlsMaterial): Promise<FailedExchange> =>
        failure(await opensslServer({ shows: vtn, trusts: authority, version }), tls, {
          now: () => now - 40 * DAY_MS,
        });

      // @row +4.11
      it.each([
        ['a missing one', trusting(authority), 'wants a client certificate and none is configured'],
        ['an expired one', presenting(expired), 'because it has expired: have it renewed; ours is "the former VEN"'],
        ['a foreign one', presenting(foreign), 'does not know the authority that issued our client certificate'],
        ['a foreign one, by its issuer', presenting(foreign), 'ours is "the VEN of others" (issued by "Stranger Root"'],
        [
          'one that vouches for itself',
          presenting(issue({ subject: 'alone' })),
          'does not know the authority that issued our client certificate',
        ],
      ])('names %s as such, and knows that nothing was read', async (_which, tls, words) => {
        const outcome = await alerted(tls);
        expect(outcome).toMatchObject({ reason: 'tls', certainlyNotDelivered: true });
        expect(outcome.detail).toContain(words);
      });
    });

    describe('and closes without a word', () => {
      const refused = async (tls: TlsMaterial): Promise<FailedExchange> => {
        const wanting = { ca: authority.certificate, requestCert: true, rejectUnauthorized: true };
        const limits = { minVersion: version, maxVersion: version };
        const byOurClock = tls.certificate === expired.certificate ? now - 40 * DAY_MS : now;
        return failure(await httpsServer({ ...served(vtn), ...wanting, ...limits }), tls, { now: () => byOurClock });
      };

      it.each([
        [
          'a missing one',
          trusting(authority),
          /wants a client certificate and none is|no client certificate is configured/,
        ],
        [
          'one that our late clock takes for valid',
          presenting(expired),
          new RegExp(`"the former VEN".* is valid until ${expiredOn} and this machine’s clock says`),
        ],
        ['an early one', presenting(early), /"the coming VEN".* is valid only from .*check the clock of this machine/],
        ['a foreign one', presenting(foreign), /"the VEN of others" \(issued by "Stranger Root".*trusts its issuer/],
      ])('names %s by what we know of it', async (_which, tls, words) => {
        const outcome = await refused(tls);
        expect(outcome.reason).toBe('tls');
        expect(outcome.detail).toMatch(words);
      });
    });

    // @row -4.11
    it('is not suspected where a connection merely breaks', async () => {
      const origin = await httpsServer({ ...served(vtn), minVersion: version, maxVersion: version }, (request) =>
        request.socket.destroy(),
      );
      expect(await failure(origin, trusting(authority))).toMatchObject({
        reason: 'reset',
        certainlyNotDelivered: false,
      });
    });
  },
);

describe('a look at the VTN’s TLS', () => {
  // @row -4.8
  it('tells protocol, cipher and chain of a trusted VTN', async () => {
    const below = issue({ subject: 'the VTN', issuer: intermediate, names: ['localhost', '127.0.0.1'] });
    const origin = await httpsServer({ cert: below.certificate + intermediate.certificate, key: below.key });
    const found = await inspectTls(origin, { material: trusting(authority) });
    expect(found).toMatchObject({ trusted: true, protocol: 'TLSv1.3', cipher: expect.stringMatching(/^TLS_/) });
    expect(found).not.toHaveProperty('problem');
    expect(found.chain.map(({ subject }) => subject)).toEqual(['the VTN', 'Programme Intermediate', 'Programme Root']);
    expect(found.chain[0]).toMatchObject({
      names: ['localhost', '127.0.0.1'],
      selfSigned: false,
      fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){9}[0-9A-F]{2}$/),
    });
    expect(found.chain[0]!.validTo).toBeGreaterThan(now);
  });

  it('tells the problem of one that is not, instead of failing', async () => {
    expect(await inspectTls(await httpsServer(served(vtn)))).toMatchObject({
      trusted: false,
      problem: expect.stringMatching(/^[A-Z_]+$/),
    });
  });
});

describe('the words for TLS alerts', () => {
  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'wants a client certificate and none is configured'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'does not know the authority that issued our client certificate'],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'refused our client certificate'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'because it has expired'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'older than 1.2'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'no cipher suite in common'],
    ['SOMETHING_NEW', 'SOMETHING_NEW'],
  ])('%s', (code, words) => {
    expect(explainTlsProblem(code, 'vtn.example', now)).toContain(words);
  });
});

describe('the TLS files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ven-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const caFile = file('ca.pem', authority.certificate);
  const certificateFile = file('ven.pem', ven.certificate);
  const keyFile = file('ven.key', ven.key);
  const lockedFile = file('locked.key', encryptedKey(ven, CANARY_PASSPHRASE));

  it('that fit together are read, the encrypted key with its passphrase, and serve an exchange', async () => {
    const material = loadTlsMaterial({
      caFile,
      certificateFile,
      keyFile: lockedFile,
      keyPassphrase: new Secret(CANARY_PASSPHRASE),
    });
    const origin = await httpsServer({
      ...served(vtn),
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    });
    expect(await exchange(origin, material).outcome).toMatchObject({ kind: 'answered' });
  });

  it('may all be absent', () => {
    expect(loadTlsMaterial({})).toEqual({});
  });

  it.each([
    ['a missing file', { caFile: join(folder, 'none.pem') }, 'cannot be read (ENOENT)'],
    ['a key where a certificate belongs', { caFile: keyFile }, 'perhaps two files were exchanged'],
    ['no PEM', { caFile: file('text', 'hello') }, 'must be PEM text'],
    ['a list that is none', { crlFile: file('none.crl', 'hello') }, 'holds no list of revoked certificates'],
    ['a list that is cut off', { crlFile: file('cut.crl', '-----BEGIN X509 CRL-----\nMIIB\n') }, 'cut off or garbled'],
    [
      'a garbled list',
      { crlFile: file('odd.crl', '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n') },
      'cut off or garbled',
    ],
    [
      'a chain that is cut off',
      { caFile: file('half.pem', authority.certificate + vtn.certificate.slice(0, 99)) },
      'cut off',
    ],
    ['a certificate without key', { certificateFile }, 'without its key'],
    ['a key without certificate', { keyFile }, 'without its certificate'],
    ['another key', { certificateFile, keyFile: file('other.key', vtn.key) }, 'does not belong to the certificate'],
    ['an encrypted key without passphrase', { certificateFile, keyFile: lockedFile }, 'no passphrase was given'],
    [
      'an encrypted key with another passphrase',
      { certificateFile, keyFile: lockedFile, keyPassphrase: new Secret('canary-passphrase-other') },
      'does not open it',
    ],
  ])('with %s are refused, with the file and the reason', (_what, files, reason) => {
    let message = '';
    try {
      loadTlsMaterial(files);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(reason);
    expectNoCanary(message);
  });
});

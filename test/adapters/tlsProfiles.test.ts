/** The two suites of each 2.0b profile, chains, revocation and names, with OpenSSL as the other side. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { certificateFactsOf } from '../../src/adapters/tls/certificateFacts.ts';
import { HttpTransport, type HttpTransportOptions } from '../../src/adapters/http/httpTransport.ts';
import { createRedactor, secretsOf } from '../../src/adapters/secrets/redact.ts';
import { inspectTls } from '../../src/adapters/tls/tlsInspection.ts';
import type { TlsMaterial } from '../../src/adapters/tls/tlsMaterial.ts';
import type { FailedExchange } from '../../src/adapters/transport.ts';
import { parseVtnUrl } from '../../src/adapters/secrets/vtnUrl.ts';
import { canaryUrl, expectNoCanary } from '../support/canary.ts';
import { OpensslAuthority, type OpensslIssued } from '../support/opensslAuthority.ts';
import { hasOpenssl, opensslServer } from '../support/opensslServer.ts';
import { freePort } from '../support/freePort.ts';

const DAY_MS = 86_400_000;
const now = Date.now();

if (!hasOpenssl) console.warn('There is no openssl here: suites, chains and revocation are not tried against it.');

/** All certificates of this file, made once. */
const made = () => {
  const folder = mkdtempSync(join(tmpdir(), 'ven-profiles-'));
  const root = OpensslAuthority.make(folder, 'Programme Root');
  const between = OpensslAuthority.make(folder, 'Programme Intermediate', root);
  const names = ['localhost'];
  const issuerUrl = 'http://pki.example/intermediate.cer';
  const vtn = between.issue('the VTN', { names, issuerUrl });
  const revoked = between.issue('the revoked VTN', { names });
  between.revoke(revoked);
  return {
    folder,
    root,
    between,
    vtn,
    revoked,
    vtnRsa: between.issue('the RSA VTN', { key: 'rsa', names }),
    elsewhere: between.issue('certified VTN', { names: ['certification.example'] }),
    vtnExpired: between.issue('the former VTN', { names, validFrom: now - 90 * DAY_MS, validTo: now - 3 * DAY_MS }),
    vtnEarly: between.issue('the coming VTN', { names, validFrom: now + 3 * DAY_MS }),
    ven: between.issue('the VEN', {}),
    venRsa: between.issue('the RSA VEN', { key: 'rsa' }),
    venExpired: between.issue('the former VEN', { validFrom: now - 90 * DAY_MS, validTo: now - 3 * DAY_MS }),
    lists: [between.crl(), root.crl()],
    oldLists: [between.oldCrl(), root.crl()],
    rootList: [root.crl()],
  };
};

describe.skipIf(!hasOpenssl)('TLS as certification wants it', () => {
  const pki = hasOpenssl ? made() : (undefined as never);
  afterAll(() => rmSync(pki.folder, { recursive: true, force: true }));

  const pem = (...of: readonly { readonly certificate: string }[]): string =>
    of.map(({ certificate }) => certificate).join('');
  const trusting = (...authorities: readonly OpensslAuthority[]): TlsMaterial => ({
    ca: pem(...authorities.map(({ own }) => own)),
  });
  const presenting = (own: OpensslIssued, ...chain: readonly OpensslAuthority[]): TlsMaterial => ({
    ...trusting(pki.root),
    certificate: pem(own, ...chain.map((each) => each.own)),
    key: own.key,
  });

  const exchange = async (origin: string, tls: TlsMaterial, options: Partial<HttpTransportOptions> = {}) => {
    const vtnUrl = parseVtnUrl(canaryUrl(origin));
    const redactor = createRedactor(secretsOf(vtnUrl));
    const transport = new HttpTransport({ vtnUrl, redactor, tls, replyTimeoutMs: 60_000, ...options });
    const outcome = await transport.exchange({ service: 'OadrPoll', body: '<oadrPayload/>' });
    await transport.close(); // the server has one connection at a time
    expectNoCanary(JSON.stringify(outcome));
    return outcome;
  };
  const failure = async (...given: Parameters<typeof exchange>): Promise<FailedExchange> => {
    const outcome = await exchange(...given);
    if (outcome.kind !== 'failed') throw new Error('The peer was trusted.');
    expect(outcome).toMatchObject({ reason: 'tls', certainlyNotDelivered: true });
    return outcome;
  };
  const chained = (shows: OpensslIssued) => ({ shows, chain: pki.between.own.certificate });

  describe('the suites of TLS 1.2', () => {
    const profiles = [
      ['RSA', 'AES128-SHA256', 'TLS_RSA_WITH_AES_128_CBC_SHA256'],
      ['ECC', 'ECDHE-ECDSA-AES128-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256'],
    ] as const;

    // @row +4.1 +4.2 +4.5 +4.6 +4.7 +4.13
    it.each(profiles)(
      'of the %s profile serve an exchange with a client certificate and intermediates on both sides',
      async (kind, ciphers, name) => {
        const isRsa = kind === 'RSA';
        const origin = await opensslServer({
          ...chained(isRsa ? pki.vtnRsa : pki.vtn),
          trusts: pki.root.own,
          version: 'TLSv1.2',
          ciphers,
        });
        const material = presenting(isRsa ? pki.venRsa : pki.ven, pki.between);
        expect(await exchange(origin, material)).toMatchObject({ kind: 'answered', body: '<oadrPayload/>' });
        const seen = await inspectTls(origin, { material, lingerMs: 50 });
        expect(seen).toMatchObject({ trusted: true, protocol: 'TLSv1.2', cipher: name });
        expect(seen).not.toHaveProperty('ended');
        expect(seen.chain[0]!.key).toBe(isRsa ? 'RSA 2048' : 'EC P-256');
      },
    );

    // @row -4.2 -4.1
    it.each([
      ['an older version', { version: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }, /offers only TLSv1\.1 with TLS_/],
      [
        'suites that encrypt nothing',
        { version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0' },
        /no cipher suite in common.*TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256.*offers only TLSv1\.2 with TLS_ECDHE_ECDSA_WITH_NULL_SHA/,
      ],
    ] as const)('a VTN that has only %s is refused, and what it offers is named', async (_what, offers, words) => {
      const { detail } = await failure(await opensslServer({ ...chained(pki.vtn), ...offers }), trusting(pki.root));
      expect(detail).toMatch(words);
    });
  });

  describe('chains', () => {
    // @row -4.13
    it('that the VTN does not send are named, with where the missing one is and what to do', async () => {
      const origin = await opensslServer({ shows: pki.vtn });
      const { detail } = await failure(origin, trusting(pki.root));
      expect(detail).toContain('shows the certificate "the VTN" (issued by "Programme Intermediate") alone');
      expect(detail).toContain('forgot to send its certificate (it can be fetched from http://pki.example/');
      expect(detail).toContain('name it in the CA file, beside the others');
      expect(await exchange(origin, trusting(pki.root, pki.between))).toMatchObject({ kind: 'answered' });
    });

    it('that lead to an authority nobody named are told by that authority', async () => {
      const stranger = trusting(OpensslAuthority.make(pki.folder, 'Stranger Root'));
      const { detail } = await failure(await opensslServer(chained(pki.vtn)), stranger);
      expect(detail).toContain('that authority "Programme Root" is not among the trusted authorities');
    });

    // @row -4.6
    it.each(['TLSv1.2', 'TLSv1.3'] as const)(
      'of ours are sent in full; without its intermediate our certificate is refused, and that is said, with %s',
      async (version) => {
        const origin = await opensslServer({ ...chained(pki.vtn), trusts: pki.root.own, version });
        expect(await exchange(origin, presenting(pki.ven, pki.between))).toMatchObject({ kind: 'answered' });
        // A trusted root does not complete our chain: what is missing is missing.
        const alone = await failure(origin, presenting(pki.ven));
        expect(alone.detail).toContain('send its intermediates in the certificate file too');
        expect(alone.detail).toContain('ours is "the VEN" (issued by "Programme Intermediate"');
      },
    );
  });

  describe('lists of revoked certificates', () => {
    // @row +4.6
    it('let a VTN pass whose certificate is in none of them', async () => {
      const origin = await opensslServer(chained(pki.vtn));
      expect(await exchange(origin, { ...trusting(pki.root), crl: pki.lists })).toMatchObject({ kind: 'answered' });
    });

    // @row -4.6
    it.each([
      ['in which its certificate stands', () => pki.revoked, () => pki.lists, /"the revoked VTN".*list of revoked/],
      ['of which one is out of date', () => pki.vtn, () => pki.oldLists, /is out of date.*fetch the new list/],
      [
        'of which one is missing',
        () => pki.vtn,
        () => pki.rootList,
        /lacks the list of an authority.*"Programme Inter/,
      ],
    ])('refuse a VTN by lists %s', async (_which, shows, lists, words) => {
      const origin = await opensslServer(chained(shows()));
      const { detail } = await failure(origin, { ...trusting(pki.root), crl: lists() });
      expect(detail).toMatch(words);
    });

    it('of the authority alone are not enough where the CA file ends below the root, and that is said', async () => {
      const material = { ...trusting(pki.between), crl: [pki.between.crl()] };
      const { detail } = await failure(await opensslServer(chained(pki.vtn)), material);
      expect(detail).toMatch(/lacks the list of an authority on the way|name the authorities up to the root there/);
    });

    it('are not looked at where none is configured', async () => {
      expect(await exchange(await opensslServer(chained(pki.revoked)), trusting(pki.root))).toMatchObject({
        kind: 'answered',
      });
    });
  });

  describe('a certificate of the VTN that is of no use', () => {
    // @row +4.8
    it.each([
      ['has expired', () => pki.vtnExpired, /"the former VTN".* expired on .*its operator must renew it/],
      ['has not begun', () => pki.vtnEarly, /"the coming VTN".* is valid only from .*check the clock of this machine/],
      ['is that of an authority', () => pki.root.own, /which is not made for a server: its operator must use/],
    ])('because it %s is named with the remedy', async (_why, shows, words) => {
      const { detail } = await failure(await opensslServer(chained(shows())), trusting(pki.between));
      expect(detail).toMatch(words);
    });
  });

  describe('the name in the VTN’s certificate', () => {
    const fingerprintOf = ({ certificate }: OpensslIssued): string =>
      certificateFactsOf(new X509Certificate(certificate)).fingerprint;

    // @row +4.12
    it('need not be that of the host where the configuration says so', async () => {
      const origin = await opensslServer(chained(pki.elsewhere));
      expect((await failure(origin, trusting(pki.root))).detail).toContain('made out to certification.example');
      expect(await exchange(origin, trusting(pki.root), { checksName: false })).toMatchObject({ kind: 'answered' });
      const pinned = { checksName: false, fingerprints: [fingerprintOf(pki.vtn), fingerprintOf(pki.elsewhere)] };
      expect(await exchange(origin, trusting(pki.root), pinned)).toMatchObject({ kind: 'answered' });
    });

    // @row -4.12
    it('does not help a certificate with another fingerprint than the one that is expected', async () => {
      const origin = await opensslServer(chained(pki.elsewhere));
      for (const checksName of [true, false]) {
        const pinned = { checksName, fingerprints: [fingerprintOf(pki.vtn)] };
        const { detail } = await failure(origin, trusting(pki.root), pinned);
        expect(detail).toContain(`"certified VTN"`);
        expect(detail).toContain(`with the fingerprint ${fingerprintOf(pki.elsewhere)}, which is none of those`);
      }
      const stranger = trusting(OpensslAuthority.make(pki.folder, 'Another Root'));
      const known = { checksName: false, fingerprints: [fingerprintOf(pki.elsewhere)] };
      expect((await failure(origin, stranger, known)).detail).toContain('is not among the trusted authorities');
    });
  });

  describe('a certificate of ours that has expired', () => {
    // @row -4.8
    it('is not even shown: nothing is sent, and one sentence says why', async () => {
      const nobody = `https://localhost:${await freePort()}`;
      const { detail } = await failure(nobody, presenting(pki.venExpired, pki.between));
      expect(detail).toMatch(/^Nothing is sent to the VTN .*"the former VEN".* expired on .*without a restart\.$/);
    });
  });
});

/** From a key to a certificate that serves: `ven key request`, `ven key check`, `ven fingerprint`, and the doctor. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { CANARY_PASSPHRASE, canaryUrl, expectNoCanary } from '../support/canary.ts';
import { issue } from '../support/certificates.ts';
import { OpensslAuthority } from '../support/opensslAuthority.ts';
import { hasOpenssl } from '../support/opensslServer.ts';
import { freePort } from '../support/freePort.ts';
import { httpsServer } from '../support/servers.ts';
import { stage } from '../support/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'ven-certificates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const DAY_MS = 86_400_000;
const now = Date.now();

const call = async (args: readonly string[], environment: Record<string, string> = {}) => {
  const given = stage(args, { XDG_DATA_HOME: folder, VEN_ID: 'my.ven', ...environment });
  const exitCode = await main(given.surroundings, COMMANDS);
  const [stdout, stderr] = [given.stdout(), given.stderr()];
  expect(stdout + stderr).not.toMatch(/PRIVATE KEY-----\n/);
  expectNoCanary(stdout + stderr);
  return { exitCode, stdout, stderr: stderr.replace(/\s+/g, ' ') };
};

const root = issue({ subject: 'Programme Root', isAuthority: true });
const between = issue({ subject: 'Programme Intermediate', isAuthority: true, issuer: root });
const vtn = issue({ subject: 'the VTN', issuer: root, names: ['localhost'] });
const ven = issue({ subject: 'the VEN', issuer: between, validTo: now + 300 * DAY_MS });

/** As the rule says it, worked out from the certificate's own bytes. */
const ruled = (pem: string): string =>
  createHash('sha256')
    .update(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64'))
    .digest('hex')
    .slice(-20)
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:');

describe('ven fingerprint', () => {
  // @row +4.9
  it('tells the last ten bytes of the SHA-256 of our certificate, of a file, and of the VTN', async () => {
    const chain = file('chain.pem', ven.certificate + between.certificate);
    const own = await call(['fingerprint', '--cert-file', chain, '--key-file', file('ven.key', ven.key)]);
    expect(own.stdout.split('\n').map((line) => line.slice(0, 29))).toEqual([
      ruled(ven.certificate),
      ruled(between.certificate),
      '',
    ]);
    const json = await call(['fingerprint', file('vtn.pem', vtn.certificate), '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ fingerprint: ruled(vtn.certificate), key: 'EC P-256' });
    const VEN_VTN_URL = canaryUrl(await httpsServer({ cert: vtn.certificate, key: vtn.key }));
    const shown = await call(['fingerprint', '--vtn', '--ca-file', file('ca.pem', root.certificate)], { VEN_VTN_URL });
    expect(shown).toMatchObject({ exitCode: EXIT.success, stderr: '' });
    expect(shown.stdout).toMatch(
      new RegExp(`^${ruled(vtn.certificate)}  "the VTN", EC P-256, issued by "Programme Root"`),
    );
  });

  // @row -4.9
  it('shows what an untrusted VTN shows, and says that it is not trusted', async () => {
    const VEN_VTN_URL = canaryUrl(await httpsServer({ cert: vtn.certificate, key: vtn.key }));
    const shown = await call(['fingerprint', '--vtn'], { VEN_VTN_URL });
    expect(shown.exitCode).toBe(EXIT.vtn);
    expect(shown.stdout).toContain(ruled(vtn.certificate));
    expect(shown.stderr).toContain('not among the trusted authorities');
  });

  it.each([
    ['a file that is not there', ['fingerprint', join(folder, 'none.pem')], EXIT.failure, 'cannot be read (ENOENT)'],
    ['a file without a certificate', ['fingerprint', file('k.pem', ven.key)], EXIT.failure, 'holds no certificate'],
    ['no certificate at all', ['fingerprint'], EXIT.configuration, 'No client certificate is configured'],
    ['a file and the VTN', ['fingerprint', 'x.pem', '--vtn'], EXIT.usage, 'not both'],
  ])('given %s, says so in a sentence', async (_what, args, exitCode, words) => {
    const said = await call(args);
    expect(said.exitCode).toBe(exitCode);
    expect(said.stderr).toContain(words);
  });

  it('given a VTN that is not there, says so', async () => {
    const VEN_VTN_URL = canaryUrl(`https://localhost:${await freePort()}`);
    const said = await call(['fingerprint', '--vtn'], { VEN_VTN_URL });
    expect(said).toMatchObject({ exitCode: EXIT.vtn, stderr: expect.stringContaining('connection refused') });
  });
});

describe('ven key request', () => {
  // @row +4.7
  it.each([
    ['ec', 'ec', []],
    ['rsa', 'rsa', ['--kind', 'rsa']],
  ])('makes a key of the kind %s for this user alone, and asks again with the same one', async (name, type, kind) => {
    const key = join(folder, `${name}.key.pem`);
    const first = await call(['key', 'request', '--key', key, ...kind]);
    expect(first).toMatchObject({ exitCode: EXIT.success, stderr: '' });
    const pem = readFileSync(key, 'utf8');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(createPrivateKey(pem).asymmetricKeyType).toBe(type);
    const again = await call(['key', 'request', '--key', key, '--out', join(folder, `${name}.again.pem`)]);
    expect(again.stdout).toContain('Used the key');
    expect(readFileSync(key, 'utf8')).toBe(pem);
  });

  // @row -4.7
  it.each([
    [
      'another kind than the key that is there',
      ['--key', file('there.pem', ven.key), '--kind', 'rsa'],
      'it is EC P-256',
    ],
    ['a kind there is not', ['--kind', 'dsa'], 'There is no kind of key "dsa"'],
    ['no key in the file', ['--key', file('text.pem', 'hello')], 'holds no private key'],
    ['a subject without a name', ['--subject', 'O=Example'], 'has no CN'],
    ['a subject that is none', ['--subject', 'CN=x,Example'], '"Example" is no part of a subject'],
    ['a directory that is not there', ['--key', join(folder, 'no', 'x.pem')], 'cannot be written'],
    [
      'a request that is there',
      ['--key', join(folder, 'o.pem'), '--out', file('o.csr', '')],
      'a file of that name already',
    ],
  ])('given %s, says so and overwrites nothing', async (_what, args, words) => {
    const said = await call(['key', 'request', ...args]);
    expect(said.exitCode).not.toBe(EXIT.success);
    expect(said.stderr).toContain(words);
  });

  it('given nothing, makes the data directory for this user alone, and asks for no names', async () => {
    const asked = await call(['key', 'request'], { XDG_DATA_HOME: join(folder, 'fresh') });
    expect(asked).toMatchObject({ exitCode: EXIT.success, stderr: '' });
    expect(asked.stdout).not.toContain('bearing');
    expect(statSync(join(folder, 'fresh', 'ter-ven')).mode & 0o777).toBe(0o700);
  });

  it.skipIf(!hasOpenssl)('given names and addresses, asks for each of them', async () => {
    const out = join(folder, 'named.csr.pem');
    const key = join(folder, 'named.key.pem');
    const asked = await call(['key', 'request', '--key', key, '--out', out, '--name', 'ven.example, 192.0.2.7']);
    expect(asked.stdout).toContain('bearing ven.example, 192.0.2.7, to');
    const seen = execFileSync('openssl', ['req', '-in', out, '-noout', '-verify', '-text'], { stdio: 'pipe' });
    expect(seen.toString()).toContain('DNS:ven.example, IP Address:192.0.2.7');
  });

  if (!hasOpenssl) console.warn('There is no openssl here: no authority looks at our certificate requests.');

  it.skipIf(!hasOpenssl).each(['ec', 'rsa'])(
    'asks so that an authority understands, and what it issues is found to fit, with %s',
    async (kind) => {
      const authority = OpensslAuthority.make(folder, `Alliance ${kind}`);
      const [key, out] = [join(folder, `real-${kind}.key.pem`), join(folder, `real-${kind}.csr.pem`)];
      const passphrase = { VEN_TLS_KEY_PASSPHRASE: CANARY_PASSPHRASE };
      const subject = 'CN=ven-1,O=Example Farm\\, Inc.,C=US,serialNumber=7';
      const asked = await call(['key', 'request', '--kind', kind, '--key', key, '--out', out, '--subject', subject], {
        ...passphrase,
        VEN_PUSH: 'http://127.0.0.1:8443',
        VEN_TRANSPORT_ADDRESS: 'https://ven.example:8443',
      });
      expect(asked.stdout).toContain('encrypted with tlsKeyPassphrase');
      expect(readFileSync(key, 'utf8')).toContain('ENCRYPTED PRIVATE KEY');
      const shown = ['-noout', '-verify', '-subject', '-text'];
      const seen = execFileSync('openssl', ['req', '-in', out, ...shown], { stdio: 'pipe' }).toString();
      expect(seen).toContain('CN = ven-1, O = "Example Farm, Inc.", C = US, serialNumber = 7');
      expect(seen).toContain('DNS:ven.example\n');
      const certificate = authority.sign(out);
      const pair = ['--cert-file', certificate, '--key-file', key];
      const checked = await call(['key', 'check', ...pair], passphrase);
      expect(checked).toMatchObject({ exitCode: EXIT.success, stderr: '' });
      expect(checked.stdout).toContain('The key and the certificate belong together: "ven-1"');
      expect(checked.stdout).toContain(ruled(new X509Certificate(readFileSync(certificate)).toString()));
    },
  );
});

describe('ven key check', () => {
  const keyFile = file('own.key', ven.key);
  const check = (certificates: string, key = keyFile) =>
    call(['key', 'check', '--cert-file', file('checked.pem', certificates), '--key-file', key]);

  it('tells what is sent along, and how long it holds', async () => {
    const { exitCode, stdout } = await check(ven.certificate + between.certificate);
    expect(exitCode).toBe(EXIT.success);
    expect(stdout).toContain('Sent with it: "Programme Intermediate".');
    expect(stdout).toMatch(/\((299|300) days left\)/);
    expect((await check(ven.certificate)).stdout).toContain('No intermediate is sent with it: right if');
  });

  it.each([
    ['the certificate of another key', () => check(vtn.certificate), 'does not belong to the certificate'],
    ['intermediates in the wrong order', () => check(ven.certificate + root.certificate), 'put our own first'],
    [
      'an expired certificate',
      () => {
        const old = issue({ subject: 'old', validFrom: now - 9 * DAY_MS, validTo: now - DAY_MS });
        return check(old.certificate, file('old.key', old.key));
      },
      'has expired',
    ],
    [
      'one that begins tomorrow',
      () => {
        const early = issue({ subject: 'early', validFrom: now + DAY_MS });
        return check(early.certificate, file('early.key', early.key));
      },
      'check the clock first',
    ],
  ])('given %s, refuses it with the reason', async (_what, checking, words) => {
    const { exitCode, stderr } = await checking();
    expect(exitCode).toBe(EXIT.configuration);
    expect(stderr).toContain(words);
  });

  // @row -4.7
  it.skipIf(!hasOpenssl)('given a key that is too weak for OpenADR, refuses it', async () => {
    const weak = OpensslAuthority.make(folder, 'Weak Root').issue('weak', { key: 'rsa1024' });
    const { exitCode, stderr } = await check(weak.certificate, weak.keyFile);
    expect(exitCode).toBe(EXIT.configuration);
    expect(stderr).toContain('is RSA 1024, too weak for OpenADR');
  });
});

describe('the doctor, with lists of revoked certificates', () => {
  it.skipIf(!hasOpenssl)('tells how long they hold, and names one that is out of date', async () => {
    const authority = OpensslAuthority.make(folder, 'Revoking Root');
    const server = authority.issue('listed VTN', { names: ['localhost'] });
    const VEN_VTN_URL = canaryUrl(await httpsServer({ cert: server.certificate, key: server.key }));
    const ca = ['--ca-file', authority.own.certificateFile];
    const examined = async (list: string) => {
      const { stdout } = await call(['doctor', '--json', ...ca, '--set', `tlsCrlFile=${file('list.pem', list)}`], {
        VEN_VTN_URL,
        VEN_PRICE_UNIT: 'usd_per_kwh',
      });
      const findings = stdout
        .trim()
        .split('\n')
        .map((each) => JSON.parse(each) as Finding);
      return ['revocation', 'tls'].map((check) => findings.find((each) => each.check === check)?.finding ?? '');
    };
    expect(await examined(authority.crl())).toEqual([
      expect.stringMatching(/1 list of revoked certificates, the first of which holds until/),
      expect.stringContaining('it is in no list of the CRL file'),
    ]);
    expect(await examined(authority.oldCrl())).toEqual([
      expect.stringMatching(/was good until/),
      expect.stringContaining('is out of date'),
    ]);
  });
});

describe('the doctor, where the VTN’s name is not checked', () => {
  const doctor = async (...settings: readonly string[]) => {
    const elsewhere = issue({ subject: 'certified', issuer: root, names: ['certification.example'] });
    const VEN_VTN_URL = canaryUrl(await httpsServer({ cert: elsewhere.certificate, key: elsewhere.key }));
    const set = settings.flatMap((each) => ['--set', each]);
    const { stdout, stderr, exitCode } = await call(
      ['doctor', '--json', '--ca-file', file('root.pem', root.certificate), ...set],
      { VEN_VTN_URL, VEN_PRICE_UNIT: 'usd_per_kwh' },
    );
    const lines = stdout.trim().split('\n').filter(Boolean);
    const findings = lines.map((line) => JSON.parse(line) as Finding);
    const of = (check: string) => findings.filter((each) => each.check === check).map(({ verdict }) => verdict);
    return { exitCode, stderr, name: of('VTN name'), tls: of('tls'), fingerprint: ruled(elsewhere.certificate) };
  };

  // @row -4.12
  it('shows it as bad where an authority alone vouches, as a warning where a fingerprint does', async () => {
    const byName = await doctor();
    expect(byName).toMatchObject({ name: [], tls: ['bad'] });
    const byAuthority = await doctor('tlsCheckName=false');
    expect(byAuthority).toMatchObject({ name: ['bad'], tls: ['good', 'warning'], exitCode: EXIT.configuration });
    const byAnother = await doctor('tlsCheckName=false', `tlsVtnFingerprint=${ruled(vtn.certificate)}`);
    expect(byAnother).toMatchObject({ name: ['warning'], tls: ['bad'] });
  });

  it('is refused where nothing says by what else the VTN is known', async () => {
    const said = await call(['doctor', '--set', 'tlsCheckName=false'], { VEN_VTN_URL: canaryUrl('https://x.example') });
    expect(said.exitCode).toBe(EXIT.configuration);
    expect(said.stderr).toContain('tlsCheckName may be false only when tlsVtnFingerprint or tlsCaFile says');
  });
});

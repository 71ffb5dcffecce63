import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bad, good, warning, type Finding } from '../../src/cli/doctor/finding.ts';
import { verdictOf } from '../../src/cli/doctor/verdict.ts';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import { CANARY_PATH, canaryUrl, expectNoCanary } from '../support/canary.ts';
import { issue } from '../support/certificates.ts';
import { freePort } from '../support/freePort.ts';
import { httpServer, httpsServer } from '../support/servers.ts';
import { stage } from '../support/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'ven-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const DAY_MS = 86_400_000;
const authority = issue({ subject: 'Programme Root', isAuthority: true });
const vtn = issue({ subject: 'the VTN', issuer: authority, names: ['localhost'], validTo: Date.now() + 400 * DAY_MS });
const caFile = file('ca.pem', authority.certificate);

const doctor = async (origin: string, args: readonly string[] = []) => {
  const given = stage(['doctor', '--json', ...args], {
    XDG_DATA_HOME: folder,
    VEN_VTN_URL: canaryUrl(origin),
    VEN_ID: 'my.ven',
    VEN_PRICE_UNIT: 'usd_per_kwh',
  });
  const exitCode = await main(given.surroundings, COMMANDS);
  expectNoCanary(given.stdout() + given.stderr());
  const findings = given
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  return { exitCode, findings, of: (check: string) => findings.filter((each) => each.check === check) };
};

describe('the doctor', () => {
  it('given a healthy VTN over TLS, finds everything good, in the order of the way there', async () => {
    const { exitCode, findings } = await doctor(await httpsServer({ cert: vtn.certificate, key: vtn.key }), [
      '--ca-file',
      caFile,
    ]);
    expect(findings.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
      'configuration good',
      'devices good',
      'preferences good',
      'preferences good',
      'data directory good',
      'disk good',
      'log good',
      'dns good',
      'connection good',
      'tls good',
      'clock good',
    ]);
    expect(exitCode).toBe(EXIT.success);
  });

  it('sends no token and no message', async () => {
    const seen: string[] = [];
    const origin = await httpServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end();
    });
    await doctor(origin);
    expect(seen).toEqual(['HEAD /']);
    expect(seen.join()).not.toContain(CANARY_PATH);
  });

  it('given nobody listening, stops there and ends as unreachable', async () => {
    const { exitCode, findings } = await doctor(`http://127.0.0.1:${await freePort()}`);
    expect(findings.at(-1)).toMatchObject({
      check: 'connection',
      verdict: 'bad',
      finding: expect.stringContaining('Nobody listens'),
    });
    expect(findings.some(({ check }) => check === 'clock')).toBe(false);
    expect(exitCode).toBe(EXIT.vtn);
  });

  it('given an untrusted VTN, explains the certificate', async () => {
    const { exitCode, of } = await doctor(await httpsServer({ cert: vtn.certificate, key: vtn.key }));
    expect(of('tls')).toMatchObject([
      { verdict: 'bad', finding: expect.stringContaining('"Programme Root" is not among the trusted authorities') },
    ]);
    expect(exitCode).toBe(EXIT.vtn);
  });

  // @row +4.8
  it('given a VTN certificate that ends soon, warns', async () => {
    const brief = issue({
      subject: 'brief',
      issuer: authority,
      names: ['localhost'],
      validTo: Date.now() + 5 * DAY_MS,
    });
    const { exitCode, of } = await doctor(await httpsServer({ cert: brief.certificate, key: brief.key }), [
      '--ca-file',
      caFile,
    ]);
    expect(of('tls').map(({ verdict }) => verdict)).toEqual(['good', 'warning']);
    expect(exitCode).toBe(EXIT.success);
  });

  // @row +1.19 -1.19
  it.each([
    [0, 'good', 'agrees with'],
    [2_500, 'good', 'ahead of'],
    [-20_000, 'warning', 'behind'],
    [600_000, 'bad', 'ahead of'],
    [-DAY_MS, 'bad', 'behind'],
  ])('given a VTN clock that is %d ms ahead, finds it %s', async (aheadMs, verdict, words) => {
    const origin = await httpServer((_request, response) => {
      response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
      response.end();
    });
    const { of } = await doctor(origin);
    expect(of('clock')).toMatchObject([{ verdict, finding: expect.stringContaining(words) }]);
  });

  // @row -1.19
  it('given a VTN that does not tell its time, warns', async () => {
    const origin = await httpServer((_request, response) => {
      response.sendDate = false;
      response.end();
    });
    expect((await doctor(origin)).of('clock')).toMatchObject([{ verdict: 'warning' }]);
  });

  // @row +4.9
  it('given a client certificate, tells the fingerprint the VTN must know, and warns ahead of its end', async () => {
    const server = await httpsServer({ cert: vtn.certificate, key: vtn.key });
    const files = (name: string, days: number): string[] => {
      const ven = issue({
        subject: name,
        issuer: authority,
        validTo: Date.now() + days * DAY_MS,
        validFrom: Date.now() - 900 * DAY_MS,
      });
      return [
        '--ca-file',
        caFile,
        '--cert-file',
        file(`${name}.pem`, ven.certificate),
        '--key-file',
        file(`${name}.key`, ven.key),
      ];
    };
    expect((await doctor(server, files('long', 300))).of('certificate')).toMatchObject([
      { verdict: 'good', finding: expect.stringMatching(/fingerprint ([0-9A-F]{2}:){9}[0-9A-F]{2} /) },
    ]);
    expect((await doctor(server, files('short', 20))).of('certificate')).toMatchObject([{ verdict: 'warning' }]);
    const ended = await doctor(server, files('ended', -2));
    expect(ended.of('certificate')).toMatchObject([{ verdict: 'bad' }]);
    expect(ended.exitCode).toBe(EXIT.configuration);
  });

  it('given TLS files that cannot be used, says which, and goes on', async () => {
    const { exitCode, of } = await doctor(await httpsServer({ cert: vtn.certificate, key: vtn.key }), [
      '--ca-file',
      join(folder, 'none.pem'),
    ]);
    expect(of('certificate')).toMatchObject([{ verdict: 'bad', finding: expect.stringContaining('none.pem') }]);
    expect(of('connection')).toMatchObject([{ verdict: 'good' }]);
    expect(exitCode).toBe(EXIT.configuration);
  });

  it('given the examples of the reference client, asks for what the programme gave', async () => {
    const given = stage(['doctor'], { XDG_DATA_HOME: folder, VEN_VTN_URL: `http://127.0.0.1:${await freePort()}/x` });
    await main(given.surroundings, COMMANDS);
    expect(given.stdout()).toContain('The venID is the example');
    expect(given.stdout()).toContain('does not end in /OpenADR2/Simple/2.0b');
    expect(given.stdout()).toContain('priceUnit');
  });

  /** The line a person reads last. */
  const lastLine = async (origin: string, args: readonly string[] = []): Promise<string> => {
    const given = stage(['doctor', ...args], {
      XDG_DATA_HOME: folder,
      VEN_VTN_URL: canaryUrl(origin),
      VEN_ID: 'my.ven',
      VEN_PRICE_UNIT: 'usd_per_kwh',
    });
    await main(given.surroundings, COMMANDS);
    return (given.stdout().trimEnd().split('\n\n').at(-1) ?? '').replaceAll(/\s+/g, ' ');
  };

  it('ends with one line: ready, and what it could not know', async () => {
    const origin = await httpsServer({ cert: vtn.certificate, key: vtn.key });
    expect(await lastLine(origin, ['--ca-file', caFile])).toBe(
      'Ready. Not tested: whether the VTN knows this VEN and its token (--ask asks it, and changes nothing); which reports the VTN wants, for it says so only when ours are offered.',
    );
  });

  it('ends with one line: not ready, and in few words what first stands in the way', async () => {
    const port = await freePort();
    expect(await lastLine(`http://127.0.0.1:${port}`)).toBe(
      `Not ready: Nobody listens at the VTN 127.0.0.1:${port} (connection refused).`,
    );
    expect(await lastLine(`http://127.0.0.1:${port}`, ['--ca-file', join(folder, 'none.pem')])).toMatch(
      /^Not ready: .*none\.pem.* \(and 1 more BAD finding\)\.$/,
    );
  });

  it('ends with one line also where the configuration cannot be used, and says all that is wrong with it', async () => {
    const config = file('unusable.json', '{ "venID": "my.ven", "devicess": [], "pollFreq": 3 }');
    const given = stage(['doctor', '--config', config], { XDG_DATA_HOME: folder });
    expect(await main(given.surroundings, COMMANDS)).toBe(EXIT.configuration);
    expect(given.stderr()).toMatch(/there is no setting "devicess"/);
    expect(await lastLine('http://127.0.0.1:9', ['--config', config])).toBe(
      'Not ready: The configuration cannot be used.',
    );
  });

  it('says that a real device was not read', async () => {
    const origin = await httpsServer({ cert: vtn.certificate, key: vtn.key });
    const devices = [{ kind: 'sunspec', resourceID: 'battery', host: '127.0.0.1', port: await freePort() }];
    const config = file('real.json', JSON.stringify({ devices }));
    expect(await lastLine(origin, ['--ca-file', caFile, '--config', config])).toMatch(
      /; whether battery can be read, which "ven status" says of a running agent\.$/,
    );
  });
});

describe('the verdict of the doctor', () => {
  const registered = good('registration', 'Registered with VTN as my.ven, registrationID 1.');
  const asked = good('reports', 'The VTN asks for usage by 1 h every 24 h.');

  it('is ready where nothing is bad, with the warnings counted', () => {
    expect(verdictOf([registered, asked])).toBe('Ready.');
    expect(verdictOf([registered, asked, warning('agent', 'No agent runs.')])).toBe('Ready. 1 warning to look at.');
  });

  it('keeps addresses and figures whole', () => {
    expect(verdictOf([bad('connection', 'Nobody listens at 127.0.0.1:80: it refused.'), registered])).toBe(
      'Not ready: Nobody listens at 127.0.0.1:80.',
    );
    expect(verdictOf([bad('disk', 'The disk has 3.5 MiB left; the log takes 2 MiB.')])).toBe(
      'Not ready: The disk has 3.5 MiB left.',
    );
  });
});

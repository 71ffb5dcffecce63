import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { main } from '../../src/cli/main.ts';
import { surroundingsOf } from '../../src/cli/surroundings.ts';
import { priceEvent } from '../../src/conformance/events.ts';
import type { reportJson } from '../../src/conformance/reports/asJson.ts';
import { createVtn } from '../../src/vtn/vtn.ts';
import { startVtnServer } from '../../src/vtn/http/vtnServer.ts';
import { openVtnSigning } from '../../src/vtn/signing.ts';
import { signingKeyOf, TrustedSigners } from '../../src/signatures/certificates.ts';
import { issue } from '../support/certificates.ts';
import { sharedDirectory, sharedIsPresent } from '../support/shared.ts';
import { stage } from '../support/surroundings.ts';

const schemas = join(sharedDirectory, 'openadr', 'xsd');
const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined;
if (!hasXmllint) process.stderr.write('xmllint is not there: no conformance run is held against the schemas by it.\n');
const hasSchemas = sharedIsPresent && hasXmllint;
const scratch = mkdtempSync(join(tmpdir(), 'ven-conformance-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const conformance = async (...args: readonly string[]) => {
  const { surroundings, stdout, stderr } = stage(['conformance', ...args]);
  return { code: await main(surroundings, COMMANDS), stdout, stderr };
};

describe('ven conformance', () => {
  it('given no schemas, then the case passes, the check is not run, and the whole is not green', async () => {
    const { code, stdout } = await conformance('--only', 'N1_0030');
    expect(code).toBe(1);
    expect(stdout()).toMatch(/^N1_0030 +passed /m);
    expect(stdout().replaceAll(/\s+/g, ' ')).toContain(
      'Not green: 1 passed, 0 failed, 0 skipped, 0 not run. The schema check was not run: no --schemas are given.',
    );
    expect(
      Math.max(
        ...stdout()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(100);
  });

  it('given push, then the VTN pushes over a real connection, is never polled, and the table is narrow', async () => {
    const page = join(scratch, 'pushed.json');
    const twins = ['N0_5020', 'N0_5040', 'N0_5080', 'A_E0_0390', 'E0_6020', 'R0_8010'];
    const { stdout } = await conformance('--push', '--only', twins.join(','), '--html', page);
    for (const name of twins) expect(stdout()).toMatch(new RegExp(`^${name} +passed `, 'm'));
    expect(stdout().replaceAll(/\s+/g, ' ')).toContain(
      `Not green: ${twins.length} passed, 0 failed, 0 skipped, 0 not run.`,
    );
    const [table = ''] = stdout().split('\n\n');
    expect(Math.max(...table.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    const told = readFileSync(page, 'utf8');
    expect(told).toContain('pushed to EiEvent: oadrDistributeEvent → an empty body');
    expect(told).toContain('pushed to EiReport: oadrCreateReport → oadrCreatedReport');
    expect(told).not.toContain('oadrPoll');
  });

  it('given pull alone, then the cases of a VEN that is pushed to are left out, and nothing tried is not green', async () => {
    const { code, stdout } = await conformance('--pull', '--only', 'N0_5040');
    expect(code).toBe(1);
    expect(stdout()).not.toContain('N0_5040');
  });

  it('given another VTN by its URL that nobody said how to be pushed by, then a case with pushes says what is to be set', async () => {
    const server = await startVtnServer(createVtn({ clock: { now: Date.now } }));
    onTestFinished(() => server.close());
    const vtn = server.url;
    const { stdout } = await conformance(
      '--push',
      '--only',
      'E0_6020',
      '--vtn',
      vtn,
      '--data',
      scratch,
      '--ven-id',
      'certified',
    );
    expect(stdout().replaceAll(/\s+/g, ' ')).toMatch(/E0_6020 not run/);
    expect(stdout()).toContain('transportAddress');
  });

  it('given another VTN by its URL, then the case is run in real time, and says what a person shall do', async () => {
    const vtn = createVtn({ clock: { now: Date.now }, pollFreq: 'PT1S', usage: 'never', status: 'never' });
    const server = await startVtnServer(vtn);
    onTestFinished(() => server.close());
    const data = ['--data', scratch, '--ven-id', 'certified'];
    const { stdout, stderr } = await conformance('--only', 'P1_2020', '--vtn', server.url, ...data);
    expect(stdout()).toMatch(/^P1_2020 +passed /m);
    expect(stderr()).toContain('P1_2020: A schedule is taken back.');
    expect(vtn.registrations()).toEqual([]);
    expect(vtn.optSchedules()).toEqual([]);
  });

  it('given another VTN that signs and wants signatures, then the VEN says that it signs, and is judged by that', async () => {
    const [ours, theirs] = [issue({ subject: 'ven' }), issue({ subject: 'vtn' })];
    const [venKey, vtnKey] = [ours, theirs].map(({ certificate, key }) => signingKeyOf(certificate, key));
    const signing = await openVtnSigning({
      key: vtnKey ?? null,
      signers: new TrustedSigners('', [venKey?.fingerprint ?? '']),
    });
    const quiet = { pollFreq: 'PT1S', usage: 'never', status: 'never', announcesReports: true } as const;
    const server = await startVtnServer(createVtn({ clock: { now: Date.now }, signing, ...quiet }), {
      tellsTime: true,
    });
    onTestFinished(() => server.close());
    const files = ['ven.pem', 'ven.key'].map((name) => join(scratch, name));
    writeFileSync(files[0] ?? '', ours.certificate);
    writeFileSync(files[1] ?? '', ours.key, { mode: 0o600 });
    const signed = ['signatures=both', `vtnSignatureFingerprints=${vtnKey?.fingerprint}`];
    const { stdout } = await conformance(
      ...['--only', 'N1_0020', '--vtn', server.url, '--data', scratch, '--json'],
      ...['--cert-file', files[0] ?? '', '--key-file', files[1] ?? ''],
      ...signed.flatMap((each) => ['--set', each]),
    );
    const report = JSON.parse(stdout()) as { cases: { verdict: string; exchanges: unknown[] }[] };
    expect(report).toMatchObject({ cases: [{ name: 'N1_0020', verdict: 'passed' }] });
    expect(JSON.stringify(report.cases[0]?.exchanges)).toMatch(/oadrXmlSignature>true</);
  });

  it('given another VTN and nobody at a terminal, then what takes somebody is left out at once, and what does not is run', async () => {
    const vtn = createVtn({ clock: { now: Date.now }, pollFreq: 'PT1S', usage: 'never', status: 'never' });
    const server = await startVtnServer(vtn);
    onTestFinished(() => server.close());
    const only = ['--only', 'N1_0040', '--only', 'P1_2010', '--pull'];
    const { stdout, stderr } = await conformance(...only, '--vtn', server.url, '--data', scratch);
    expect(stderr().replaceAll(/\s+/g, ' ')).toContain(
      '2 cases; for 1 of them somebody has to have the VTN do something, and nobody is there',
    );
    expect(stdout()).toMatch(/^N1_0040 +not run /m);
    expect(stdout()).toMatch(/^P1_2010 +passed /m);
    expect(stdout().replaceAll(/\s+/g, ' ')).toContain('1 passed, 0 failed, 0 skipped, 1 not run.');
    expect(vtn.registrations()).toEqual([]);
  });

  it('given another VTN whose programme has a name of its own, then the VEN is not blamed for taking its DR events', async () => {
    const quiet = { pollFreq: 'PT1S', usage: 'never', status: 'never' } as const;
    const prices = { unit: 'usd_per_kwh', pricesOf: () => undefined } as const;
    const vtn = createVtn({ clock: { now: Date.now }, marketContext: 'oadr://unknown.context', prices, ...quiet });
    const server = await startVtnServer(vtn);
    onTestFinished(() => server.close());
    let said = '';
    const given = ['--vtn', server.url, '--data', scratch, '--ven-id', 'certified', '--patience', '10m', '--json'];
    const surroundings = surroundingsOf({
      args: ['conformance', '--only', 'E1_1020', ...given],
      environment: {},
      stdout: { write: (text) => (said += text) },
      stderr: { write: (text) => text.includes('Have the VTN hand out') && vtn.events.add(priceEvent(Date.now(), 6)) },
      stopSignal: () => new AbortController().signal,
    });
    await main(surroundings, COMMANDS);
    expect(JSON.parse(said)).toMatchObject({ cases: [{ name: 'E1_1020', verdict: 'passed' }] });
  });

  it('given another VTN that is not there, then that is said at once, and no case is run', async () => {
    const url = 'http://127.0.0.1:9/token/OpenADR2/Simple/2.0b';
    const { code, stdout, stderr } = await conformance('--only', 'N1_0030', '--vtn', url, '--data', scratch);
    expect(code).toBe(1);
    expect(stdout()).toBe('');
    expect(stderr().replaceAll(/\s+/g, ' ')).toMatch(/No case was run, for .* did not answer oadrQueryRegistration/);
    expect(stderr()).not.toContain('/token/');
  });

  it('given the configured one, then it is that of the data directory', async () => {
    const directory = mkdtempSync(join(scratch, 'configured-'));
    writeFileSync(join(directory, 'ven.config.json'), '{ "venID": "my.ven", "vtnUrlFile": "url" }');
    writeFileSync(join(directory, 'url'), 'http://127.0.0.1:9/token/OpenADR2/Simple/2.0b', { mode: 0o600 });
    const { code, stderr } = await conformance('--only', 'N1_0030', '--vtn', 'url', '--data', directory);
    expect(code).toBe(1);
    expect(stderr()).toContain('127.0.0.1:9');
  });

  it('given a list, then each case says who does the part of another VTN, and none is run', async () => {
    const { code, stdout } = await conformance('--list', '--only', 'N1_0030', '--only', 'N1_0040', '--only', 'E1_1065');
    expect(code).toBe(0);
    expect(stdout()).toMatch(/^N1_0030 .*the VTN by itself$/m);
    expect(stdout()).toMatch(/^N1_0040 .*somebody at the VTN$/m);
    expect(stdout()).toMatch(/^E1_1065 .*skipped: /m);
  });

  it('given a VTN on another machine, then usage that was never used is reported only when that is said', async () => {
    const url = 'https://vtn.example/token/OpenADR2/Simple/2.0b';
    const { code, stderr } = await conformance('--only', 'N1_0030', '--vtn', url, '--data', scratch);
    expect(code).toBe(3);
    expect(stderr()).toContain('never do it to a VTN that bills');
    expect(stderr()).not.toContain('/token/');
  });

  it('given somebody who ends it in its first case, then the rest is not run, and the whole is not green, whoever reads it', async () => {
    const junit = join(scratch, 'broken-off.xml');
    const stopping = new AbortController();
    let said = '';
    const given = ['--only', 'N1_0030', '--only', 'N1_0040', '--pull', '--junit', junit, '--json'];
    const surroundings = surroundingsOf({
      args: ['conformance', ...given, ...(hasSchemas ? ['--schemas', schemas] : [])],
      environment: {},
      stdout: { write: (text) => (said += text) },
      // At a terminal each case is named as it begins.
      stderr: { isTTY: true, columns: 100, write: (text) => text.includes('N1_0030') && stopping.abort('SIGTERM') },
      stopSignal: () => stopping.signal,
    });
    expect(await main(surroundings, COMMANDS)).toBe(1);
    const report = JSON.parse(said) as ReturnType<typeof reportJson>;
    expect(report).toMatchObject({
      isGreen: false,
      isBrokenOff: true,
      cases: [
        { name: 'N1_0030', verdict: 'passed' },
        { name: 'N1_0040', verdict: 'not run', because: 'the run was broken off' },
      ],
    });
    expect(readFileSync(junit, 'utf8')).toContain('<failure message="the run was broken off"/>');
  });

  it('given a name that no case has, then nothing is run', async () => {
    const { code, stderr } = await conformance('--only', 'N1_9999');
    expect(code).toBe(2);
    expect(stderr()).toContain('There is no test case "N1_9999"');
  });

  it.skipIf(!hasSchemas)(
    'given the schemas, then it is green, and the reports hold steps, messages and the hash',
    async () => {
      const [html, junit] = [join(scratch, 'report.html'), join(scratch, 'report.xml')];
      const { code, stdout } = await conformance(
        '--only',
        'N1_0020',
        '--schemas',
        schemas,
        '--html',
        html,
        '--junit',
        junit,
        '--json',
      );
      expect(code).toBe(0);
      const report = JSON.parse(stdout()) as {
        isGreen: boolean;
        schemas: { sha256: string };
        cases: { exchanges: unknown[] }[];
      };
      expect(report).toMatchObject({
        isGreen: true,
        passed: 1,
        failed: 0,
        cases: [{ name: 'N1_0020', verdict: 'passed' }],
      });
      expect(report.schemas.sha256).toMatch(/^[0-9a-f]{64}$/);
      const page = readFileSync(html, 'utf8');
      expect(page).toContain('oadrCreatePartyRegistration');
      expect(page).toContain(report.schemas.sha256);
      expect(readFileSync(junit, 'utf8')).toContain('<testcase classname="N1" name="N1_0020');
    },
  );
});

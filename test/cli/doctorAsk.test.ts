// The doctor asks the VTN itself, and finds the secrets that others can read.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { spaceFindings } from '../../src/cli/doctor/space.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import { decodePayload } from '../../src/protocol/payload.ts';
import { startVtnServer } from '../../src/vtn/http/vtnServer.ts';
import { createVtn, type Vtn } from '../../src/vtn/vtn.ts';
import { patienceMs } from '../support/patience.ts';
import { httpServer } from '../support/servers.ts';
import { stage } from '../support/surroundings.ts';
import { startVen } from './support/venProcess.ts';

const folder = mkdtempSync(join(tmpdir(), 'ven-doctor-ask-'));
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
  rmSync(folder, { recursive: true });
});

let number = 0;
const newDirectory = (): string => {
  const path = join(folder, String((number += 1)));
  mkdirSync(path, { mode: 0o700 });
  return path;
};

const token = 'a-token-of-the-test';

/** An embedded VTN, and what it was asked. */
const vtnServer = async () => {
  const vtn = createVtn({ clock: { now: Date.now } });
  const asked: string[] = [];
  const server = await startVtnServer(
    {
      ...vtn,
      handle: (service, body) => {
        const decoded = typeof body === 'string' ? decodePayload(body) : { ok: true as const, message: body };
        asked.push(decoded.ok ? decoded.message.message : 'unreadable');
        return vtn.handle(service, body);
      },
    },
    { port: 0, token },
  );
  closing.push(() => server.close());
  const timesAsked = (message: string): number => asked.filter((each) => each === message).length;
  return { vtn, url: server.url, asked, timesAsked };
};

/** Somebody registers: with two VENs a VTN cannot tell by a query which of them it knows. */
const register = (vtn: Vtn, venID: string) =>
  vtn.handle('EiRegisterParty', {
    message: 'oadrCreatePartyRegistration',
    requestID: 'r-1',
    venID,
    oadrProfileName: '2.0b',
    oadrTransportName: 'simpleHttp',
    oadrReportOnly: false,
    oadrXmlSignature: false,
    oadrHttpPullModel: true,
  });

const doctor = async (url: string, args: readonly string[], environment: Record<string, string> = {}) => {
  const given = stage(['doctor', '--json', ...args], {
    VEN_DATA: newDirectory(),
    VEN_VTN_URL: url,
    VEN_ID: 'my.ven',
    ...environment,
  });
  const exitCode = await main(given.surroundings, COMMANDS);
  expect(given.stdout() + given.stderr()).not.toContain(token);
  const findings = given
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  return { exitCode, of: (check: string) => findings.filter((each) => each.check === check) };
};

describe('ven doctor --ask', () => {
  it('given the right token, says that the VTN takes it, and asks nothing that would change anything', async () => {
    const { url, asked } = await vtnServer();
    const { exitCode, of } = await doctor(url, ['--ask']);
    expect(of('token')).toMatchObject([{ verdict: 'good', finding: expect.stringContaining('takes the token') }]);
    expect(of('known')).toHaveLength(1);
    expect(exitCode).toBe(EXIT.success);
    expect(asked.filter((each) => each !== 'oadrQueryRegistration' && each !== 'oadrRequestEvent')).toEqual([]);
    expect(asked[0]).toBe('oadrQueryRegistration');
  });

  it('given a VTN with several VENs, then it is asked for DR events, and what it offers is said to be unanswered', async () => {
    const { vtn, url, asked } = await vtnServer();
    for (const venID of ['my.ven', 'neighbour']) await register(vtn, venID);
    const { of } = await doctor(url, ['--ask']);
    expect(asked).toEqual(['oadrQueryRegistration', 'oadrRequestEvent']);
    expect(of('known')).toMatchObject([{ verdict: 'good', finding: expect.stringMatching(/offers .*"ven run" asks/) }]);
  });

  it('given a VEN that runs and is registered, then no DR events are asked for, which nobody would answer', async () => {
    const { vtn, url, asked, timesAsked } = await vtnServer();
    await register(vtn, 'neighbour');
    const data = newDirectory();
    const run = await startVen(['run', '-d', data, '--set', 'priceUnit=usd_per_kwh'], {
      VEN_VTN_URL: url,
      VEN_ID: 'my.ven',
    });
    await run.until(/Reports registered/);
    await vi.waitFor(() => expect(asked).toContain('oadrPoll'), patienceMs);
    const before = timesAsked('oadrRequestEvent');
    const { of } = await doctor(url, ['--ask'], { VEN_DATA: data });
    expect(of('known')).toMatchObject([{ verdict: 'good', finding: expect.stringContaining('it runs') }]);
    expect(timesAsked('oadrRequestEvent')).toBe(before);
    expect(vtn.complaints).toEqual([]);
  });

  it('without it, asks nothing', async () => {
    const { url, asked } = await vtnServer();
    expect((await doctor(url, [])).of('token')).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('given a wrong token, says so and what to do, without the token', async () => {
    const { url } = await vtnServer();
    const { exitCode, of } = await doctor(url.replace(token, 'another-token-than-that'), ['--ask']);
    expect(of('token')).toMatchObject([
      {
        verdict: 'bad',
        finding: expect.stringContaining('does not take the token'),
        advice: expect.stringContaining('URL'),
      },
    ]);
    expect(exitCode).toBe(EXIT.vtn);
  });

  it('given a server that is no VTN, says that its answer cannot be read', async () => {
    const origin = await httpServer((_request, response) => {
      response.end('<html>Welcome</html>');
    });
    const { exitCode, of } = await doctor(`${origin}/${token}/OpenADR2/Simple/2.0b`, ['--ask']);
    expect(of('token')).toMatchObject([{ verdict: 'bad' }]);
    expect(exitCode).toBe(EXIT.vtn);
  });
});

describe('the files of secrets', () => {
  const onPosix = it.skipIf(process.platform === 'win32');

  onPosix('given one that others may read, then it is named, with the command that mends it', async () => {
    const { url } = await vtnServer();
    const file = join(newDirectory(), 'vtn-url');
    writeFileSync(file, url);
    chmodSync(file, 0o644);
    const open = await doctor('', [], { VEN_VTN_URL_FILE: file });
    expect(open.of('secrets')).toMatchObject([{ verdict: 'warning', advice: `Run: chmod 600 ${file}` }]);
    chmodSync(file, 0o600);
    const closed = await doctor('', [], { VEN_VTN_URL_FILE: file });
    expect(closed.of('secrets')).toMatchObject([{ verdict: 'good', finding: expect.stringContaining(file) }]);
  });
});

describe('the token in the VTN URL', () => {
  it.each([
    ['battery', ['The token in the VTN URL is a plain word']],
    ['2026', ['The token in the VTN URL is a plain word or number']],
    ['openadr/k3J9-dPq2-81xZ', ['A part of the VTN URL’s path is a plain word']],
    ['vtn/k3J9-dPq2-81xZ', []],
    [token, []],
  ])('given %s, then it is said what hiding it hides, where it is what anybody writes', async (plain, said) => {
    const { of } = await doctor(`http://127.0.0.1:9/${plain}/OpenADR2/Simple/2.0b`, []);
    const warnings = of('configuration').filter(({ finding }) => finding.includes('***.'));
    expect(warnings).toMatchObject(
      said.map((text) => ({ verdict: 'warning', finding: expect.stringContaining(text) })),
    );
  });
});

describe('the data directory', () => {
  it('given a file in its place, then it is bad', async () => {
    const { url } = await vtnServer();
    const file = join(newDirectory(), 'file');
    writeFileSync(file, '');
    const { exitCode, of } = await doctor(url, [], { VEN_DATA: join(file, 'data') });
    expect(of('data directory')).toMatchObject([{ verdict: 'bad', finding: expect.stringContaining('is a file') }]);
    expect(exitCode).toBe(EXIT.configuration);
  });

  const MiB = 1_048_576;

  it('given a log that has grown for a while, then its own growth says what a year takes', () => {
    const [found] = spaceFindings(900 * MiB, 30 * MiB, 10);
    expect(found).toMatchObject({ verdict: 'warning', finding: expect.stringContaining('about 1098 MiB a year') });
    expect(spaceFindings(2_000 * MiB, 30 * MiB, 10)).toMatchObject([{ verdict: 'good' }]);
    expect(spaceFindings(10 * MiB, 30 * MiB, 10)).toMatchObject([{ verdict: 'bad' }]);
    expect(spaceFindings(600 * MiB, 0, null)).toMatchObject([{ verdict: 'good' }]);
  });
});

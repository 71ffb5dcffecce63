import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { openBundleAt } from '../../src/cli/control/openLog.ts';
import { main } from '../../src/cli/main.ts';
import { decodePayload, encodePayload, type OadrMessage } from '../../src/protocol/payload.ts';
import { serviceOf } from '../../src/protocol/services.ts';
import { createVtn, type Vtn } from '../../src/vtn/vtn.ts';
import { startVtnServer } from '../../src/vtn/http/vtnServer.ts';
import { exchangesIn } from '../bundle/support/played.ts';
import { at, worldOn } from '../scenarios/support/day.ts';
import { CANARY_PATH, expectNoCanary } from '../support/canary.ts';
import { freePort } from '../support/freePort.ts';
import { stage } from '../support/surroundings.ts';
import { call, objects } from './support/call.ts';
import { copyLog } from './support/dayLog.ts';

/** The same price in every hour of every day, known from the start of the day before: it does not matter when the test runs. */
const steady = {
  prices: { unit: 'usd_per_kwh', pricesOf: () => Array.from({ length: 24 }, () => '0.1') },
  publishAt: '00:00',
  timeZone: 'UTC',
} as const;

let file: string;

beforeAll(async () => {
  const { world } = worldOn({
    day: '2026-07-14',
    hour: 16,
    vtn: { ...steady, pollFreq: 'PT5M' },
    settings: { timeZone: 'UTC' },
  });
  await world.start();
  world.vtn.faults.next({ do: 'status', status: 503, retryAfterSeconds: 1, on: 'oadrRequestEvent' });
  await world.runTo(at('2026-07-14', 16, 3));
  await world.stop();
  const directory = mkdtempSync(join(tmpdir(), 'ven-reproduce-'));
  await copyLog(world.log, directory);
  file = join(directory, 'registering.bundle.gz');
  expect((await call('bundle', '-d', directory, '-o', file)).exitCode).toBe(0);
});

/** A VTN on a real socket. */
const listening = async (
  prepare: (vtn: Vtn) => void = () => undefined,
): Promise<{ readonly url: string; readonly vtn: Vtn }> => {
  const vtn = createVtn({ clock: { now: Date.now }, seed: 77, pollFreq: 'PT5M', status: 'never', ...steady });
  prepare(vtn);
  const server = await startVtnServer(vtn, { token: CANARY_PATH });
  onTestFinished(() => server.close());
  return { url: server.url, vtn };
};

const faulty = (vtn: Vtn): void =>
  vtn.faults.next({ do: 'status', status: 503, retryAfterSeconds: 1, on: 'oadrRequestEvent' });

describe('ven reproduce', () => {
  it('finds every answer as recorded at a VTN that has the fault, and says what it did not count', async () => {
    const { url, vtn } = await listening(faulty);
    const { exitCode, stdout, stderr } = await call('reproduce', file, '--vtn', url, '--speed', '1000');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/oadrRequestEvent -> HTTP 503 {2}the same/);
    expect(stdout).toMatch(/All \d+ requests were answered as recorded\.\nNot counted as a difference:/);
    expect(vtn.chronicle.exchanges.length).toBeGreaterThan(5);
    expectNoCanary(stdout + stderr);
  });

  it('names the one answer that is another at a VTN that is well', async () => {
    const { url } = await listening();
    const { exitCode, stdout } = await call('reproduce', file, '--vtn', url, '--speed', '1000', '--json');
    expect(exitCode).toBe(1);
    const different = objects<{ request: string; differences: readonly object[] }>(stdout).filter(
      ({ differences }) => differences.length > 0,
    );
    expect(different).toMatchObject([
      { request: 'oadrRequestEvent', recorded: 'HTTP 503', now: 'oadrDistributeEvent 200' },
    ]);
    expectNoCanary(stdout);
  });

  it('sends nothing to anyone who was not named, and nothing in the clear to another machine', async () => {
    expect(await call('reproduce', file)).toMatchObject({
      exitCode: 2,
      stderr: 'Only to a VTN that is named is anything sent: give it with --vtn URL.\n',
    });
    const clear = await call('reproduce', file, '--vtn', `http://vtn.example/${CANARY_PATH}/OpenADR2/Simple/2.0b`);
    expect(clear).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is plain http://') as string });
    expectNoCanary(clear.stderr);
    const nobody = await call(
      'reproduce',
      file,
      '--vtn',
      `http://127.0.0.1:1/${CANARY_PATH}/OpenADR2/Simple/2.0b`,
      '--speed',
      '1000',
    );
    expect(nobody.exitCode).toBe(1);
    expect(nobody.stdout).toContain('recorded oadrCreatedPartyRegistration 200, now refused');
    expectNoCanary(nobody.stdout + nobody.stderr);
  });
});

/** A VEN that is none of ours: a plain HTTP client. */
const post = (url: string, message: OadrMessage): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const body = encodePayload(message, { bare: true });
    const sent = request(
      `${url}/${serviceOf[message.message]}`,
      { method: 'POST', headers: { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) } },
      (response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

const withVenID = (message: OadrMessage, venID: string): OadrMessage =>
  ({ ...message, ...('venID' in message ? { venID } : {}) }) as OadrMessage;

describe('ven vtn --replay', () => {
  /** The command as it runs until it is stopped. */
  const started = async (): Promise<{
    readonly url: string;
    readonly ended: Promise<number>;
    readonly stop: () => void;
    readonly stdout: () => string;
  }> => {
    const { surroundings, stdout, stderr, stop } = stage(['vtn', '--replay', file, '--port', '0'], {
      XDG_DATA_HOME: '/nowhere',
    });
    const ended = main(surroundings, COMMANDS);
    await expect.poll(() => stdout() + stderr()).toContain('is repeated at');
    expect(stderr()).toBe('');
    return { url: /repeated at (\S+):/.exec(stdout())?.[1] ?? '', ended, stop, stdout };
  };

  it('shows the recorded fault to a foreign VEN that does the same, and finds nothing to say', async () => {
    const { url, ended, stop, stdout } = await started();
    const log = await openBundleAt(file);
    onTestFinished(() => log.close());
    const seen: string[] = [];
    for (const { request: recorded } of await exchangesIn(log)) {
      const { status, body } = await post(url, withVenID(recorded, 'foreign.ven.4'));
      const decoded = decodePayload(body);
      seen.push(decoded.ok ? decoded.message.message : String(status));
      if (decoded.ok && 'venID' in decoded.message) expect(decoded.message.venID).toBe('foreign.ven.4');
    }
    expect(seen.slice(0, 2)).toEqual(['oadrCreatedPartyRegistration', 'oadrRegisteredReport']);
    expect(seen).toContain('503');
    expect(decodePayload((await post(url, { message: 'oadrPoll', venID: 'foreign.ven.4' })).body)).toMatchObject({
      message: { message: 'oadrResponse' },
    });
    stop();
    expect(await ended).toBe(0);
    expect(stdout()).toContain('oadrRequestEvent -> HTTP 503  as recorded');
    expect(stdout()).toContain('The recording is at its end');
    expect(stdout()).toContain('What the VEN said is what the recorded one said.\nAll of the recording was played.');
  });

  it('says where another VEN departs', async () => {
    const { url, ended, stop, stdout } = await started();
    const log = await openBundleAt(file);
    onTestFinished(() => log.close());
    const [registering] = await exchangesIn(log);
    await post(url, { ...registering?.request, oadrReportOnly: true } as OadrMessage);
    await post(url, {
      message: 'oadrCancelPartyRegistration',
      requestID: 'why',
      registrationID: 'r',
      venID: 'v',
    } as OadrMessage);
    stop();
    expect(await ended).toBe(1);
    expect(stdout()).toMatch(
      /oadrCreatePartyRegistration .*DIFFERENT\n {4}oadrCreatePartyRegistration\/oadrReportOnly: recorded false, now true/,
    );
    expect(stdout()).toMatch(/oadrCancelPartyRegistration {2}UNEXPECTED: the recording has oadrRegisterReport here/);
    expect(stdout()).toMatch(
      /departed from the recording 2 times\.\nThe VEN did not get to the end: \d+ recorded requests were still to come/,
    );
  });
});

describe('a recording of a VEN that is pushed to', () => {
  let pushed: string;

  beforeAll(async () => {
    const { world } = worldOn({
      day: '2026-07-14',
      hour: 16,
      pushEveryMs: 1_000,
      vtn: steady,
      settings: { timeZone: 'UTC' },
    });
    await world.start();
    await world.runTo(at('2026-07-14', 16, 1));
    world.vtn.askReport({ kind: 'oneShot' });
    await world.runTo(at('2026-07-14', 16, 2));
    await world.stop();
    const directory = mkdtempSync(join(tmpdir(), 'ven-pushed-'));
    await copyLog(world.log, directory);
    pushed = join(directory, 'pushed.bundle.gz');
    expect((await call('bundle', '-d', directory, '-o', pushed)).exitCode).toBe(0);
    expect((await call('replay', '--verify', '--from-wire', '-d', pushed)).stdout).toMatch(
      /concluded again, to the letter/,
    );
  });

  it('is played by both sides to each other, over real connections, and neither finds a difference', async () => {
    const stopping = stage(['vtn', '--replay', pushed, '--port', '0', '--lapse', '20'], { XDG_DATA_HOME: '/nowhere' });
    const ended = main(stopping.surroundings, COMMANDS);
    await expect.poll(stopping.stdout).toContain('is repeated at');
    const url = /repeated at (\S+):/.exec(stopping.stdout())?.[1] ?? '';
    const port = await freePort();
    const door = ['--push', `127.0.0.1:${port}`, '--transport-address', `http://127.0.0.1:${port}/`];
    const ours = await call('reproduce', pushed, '--vtn', url, '--speed', '20', ...door);
    stopping.stop();
    expect(await ended).toBe(0);
    expect(ours.stdout).toMatch(/oadrCreateReport pushed -> oadrCreatedReport 200 {2}the same/);
    expect(ours.stdout).toMatch(/All \d+ requests and 2 pushes were as recorded\./);
    expect(stopping.stdout()).toMatch(/oadrDistributeEvent pushed -> an empty body {2}as recorded/);
    expect(stopping.stdout()).toContain('All of the recording was played.');
    expectNoCanary(ours.stdout);
  });

  it('is not played while nobody says where the VTN is to push: the recorded address is told to nobody', async () => {
    const { url, vtn } = await listening();
    const { exitCode, stderr } = await call('reproduce', pushed, '--vtn', url);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Say where the VTN is to push now: --push ADDRESS:PORT');
    expect(vtn.chronicle.exchanges).toHaveLength(0);
    expect(await call('reproduce', pushed, '--vtn', url, '--push', '127.0.0.1:1')).toMatchObject({ exitCode: 3 });
  });
});

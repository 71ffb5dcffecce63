/** Commands over HTTP, on a real socket: what is granted is on disk, and nobody commands who may not. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadConfiguration } from '../../src/adapters/config/config.ts';
import { createRedactor, type Redactor } from '../../src/adapters/secrets/redact.ts';
import { longestBody } from '../../src/cli/commandApi/body.ts';
import { commandsAtMost } from '../../src/cli/control/commandRate.ts';
import { OperatorDesk } from '../../src/cli/control/operatorDesk.ts';
import { startCommandServer } from '../../src/cli/commandApi/commandServer.ts';
import { tryCommands } from '../../src/cli/commandApi/openCommands.ts';
import { commandsDocument } from '../../src/cli/commandApi/openapi.ts';
import { commandsCheck } from '../../src/cli/doctor/commandsCheck.ts';
import { secretFilesCheck } from '../../src/cli/doctor/secretFilesCheck.ts';
import { fixedSchedule } from '../../src/dispatch/fixedSchedule.ts';
import type { DeviceSettings } from '../../src/facts/settings.ts';
import { upcast } from '../../src/facts/upcast.ts';
import { foldLog } from '../../src/shell/fold.ts';
import type { OperatorCommand } from '../../src/shell/operatorCommands.ts';
import { settingsSchema } from '../../src/shell/settings/settings.ts';
import { venSettingsOf } from '../../src/shell/settings/venSettings.ts';
import { LiveProjections } from '../../src/store/live/liveProjections.ts';
import { paceBeside } from '../../src/inspector/server/pace.ts';
import { ask, type Heard } from '../inspector/support/inspecting.ts';
import { at } from '../scenarios/support/day.ts';
import { AgentWorld, memoryStorage } from '../support/agentWorld.ts';
import { homeBattery } from '../support/homeBattery.ts';

const today = '2026-06-10';
const token = 'a-token-that-nobody-guesses';
const asked = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
const hourMs = 3_600_000;

/** An agent with two batteries at ten o'clock, and the port where it takes commands. */
const commanding = async (
  elapsedMs = () => 0,
  recordedWithinMs = 15_000,
  alter: (device: DeviceSettings) => DeviceSettings = (device) => device,
) => {
  const devices = ['one', 'two'].map((resourceID) => ({ kind: 'simulatedBattery', resourceID }));
  const configured = venSettingsOf(settingsSchema.parse({ dataDirectory: 'unused', devices }));
  const settings = { ...configured, devices: configured.devices.map(alter) };
  const there = new AgentWorld({
    startAt: at(today, 10),
    vtn: { pollFreq: 'PT1M' },
    planner: fixedSchedule(),
    storage: memoryStorage(),
    settings,
    devices: (time) => settings.devices.map(({ resourceID }) => homeBattery(resourceID, time)),
  });
  await there.start();
  await there.runTo(at(today, 10, 5));
  if (there.agent === null) throw new Error('It did not start.');
  const projections = new LiveProjections(there.log, { pace: paceBeside(true), onFault: () => undefined });
  const strangers: string[] = [];
  const faults: unknown[] = [];
  const desk = new OperatorDesk(
    { agent: there.agent, projections, now: () => there.time.now(), recordedWithinMs },
    elapsedMs,
  );
  const server = await startCommandServer({
    desk,
    address: '127.0.0.1',
    port: 0,
    token,
    redact: (text) => createRedactor([token]).text(text),
    onStranger: (sentence) => strangers.push(sentence),
    onFault: (error) => faults.push(error),
  });
  onTestFinished(() => server.close());
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = asked): Promise<Heard> =>
    ask(server.port, path, headers, 'POST', typeof body === 'string' ? body : JSON.stringify(body));
  const entries = async () => (await there.entries()).map(upcast);
  return { there, desk, server, post, strangers, faults, entries };
};

/** A refusal: its status and its sentence. */
const refusal = (heard: Heard): string => {
  expect(heard.headers['content-type']).toBe('application/problem+json');
  const { status, detail } = heard.json<{ status: number; detail: string }>();
  expect(status).toBe(heard.status);
  return `${status} ${detail}`;
};

describe('a command over HTTP', () => {
  it('given each kind, when it is granted, then it stands in the log at the position that is told, and the log replays', async () => {
    const { there, post, entries } = await commanding();
    const granted = async (path: string, body: object): Promise<unknown> => {
      const heard = await post(path, body);
      expect(`${path} ${heard.status} ${heard.text}`).toMatch(/ 200 \{"position":\d+\}$/);
      const { position } = heard.json<{ position: number }>();
      const entry = (await entries()).find((each) => each.position === position);
      return { type: entry?.type, stream: entry?.stream, data: entry?.data };
    };
    expect(
      await granted('/api/v1/override', { resourceID: 'one', action: 'charge', powerWatts: 2_000, forMs: hourMs }),
    ).toEqual({
      type: 'OperatorInstructed',
      stream: 'device/one',
      data: {
        resourceID: 'one',
        instruction: { kind: 'override', action: 'charge', powerWatts: 2_000 },
        endAt: at(today, 11, 5),
        isForLength: true,
        by: 'http',
      },
    });
    expect(
      await granted('/api/v1/wish', { resourceID: 'two', kind: 'keep', stateOfCharge: 0.8, endAt: at(today, 20) }),
    ).toMatchObject({ type: 'OperatorInstructed', data: { instruction: { kind: 'keep', stateOfCharge: 0.8 } } });
    expect(await granted('/api/v1/release', { resourceID: 'two', kind: 'keep' })).toMatchObject({
      type: 'OperatorReleased',
      data: { resourceID: 'two', kind: 'keep', by: 'http' },
    });
    expect(await granted('/api/v1/release', {})).toMatchObject({ type: 'OperatorReleased', data: { by: 'http' } });
    await there.runTo(at(today, 10, 10));
    const before = (await entries()).length;
    expect(await granted('/api/v1/plan', {})).toMatchObject({ type: 'OperatorAsked', data: { wish: 'planAgain' } });
    await there.runTo(at(today, 10, 11));
    const since = (await entries()).slice(before);
    expect(since.filter((each) => each.type === 'PlanRequested').map(({ data }) => data)).toMatchObject([
      { because: 'a person asks for a plan' },
    ]);
    const { divergences } = await foldLog(there.log, { verify: true });
    expect(divergences).toEqual([]);
  });

  it('given many at once, then each is told its own position', async () => {
    const { post, entries } = await commanding();
    const heard = await Promise.all(
      ['charge', 'hold', 'discharge', 'hold'].map((action) =>
        post('/api/v1/override', { resourceID: 'one', action, forMs: hourMs }),
      ),
    );
    const all = await entries();
    const actions = heard.map((each) => {
      const entry = all.find(({ position }) => position === each.json<{ position: number }>().position);
      return entry?.type === 'OperatorInstructed' ? entry.data.instruction : null;
    });
    expect(actions).toEqual(['charge', 'hold', 'discharge', 'hold'].map((action) => ({ kind: 'override', action })));
  });

  it.each([
    [
      'override',
      { resourceID: 'three', action: 'hold', forMs: hourMs },
      'There is no device "three": there is one, two',
    ],
    ['override', { action: 'hold', forMs: hourMs }, 'There are several devices'],
    ['override', { resourceID: 'one', action: 'hold' }, 'Say either until when it is to hold or for how long'],
    ['override', { resourceID: 'one', action: 'hold', endAt: 1 }, 'has passed already'],
    ['override', { resourceID: 'one', action: 'charge', powerWatts: 1e6, forMs: hourMs }, 'W at most'],
    ['override', { resourceID: 'one', action: 'explode', forMs: hourMs }, 'must be charge or discharge or hold'],
    ['override', { resourceID: 'one', forMs: hourMs }, 'needs the field action'],
    ['override', { resourceID: 7, action: 'hold', forMs: hourMs }, 'resourceID of /api/v1/override must be a text'],
    ['override', { resourceID: 'one', action: 'hold', forMs: 1.5 }, 'forMs of /api/v1/override must be a whole number'],
    ['override', { resourceID: 'one', kind: 'leave', forMs: hourMs }, 'knows no field "kind"'],
    ['override', '{"__proto__":{"action":"hold"}}', 'knows no field "__proto__"'],
    ['override', { resourceID: 'one', action: 'hold', forMs: hourMs, by: 'me' }, 'knows no field "by"'],
    ['wish', { resourceID: 'one', endAt: 1 }, 'needs the field kind'],
    ['release', { resourceID: 'one' }, 'is not overridden'],
    ['release', {}, 'No device is overridden'],
    ['plan', { now: 'yes' }, 'it takes none, so send {}'],
    ['plan', '', 'no JSON'],
    ['plan', '{"secret":"hunter2', 'no JSON'],
    ['plan', '[]', 'one JSON object'],
    ['plan', 'null', 'one JSON object'],
  ])('given %s %j, then it is refused in a sentence, and nothing is recorded', async (name, body, sentence) => {
    const { post, entries, faults } = await commanding();
    const before = (await entries()).length;
    const said = refusal(await post(`/api/v1/${name}`, body));
    expect(said).toContain('422 ');
    expect(said).toContain(sentence);
    expect(said).not.toContain('hunter2');
    expect(await entries()).toHaveLength(before);
    expect(faults).toEqual([]);
  });

  it('given too many for one device, then it says when to come again, and others are still heard', async () => {
    let elapsed = 0;
    const { post } = await commanding(() => elapsed);
    const hold = (resourceID: string): Promise<Heard> =>
      post('/api/v1/override', { resourceID, action: 'hold', forMs: hourMs });
    for (let count = 0; count < commandsAtMost; count += 1) expect((await hold('one')).status).toBe(200);
    elapsed = 20_000;
    const heard = await hold('one');
    expect(refusal(heard)).toMatch(/^429 .*come again in 40 s/);
    expect(heard.headers['retry-after']).toBe('40');
    expect((await hold('two')).status).toBe(200);
    elapsed = 60_000;
    expect((await hold('one')).status).toBe(200);
  });

  it('given commands from another door, then all are counted together, those that cannot be read as well', async () => {
    const { desk, post } = await commanding();
    const hold = (): Promise<Heard> => post('/api/v1/override', { resourceID: 'one', action: 'hold', forMs: hourMs });
    const overMqtt = (read: () => OperatorCommand) => desk.take({ by: 'mqtt', subject: 'device/one', read });
    for (let count = 0; count < commandsAtMost - 2; count += 1) expect((await hold()).status).toBe(200);
    const unreadable = (): never => {
      throw new Error('that says nothing');
    };
    await expect(overMqtt(unreadable)).rejects.toThrow('that says nothing');
    await overMqtt(() => ({ type: 'OperatorInstructed', resourceID: 'one', action: 'hold', forMs: hourMs }));
    expect((await hold()).status).toBe(429);
    await expect(overMqtt(unreadable)).rejects.toThrow('It was told 10 things within a minute');
  });

  it('given a time to come, then it is opted out of by EiOpt, told at the VTN, and taken back by its optID', async () => {
    const { there, post, entries } = await commanding(() => 0, 15_000);
    await there.runTo(at(today, 11, 5));
    const opted = await post('/api/v1/opts', {
      optType: 'optOut',
      startAt: at(today, 17),
      endAt: at(today, 20),
      every: 'day',
      times: 2,
      resourceID: 'one',
    });
    const severally = await post('/api/v1/opts', {
      optType: 'optOut',
      windows: [{ startAt: at(today, 30), endAt: at(today, 31) }, { startAt: at(today, 60) }],
      resourceID: 'two',
    });
    expect(severally.status).toBe(200);
    expect(opted.status).toBe(200);
    for (const [body, sentence] of [
      [{}, 'Say what is opted'],
      [{ startAt: at(today, 17), every: 'day' }, 'null is no number of times'],
      [{ startAt: at(today, 17), times: 3 }, 'null is no pace: it is day or week.'],
      [{ startAt: at(today, 17), every: 'day', times: 3 }, 'What has no end cannot come again'],
      [{ windows: 7 }, 'must be a list'],
      [{ windows: [7] }, 'A time to opt is no time'],
      [{ startAt: at(today, 17), eventID: 'e1' }, 'Name a DR event or a time, not both'],
    ] as const)
      expect(refusal(await post('/api/v1/opts', { optType: 'optOut', ...body }))).toContain(sentence);
    expect(
      refusal(await post('/api/v1/opts', { optType: 'optOut', startAt: at(today, 17), resourceID: 'none' })),
    ).toContain('There is no device "none"');
    await there.runTo(at(today, 11, 8));
    const [given] = (await entries()).flatMap((entry) => (entry.type === 'OptGiven' ? [entry.data] : []));
    expect(given).toMatchObject({
      by: 'http',
      optType: 'optOut',
      windows: [0, 24].map((later) => ({ startAt: at(today, 17 + later), endAt: at(today, 20 + later) })),
      resourceIDs: ['one'],
    });
    expect(there.vtn.optSchedules().map(({ vavailability }) => vavailability?.length)).toEqual([2, 2]);
    expect((await post('/api/v1/opts/cancel', { optID: given?.optID })).status).toBe(200);
    await there.runTo(at(today, 11, 12));
    expect(there.vtn.optSchedules()).toHaveLength(1);
  });

  it('given a device in shadow and a DR event, then trust, distrust and an answer are facts, and the event is answered', async () => {
    const needy = (device: DeviceSettings): DeviceSettings =>
      device.resourceID === 'one' ? { ...device, needsTrust: true, address: 'sunspec 10.0.0.5:502/1' } : device;
    const { there, post, entries } = await commanding(() => 0, 15_000, needy);
    await there.runTo(at(today, 11, 5));
    const eventID = there.vtn.events.priceEventOf(today) ?? '';
    const told = async (path: string, body: object): Promise<readonly [number, string]> => {
      const heard = await post(path, body);
      return [heard.status, heard.status === 200 ? '' : refusal(heard)];
    };
    expect((await told('/api/v1/distrust', { resourceID: 'one' }))[1]).toContain('Nobody trusts one');
    expect((await told('/api/v1/trust', { resourceID: 'two' }))[1]).toContain('two is simulated');
    expect((await told('/api/v1/trust', {}))[1]).toContain('needs the field resourceID');
    expect((await told('/api/v1/opt', { eventID: 'none', optType: 'optIn' }))[1]).toContain('knows no DR event "none"');
    expect((await told('/api/v1/opt', { eventID, optType: 'maybe' }))[1]).toContain('must be optIn or optOut');
    expect(await told('/api/v1/trust', { resourceID: 'one' })).toEqual([200, '']);
    expect(await told('/api/v1/distrust', { resourceID: 'one' })).toEqual([200, '']);
    expect(await told('/api/v1/opt', { eventID, optType: 'optOut' })).toEqual([200, '']);
    await there.runTo(at(today, 11, 8));
    const facts = (await entries()).flatMap((entry) =>
      entry.type === 'DeviceTrusted' || entry.type === 'DeviceDistrusted'
        ? [[entry.type, entry.data.resourceID, entry.data.by]]
        : entry.type === 'OptGiven'
          ? [[entry.type, entry.data.eventID, entry.data.optType]]
          : [],
    );
    expect(facts).toEqual([
      ['DeviceTrusted', 'one', 'http'],
      ['DeviceDistrusted', 'one', 'http'],
      ['OptGiven', eventID, 'optOut'],
    ]);
    expect(there.vtn.opts.at(-1)).toMatchObject({ eventID, optType: 'optOut' });
    const { divergences } = await foldLog(there.log, { verify: true });
    expect(divergences).toEqual([]);
  });

  it('given an agent that has stopped, then it is said that nothing was recorded', async () => {
    const { there, post } = await commanding(() => 0, 100);
    await there.stop();
    const heard = await post('/api/v1/plan', {});
    expect(refusal(heard)).toMatch(/^503 The agent did not record the wish/);
    expect(heard.headers['retry-after']).toBe('5');
  });
});

describe('whoever may not command', () => {
  it('given no token, another, or one in the wrong place, then 401, and neither log line nor answer holds what was sent', async () => {
    const { server, post, strangers } = await commanding();
    const { Authorization: _left, ...without } = asked;
    const tried = [
      await post('/api/v1/plan', {}, without),
      await post('/api/v1/plan', {}, { ...without, Authorization: 'Bearer a-token-that-somebody-guessed' }),
      await post('/api/v1/plan', {}, { ...without, Authorization: `Basic ${token}` }),
      await post('/api/v1/plan', {}, { ...without, Cookie: `ven-inspector=${token}` }),
      await post(`/api/v1/plan?token=${token}`, {}, without),
      await ask(server.port, '/api/v1/plan', {}, 'GET'),
      await post('/nothing', {}, without),
    ];
    for (const heard of tried) {
      expect(refusal(heard)).toMatch(/^401 /);
      expect(heard.headers['www-authenticate']).toBe('Bearer');
      expect(heard.headers['set-cookie']).toBeUndefined();
    }
    expect(strangers).toHaveLength(tried.length);
    expect(strangers.join()).not.toMatch(/a-token/);
  });

  it('given a page, of another origin or of ours, then 403 even with the token; its preflight is not answered', async () => {
    const { server, post, entries } = await commanding();
    const before = (await entries()).length;
    for (const page of [
      { Origin: 'http://evil.example' },
      { Origin: 'null' },
      { Origin: `http://127.0.0.1:${server.port}` },
      { Origin: 'http://127.0.0.1:8462' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-origin' },
    ])
      expect(refusal(await post('/api/v1/plan', {}, { ...asked, ...(page as Record<string, string>) }))).toMatch(
        /^403 .*comes from a page/,
      );
    const form = { Origin: 'http://evil.example', 'Content-Type': 'text/plain' };
    expect((await post('/api/v1/release', '{}', form)).status).toBe(403);
    const preflight = await ask(
      server.port,
      '/api/v1/plan',
      { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST' },
      'OPTIONS',
    );
    expect(preflight.status).toBe(403);
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
    expect(await entries()).toHaveLength(before);
  });

  it('given a name that leads here and is not ours, then 421 (DNS rebinding)', async () => {
    const { post } = await commanding();
    expect(refusal(await post('/api/v1/plan', {}, { ...asked, Host: 'evil.example' }))).toMatch(/^421 /);
  });

  it('given another path, method, kind of body, or length, then each is refused as what it is', async () => {
    const { server, post } = await commanding();
    expect(refusal(await post('/api/v1/state', {}))).toMatch(/^404 /);
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const heard = await ask(server.port, '/api/v1/plan', asked, method);
      expect(refusal(heard)).toMatch(/^405 /);
      expect(heard.headers['allow']).toBe('POST');
    }
    for (const kind of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', ''])
      expect(refusal(await post('/api/v1/plan', '{}', { ...asked, 'Content-Type': kind }))).toMatch(/^415 /);
    expect(refusal(await post('/api/v1/plan', '{}', { ...asked, 'Content-Encoding': 'gzip' }))).toMatch(/^415 /);
    const long = `{}${' '.repeat(longestBody)}`;
    expect(refusal(await post('/api/v1/plan', long))).toMatch(/^413 /);
    expect(refusal(await post('/api/v1/plan', long, { ...asked, 'Transfer-Encoding': 'chunked' }))).toMatch(/^413 /);
    expect(
      (await post('/api/v1/plan', '{}', { ...asked, 'Content-Type': 'application/json; charset=utf-8' })).status,
    ).toBe(200);
  });
});

describe('the setting commands', () => {
  const opening = async (address: string, text: string | null) => {
    const folder = mkdtempSync(join(tmpdir(), 'ven-commands-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const tokenFile = join(folder, 'token');
    if (text !== null) writeFileSync(tokenFile, text, { mode: 0o600 });
    const { there } = await commanding();
    if (there.agent === null) throw new Error('It did not start.');
    const projections = new LiveProjections(there.log, { pace: paceBeside(true), onFault: () => undefined });
    const lines: string[] = [];
    const hidden: Redactor[] = [];
    const write = (line: string): void => void lines.push(line);
    const server = await tryCommands({
      commands: { address, tokenFile },
      desk: new OperatorDesk({ agent: there.agent, projections, now: () => there.time.now() }),
      redactor: createRedactor([]),
      hide: (redactor) => void hidden.push(redactor),
      journal: { info: write, warn: write, error: write, debug: write },
    });
    return { server, lines, hidden };
  };

  it('cannot be without a token file, at whichever address', () => {
    for (const address of ['127.0.0.1:8321', '0.0.0.0:8321'])
      expect(settingsSchema.shape.commands.safeParse({ address }).success).toBe(false);
    expect(settingsSchema.shape.commands.parse({ tokenFile: 'token' })).toEqual({
      address: '127.0.0.1:8321',
      tokenFile: 'token',
    });
    expect(settingsSchema.shape.commands.safeParse({ address: 'somewhere', tokenFile: 'token' }).success).toBe(false);
  });

  it('given a token, then it is listened, told where, and the token is hidden from then on', async () => {
    const { server, lines, hidden } = await opening('127.0.0.1:0', `${token}\n`);
    if (server === null) throw new Error(lines.join());
    const { port } = server;
    expect(lines).toEqual([
      `Commands are taken at http://127.0.0.1:${port}/ from whoever has the token of commands.tokenFile.`,
    ]);
    expect(hidden[0]?.text(`with ${token}`)).not.toContain(token);
    for (let count = 0; count < 3; count += 1) expect((await ask(port, '/api/v1/plan', {}, 'POST')).status).toBe(401);
    expect(lines).toHaveLength(2);
    await server.close();
  });

  it.each([
    ['no file', null, 'cannot be read from'],
    ['a short token', 'short', 'needs at least 16 visible ASCII characters'],
    ['an empty file', '\n', 'needs at least 16 visible ASCII characters'],
  ])('given %s, then nothing listens, it is told, and the agent runs', async (_what, text, sentence) => {
    const { server, lines } = await opening('0.0.0.0:0', text);
    expect(server).toBeNull();
    expect(lines.join()).toContain(sentence);
    expect(lines.join()).toContain('The agent runs, and takes no commands over HTTP');
  });
});

describe('the doctor on commands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ven-commands-doctor-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const found = async (address: string, text: string, mode: number): Promise<string> => {
    const tokenFile = join(folder, `token-${mode}-${text.length}`);
    writeFileSync(tokenFile, text);
    chmodSync(tokenFile, mode);
    const configuration = loadConfiguration({
      environment: { XDG_DATA_HOME: folder, VEN_COMMANDS: JSON.stringify({ address, tokenFile }) },
      flags: new Map(),
    });
    const patient = { configuration, now: () => 0 };
    const findings = [...(await commandsCheck(patient)), ...(await secretFilesCheck(patient))];
    const said = findings.map(({ verdict, finding }) => `${verdict}: ${finding}`).join(' ');
    expect(said).not.toContain(text);
    return said;
  };

  it('says from where one may command, and whether the token is ours alone and long enough', async () => {
    expect(await found('127.0.0.1:8321', token, 0o600)).toMatch(/^good: .*at port 8321\. good: Only you may read/);
    expect(await found('0.0.0.0:8321', token, 0o644)).toMatch(
      /^warning: .*not encrypted\. warning: Others .* may read/,
    );
    expect(await found('127.0.0.1:8321', 'too short', 0o600)).toMatch(/^warning: No commands .* at least 16/);
    expect(await found('999.0.0.1:8321', token, 0o600)).toMatch(/^warning: No commands .* no place to listen/);
  });
});

it('a linter of others finds no error in the document', async () => {
  const problems = await lintFromString({
    source: JSON.stringify(commandsDocument()),
    absoluteRef: '/openapi-commands.json',
    config: await createConfig({ extends: ['recommended'] }),
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
});

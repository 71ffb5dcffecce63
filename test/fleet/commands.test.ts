import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readFleetFile } from '../../src/adapters/config/fleetFile.ts';
import { reachAgent } from '../../src/adapters/control/controlClient.ts';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import { openRestingLogOf } from '../../src/store/level/restingLog.ts';
import { createVtn, type Vtn } from '../../src/vtn/vtn.ts';
import { startVtnServer, type VtnServer } from '../../src/vtn/http/vtnServer.ts';
import { patienceMs } from '../support/patience.ts';
import { stage, type Stage } from '../support/surroundings.ts';
import { newDirectory } from '../store/support.ts';

const root = newDirectory();
const path = join(root, 'fleet.json');
const data = join(root, 'data');
let vtn: Vtn;
let server: VtnServer;
let running: Stage;
let ended: Promise<number>;

const list = join(root, 'list.json');
const doorToken = 'a-token-of-the-door-of-it';

const environment = (): Record<string, string> => ({ FLEET_VTN: server.url, DOOR: doorToken });

const write = (vens: readonly object[]): void =>
  writeFileSync(
    path,
    JSON.stringify({
      dataDirectory: 'data',
      spreadMs: 200,
      vensFile: 'list.json',
      door: { at: 0, access: [{ name: 'tests', token: 'env:DOOR', role: 'act' }] },
      defaults: { vtnUrl: 'env:FLEET_VTN', devices: [{ kind: 'simulatedBattery', resourceID: '{venID}-battery' }] },
      vens,
    }),
  );

const call = async (...args: readonly string[]) => {
  const { surroundings, stdout, stderr } = stage(args, environment());
  return { code: await main(surroundings, COMMANDS), stdout: stdout(), stderr: stderr() };
};

const ofFleet = (word: string, ...rest: readonly string[]) => call('fleet', word, '-c', path, ...rest);

const isStanding = async (wanted: Readonly<Record<string, string>>): Promise<void> => {
  const { stdout } = await ofFleet('status', '--json');
  const { vens } = JSON.parse(stdout) as { vens: { venID: string; condition: string; isRegistered: boolean }[] };
  expect(Object.fromEntries(vens.map(({ venID, condition }) => [venID, condition]))).toEqual(wanted);
  expect(vens.every(({ condition, isRegistered }) => condition !== 'well' || isRegistered)).toBe(true);
};

const untilStanding = (wanted: Readonly<Record<string, string>>): Promise<void> =>
  vi.waitFor(() => isStanding(wanted), { timeout: patienceMs, interval: 200 });

beforeAll(async () => {
  vtn = createVtn({ clock: { now: () => Date.now() }, seed: 1 });
  server = await startVtnServer(vtn, { token: 'a-token-that-nobody-may-see' });
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(list, '[]');
  write([{ venID: 'a', groups: ['north'] }, { venID: 'b' }]);
  running = stage(['fleet', 'run', '-c', path], environment());
  ended = main(running.surroundings, COMMANDS);
});

afterAll(async () => {
  running.stop();
  await ended;
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

describe('a fleet that runs', () => {
  it('is told by status, paused, released, changed by its file, and each VEN of it asked by itself', async () => {
    await untilStanding({ a: 'well', b: 'well' });
    expect((await ofFleet('pause', 'a', '--because', 'its meter is being changed')).stdout).toBe(
      'a is paused: its meter is being changed.\n',
    );
    const told = await ofFleet('status');
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/^2 VENs: 1 paused, 1 well\.\n/);
    expect(told.stdout).toMatch(/^a +paused .*its meter is being changed$/m);
    expect(Math.max(...told.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);

    const asked = await call('status', '--data', data, '--ven', 'b', '--json');
    expect(asked.code).toBe(0);
    expect(asked.stdout).toContain('"b"');
    expect((await call('status', '--data', data, '--ven', 'a')).stderr).toContain('does not run (paused');
    expect((await call('status', '--data', data, '--ven', 'x')).stderr).toContain('There is no VEN "x" here for you');
    expect((await call('status', '--data', data)).stderr).toContain('say which one with --ven');

    expect((await call('log', 'compact', '--data', data, '--ven', 'b')).stderr).toContain('A fleet runs on');

    // The doctor takes one VEN of the fleet's file, and asks its agent.
    const examined = await call('doctor', '-c', path, '--ven', 'b', '--json');
    const findings = examined.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Finding);
    expect(findings.filter(({ verdict }) => verdict === 'bad')).toEqual([]);
    expect(findings.find(({ check }) => check === 'agent')).toMatchObject({ verdict: 'good' });
    expect(findings.find(({ check }) => check === 'registration')).toMatchObject({ verdict: 'good' });
    expect(await call('doctor', '-c', path, '--ven', 'x')).toMatchObject({
      code: EXIT.configuration,
      stderr: expect.stringContaining('lists no VEN "x"'),
    });

    await ofFleet('release', 'a');
    write([{ venID: 'a' }, { venID: 'c' }]);
    expect((await ofFleet('reload')).stdout).toBe('1 VEN added, 1 changed, 1 ended.\n');
    await untilStanding({ a: 'well', c: 'well' });

    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+\//.exec(running.stderr()) ?? [];
    const headers = { authorization: `Bearer ${doorToken}` };
    const seen = (await (await fetch(`${url}api/v1/fleet`, { headers })).json()) as { rows: { venID: string }[] };
    expect(seen.rows.map(({ venID }) => venID).sort()).toEqual(['a', 'c']);
    expect((await fetch(`${url}vens/a/api/v1/state`, { headers })).status).toBe(200);
    expect((await fetch(`${url}vens/a/api/v1/state`)).status).toBe(401);

    expect((await ofFleet('add', 'd', '--set', 'pollJitter=0.2', '--group', 'east')).stdout).toBe(
      'd is listed. The fleet has taken it up.\n',
    );
    await untilStanding({ a: 'well', c: 'well', d: 'well' });
    const one = await ofFleet('ven', 'd');
    expect([one.code, one.stdout]).toEqual([0, expect.stringMatching(/^d is well, running for .*\nGroups: east\.\n/)]);
    const before = readFileSync(list, 'utf8');
    expect((await ofFleet('add', 'e', '--set', 'polJitter=0.2')).stderr).toMatch(/polJitter is no setting of a VEN/);
    expect((await ofFleet('add', 'd')).stderr).toContain('The fleet has a VEN "d" already.');
    expect((await ofFleet('remove', 'a')).stderr).toContain('The VEN a stands in');
    expect(readFileSync(list, 'utf8')).toBe(before);
    // A VEN that runs, or whose log went on, does not move away; one that is held does, and nobody begins on it here.
    const moveAway = async (position: number, hash: string): Promise<unknown> => {
      const host = (await reachAgent(data)) ?? expect.unreachable();
      try {
        for await (const standing of host.ask({ op: 'fleetMoveAway', ven: 'd', position, hash })) return standing;
      } finally {
        host.close();
      }
      return null;
    };
    await expect(moveAway(0, '')).rejects.toThrow('The VEN d runs: "ven fleet drain d"');
    await ofFleet('drain', 'd');
    await expect(moveAway(0, '')).rejects.toThrow('it stays where it is');
    const resting = await openRestingLogOf(data, 'd');
    const { position, hash } = resting.durableHead;
    await resting.close();
    expect(await moveAway(position, hash)).toMatchObject({ venID: 'd', phase: 'drained' });
    await ofFleet('release', 'd');
    await vi.waitFor(
      async () => expect((await ofFleet('ven', 'd')).stdout).toContain('was migrated elsewhere and goes on there'),
      { timeout: patienceMs, interval: 200 },
    );

    expect((await ofFleet('remove', 'd')).stdout).toBe(
      'd is listed no more, and its log stays. The fleet has taken it up.\n',
    );
    await untilStanding({ a: 'well', c: 'well' });
    // A worker with a directory of its own is asked there.
    expect((await ofFleet('status', '--data', root)).stderr).toContain(`No fleet runs on ${root}:`);
    expect((await ofFleet('status', '--data', data)).stdout).toMatch(/^2 VENs: 2 well\.\n/);
    running.stop();
    expect(await ended).toBe(0);
    expect(`${running.stderr()}${running.stdout()}`).not.toContain('a-token-that-nobody-may-see');
    expect(`${running.stderr()}${running.stdout()}`).not.toContain(doorToken);
    expect(vtn.complaints).toEqual([]);

    // At rest each log is read by itself, and its chain holds.
    for (const venID of ['a', 'b', 'c'])
      expect((await call('log', 'verify', '--data', data, '--ven', venID)).stdout).toMatch(/^The log is whole/);
    expect((await call('log', 'verify', '--data', data, '--ven', 'x')).stderr).toContain('There is no log of x here');
    expect((await call('log', 'compact', '--data', data)).stderr).toContain('say which one with --ven');
    const compacted = await call('log', 'compact', '--data', data, '--ven', 'c', '--keep-xml-days', '0');
    expect(compacted.stdout).toMatch(/^Let go of 0 entries .* and of the XML of \d+ messages\.$/m);
    const looking = stage(['inspect', '--data', data, '--ven', 'c', '--at', '0'], {});
    const looked = main(looking.surroundings, COMMANDS);
    const page = (): string => /http:\/\/127\.0\.0\.1:\d+\//.exec(looking.stderr())?.[0] ?? '';
    await vi.waitFor(() => expect(page()).not.toBe(''), { timeout: patienceMs });
    const about = (await (await fetch(`${page()}api/v1/state`)).json()) as { isLive: boolean };
    expect([about.isLive, JSON.stringify(about)]).toEqual([false, expect.stringContaining('"c"')]);
    looking.stop();
    expect(await looked).toBe(0);
    expect((await ofFleet('status')).stderr).toContain('No fleet runs on');
  });
});

describe('the file of a fleet', () => {
  const refused = (content: unknown, env: Record<string, string> = {}): string => {
    const file = join(root, 'wrong.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    try {
      readFleetFile(file, env);
    } catch (error) {
      return (error as { problems: readonly string[] }).problems.join('\n');
    }
    return '';
  };

  it.each([
    [{ dataDirectory: 'd', spraedMs: 1 }, {}, /spraedMs is no key of it\. Did you mean "?spreadMs/],
    [{ dataDirectory: 'd', vens: [{ venID: 'a' }, { venID: '' }] }, {}, /vens\[1\]\.venID: /],
    [{ dataDirectory: 'd', vens: [{ venID: 'a' }, { venID: 'a' }] }, {}, /the venID "a" is listed twice/],
    [
      { dataDirectory: 'd', vens: [{ venID: 'a', polJitter: 0 }] },
      {},
      /vens\[0\]\.polJitter is no setting of a VEN\. .*pollJitter/,
    ],
    [
      { dataDirectory: 'd', defaults: { vtnUrl: 'https://h/secret-9' }, vens: [{ venID: 'a' }] },
      {},
      /defaults\.vtnUrl must say where the secret is/,
    ],
    [
      { dataDirectory: 'd', vens: [{ venID: 'a', vtnUrl: 'env:NOWHERE' }] },
      {},
      /the environment variable NOWHERE, which is not set/,
    ],
    [
      { dataDirectory: 'd', vens: [{ venID: 'a', vtnUrlFile: 'gone' }] },
      {},
      /vens\[0\]\.vtnUrl names the file .*gone, which cannot be read \(ENOENT\)/,
    ],
    [
      { dataDirectory: 'd', vens: [{ venID: 'a', logLevel: 'info' }] },
      {},
      /vens\[0\]\.logLevel belongs to the fleet as a whole/,
    ],
    ['{ "dataDirectory": ', {}, /cannot be used/],
  ])('that says %j is refused with the key', (content, env, sentence) => {
    const said = refused(content, env);
    expect(said).toMatch(sentence);
    expect(said).not.toContain('secret-9');
  });

  it('takes its VENs from a table beside it, with what all have in common below', () => {
    writeFileSync(join(root, 'vens.csv'), 'venID,groups,pollJitter,vtnUrl\nv1,north west,0.2,env:U\n"v,2",,,env:U\n');
    writeFileSync(
      join(root, 'table.json'),
      JSON.stringify({ dataDirectory: 'd', vensFile: 'vens.csv', defaults: { venName: 'N {venID}' } }),
    );
    const { vens } = readFleetFile(join(root, 'table.json'), { U: 'https://h/t/OpenADR2/Simple/2.0b' });
    expect(
      vens.map(({ venID, groups, layer }) => [
        venID,
        groups,
        layer.get('venName')?.value,
        layer.get('pollJitter')?.value,
      ]),
    ).toEqual([
      ['v1', ['north', 'west'], 'N v1', 0.2],
      ['v,2', [], 'N v,2', undefined],
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FleetDoor } from '../../src/cli/fleet/door/fleetDoor.ts';
import { accessIn } from '../../src/cli/fleet/door/openFleetDoor.ts';
import type { DoorAccess } from '../../src/adapters/config/fleetFile.ts';
import { fleetAnswer } from '../../src/inspector/api/fleet.ts';
import { apiPaths } from '../../src/inspector/api/paths.ts';
import type { HttpAnswer } from '../../src/inspector/server/respond.ts';
import { ask, type Heard } from '../inspector/support/inspecting.ts';
import { ended, fleet, startAt } from './support/fleetWorld.ts';

const tokens = { all: 'all-may-be-done-with-it', north: 'only-of-the-north-it-is', eyes: 'it-may-look-and-not-act' };

const access: readonly DoorAccess[] = [
  { name: 'operations', token: tokens.all, role: 'act' },
  { name: 'north', token: tokens.north, role: 'act', groups: ['north'], vens: ['c'] },
  { name: 'eyes', token: tokens.eyes, role: 'read' },
];

const world = fleet([], {}, 'PT1M');
const { host, member, time } = world;
const orders: string[] = [];
let door: FleetDoor;
let reloads = 0;
let elapsedMs = 0;

const page = new Map<string, HttpAnswer>([
  ['/', { contentType: 'text/html; charset=utf-8', body: '<title>the known page</title>' }],
  ['/page.css', { contentType: 'text/css; charset=utf-8', body: '' }],
]);

const open = (given: readonly DoorAccess[]): Promise<FleetDoor> =>
  FleetDoor.open({
    host,
    page,
    planner: {
      plan: () => Promise.reject(new Error('nobody plans here')),
      explain: () => Promise.reject(new Error('nobody explains here')),
    },
    address: '127.0.0.1',
    port: 0,
    hosts: [],
    access: given,
    elapsedMs: () => elapsedMs,
    reload: () => Promise.resolve({ added: [`${(reloads += 1)}`], changed: [], removed: [] }),
    onOrder: (sentence) => orders.push(sentence),
    onStranger: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });

type Who = keyof typeof tokens;

const bearer = (who: Who): Record<string, string> => ({ Authorization: `Bearer ${tokens[who]}` });
const get = (path: string, who: Who): Promise<Heard> => ask(door.port, path, bearer(who));
const post = (path: string, who: Who, body: object = {}, more: Record<string, string> = {}): Promise<Heard> =>
  ask(door.port, path, { ...bearer(who), 'Content-Type': 'application/json', ...more }, 'POST', JSON.stringify(body));

beforeAll(async () => {
  await host.take([member('a', 'a', ['north']), member('b', 'b', ['south']), member('c'), member('d/ü')]);
  await time.runTo(startAt + 5 * 60_000);
  await host.hold('b', 'paused', 'its <meter> is changed');
  door = await open(access);
});

afterAll(async () => {
  await door.close();
  await ended(time, host.stop('the test is over'));
});

describe('the door of a fleet', () => {
  it('tells how the VENs stand, the worst first, page by page, and to each only of those that may be seen', async () => {
    const all = fleetAnswer.parse((await get('/api/v1/fleet', 'all')).json());
    expect(all.rows[0]).toMatchObject({ venID: 'b', condition: 'paused', because: 'its <meter> is changed' });
    expect(all.rows.map(({ venID }) => venID).sort()).toEqual(['a', 'b', 'c', 'd/ü']);
    expect(all.counts).toEqual([
      { condition: 'paused', vens: 1 },
      { condition: 'well', vens: 3 },
    ]);
    const second = fleetAnswer.parse((await get('/api/v1/fleet?limit=1&offset=1&condition=well', 'all')).json());
    expect(second).toMatchObject({ vens: 4, total: 3, offset: 1, next: 2, rows: [{ condition: 'well' }] });
    const ofNorth = fleetAnswer.parse((await get('/api/v1/fleet', 'north')).json());
    expect(ofNorth.rows.map(({ venID }) => venID).sort()).toEqual(['a', 'c']);
    expect(ofNorth.vens).toBe(2);
    for (const wrong of ['limit=0', 'limit=x', 'condition=ill', 'nonsense=1'])
      expect([wrong, (await get(`/api/v1/fleet?${wrong}`, 'all')).status]).toEqual([wrong, 400]);
  });

  it('has a page that is safe to look at, with a way to each VEN that runs', async () => {
    const { text, headers, status } = await get('/', 'all');
    expect(status).toBe(200);
    expect(text).toContain('1 of 4 VENs is not well');
    expect(text).toContain('its &lt;meter&gt; is changed');
    expect(text).toContain('href="vens/d%2F%C3%BC/"');
    expect(text).not.toContain('href="vens/b/"');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect((await get('/', 'north')).text).toContain('All 2 VENs are well');
  });

  it('has the known page and API for one VEN below a path of its own', async () => {
    expect((await get('/vens/a', 'all')).headers['location']).toBe('a/');
    expect((await get('/vens/a/', 'all')).text).toContain('the known page');
    const state = apiPaths.state.answer.parse((await get('/vens/d%2F%C3%BC/api/v1/state', 'all')).json());
    expect(state).toMatchObject({ isLive: true, registration: { status: 'registered' } });
    const paused = await get('/vens/b/api/v1/state', 'all');
    expect([paused.status, paused.text]).toEqual([503, expect.stringContaining('its <meter> is changed')]);
  });

  it('tells the health of each VEN and of all, of whom so many may be unwell, and figures whose number has a bound', async () => {
    expect((await get('/vens/a/healthz', 'all')).json()).toMatchObject({ status: 'healthy' });
    expect((await get('/vens/b/healthz', 'all')).status).toBe(503);
    expect((await get('/healthz', 'all')).status).toBe(200);
    await host.hold('a', 'quarantined', 'it failed');
    elapsedMs += 1_000;
    const health = await get('/healthz', 'north');
    expect(health.status).toBe(503);
    expect(health.text).toContain('1 VEN is quarantined: a.');
    expect((await get('/healthz?tolerate=1', 'north')).status).toBe(200);
    const figures = (await get('/metrics', 'all')).text;
    expect(figures).toContain('ven_fleet_vens{condition="quarantined"} 1');
    expect(figures).toContain('ven_fleet_ven_condition{ven="a",condition="quarantined"} 1');
    expect(figures).not.toContain('ven="c"');
    expect((await post('/vens/a/release', 'north')).json()).toMatchObject({ venID: 'a' });
    await time.runTo(time.now() + 60_000);
  });

  it('answers of a VEN that is not for whoever asks just as of one that nobody has', async () => {
    for (const path of ['', '/', '/healthz', '/api/v1/state', '/page.css']) {
      const [hidden, absent] = await Promise.all([get(`/vens/b${path}`, 'north'), get(`/vens/zzz${path}`, 'north')]);
      expect([path, hidden.status, hidden.text]).toEqual([path, 404, absent.text]);
    }
    const [hidden, absent] = await Promise.all([post('/vens/b/pause', 'north'), post('/vens/zzz/pause', 'north')]);
    expect([hidden.status, hidden.text]).toEqual([404, absent.text]);
    for (const path of ['/', '/vens/a/', '/vens/zzz/', '/metrics', '/healthz', '/page.css'])
      for (const headers of [{}, { Authorization: 'Bearer something-else-altogether' }])
        expect([path, (await ask(door.port, path, headers)).status]).toEqual([path, 401]);
  });

  it('is ordered by whom it allows, never by a page, and tells who did what', async () => {
    expect((await post('/vens/c/pause', 'eyes')).status).toBe(403);
    expect((await post('/vens/c/pause', 'all', {}, { Origin: door.url })).status).toBe(403);
    expect((await post('/vens/c/pause', 'all', { becuase: 1 })).status).toBe(422);
    expect((await ask(door.port, '/vens/c/pause', { Cookie: `ven-inspector=${tokens.all}` }, 'POST')).status).toBe(401);
    const paused = time.hold(post('/vens/c/pause', 'north', { because: 'a test' }));
    expect((await paused).json()).toMatchObject({ phase: 'paused', because: 'a test (north)' });
    expect((await post('/vens/c/release', 'north')).status).toBe(200);
    await time.runTo(time.now() + 60_000);
    expect((await post('/vens/c/api/v1/plan', 'north')).json()).toEqual({ position: expect.any(Number) });
    expect((await post('/api/v1/fleet/reload', 'north')).status).toBe(403);
    expect((await post('/api/v1/fleet/reload', 'all')).json()).toEqual({ added: 1, changed: 0, removed: 0 });
    expect(orders).toContain('north ordered "pause" for the VEN c.');
  });

  it('keeps the token of an address in a cookie, and forgets whom the file lets in no more', async () => {
    const taken = await ask(door.port, `/?token=${tokens.eyes}`);
    expect([taken.status, taken.headers['location']]).toEqual([303, './']);
    const cookie = { Cookie: `ven-inspector=${tokens.eyes}` };
    expect((await ask(door.port, '/', cookie)).status).toBe(200);
    expect((await ask(door.port, '/?token=not-the-right-one-at-all')).status).toBe(401);
    expect((await ask(door.port, '/', { ...cookie, Host: 'evil.example' })).status).toBe(421);
    door.letIn(access.filter(({ name }) => name !== 'eyes'));
    expect((await ask(door.port, '/', cookie)).status).toBe(401);
  });

  it('lets whoever uses this machine look where no token is given, and act nobody', async () => {
    const without = await open([]);
    try {
      expect((await ask(without.port, '/api/v1/fleet')).status).toBe(200);
      expect(
        (await ask(without.port, '/vens/a/pause', { 'Content-Type': 'application/json' }, 'POST', '{}')).status,
      ).toBe(403);
    } finally {
      await without.close();
    }
  });

  it('is refused with tokens that are short, the same twice, or missing where others reach it', () => {
    const said = (at: string, given: readonly DoorAccess[]): string => {
      try {
        accessIn({ at, hosts: [], access: [...given] });
      } catch (error) {
        return String((error as Error).message);
      }
      return '';
    };
    const [one] = access as [DoorAccess];
    expect(said('8470', [{ ...one, token: 'short-7' }])).toMatch(/needs at least 16 visible/);
    expect(said('8470', [{ ...one, token: 'short-7' }])).not.toContain('short-7');
    expect(said('8470', [one, { ...one, name: 'other' }])).toMatch(/the same as that of another/);
    expect(said('8470', [one, { ...one, token: tokens.eyes }])).toMatch(/names "operations" twice/);
    expect(said('0.0.0.0:8470', [])).toMatch(/open to everyone who reaches 0.0.0.0/);
    expect(said('8470', [])).toBe('');
  });
});

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCode.ts';
import { makeOwnAuthority } from '../../src/adapters/tls/ownAuthority.ts';
import { shardOf } from '../../src/store/postgres/holds.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { type LevelStore, openLevelLogStore } from '../../src/store/level/levelLogStore.ts';
import type { PostgresLogStore } from '../../src/store/postgres/postgresLogStore.ts';
import { at } from '../scenarios/support/day.ts';
import { draft, readAll } from '../store/support.ts';
import { hasPostgres, PostgresCluster } from '../support/postgres.ts';
import { call } from './support/call.ts';
import { dayLog } from './support/dayLog.ts';

const day = '2026-06-10';
const longAfter = at('2026-12-01', 12);

/** What the commands say of a log in a database, beside what they say of the same log in a directory. */
describe.skipIf(!hasPostgres)('a log in a database', () => {
  let cluster: PostgresCluster;
  let store: PostgresLogStore;
  let root: string;
  let whole: string;
  let venID: string;
  let url: string;
  const secret = 'hunter2-of-the-database';
  const inRoot = (...parts: string[]): string => join(root, ...parts);
  const proved = (host: string, authority: string): string =>
    `postgres://owner:${secret}@${host}:${cluster.port}/postgres?sslmode=verify-full&sslrootcert=${inRoot(authority)}`;
  const onStore = (...args: string[]) => call.at(longAfter)(...args, '--store', url);
  const onData = (...args: string[]) => call.at(longAfter)(...args, '--data', whole);

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'ven-stored-'));
    ({ directory: whole } = await dayLog(day, '2026-06-09'));
    const [authority, stranger] = await Promise.all([makeOwnAuthority(Date.now()), makeOwnAuthority(Date.now())]);
    writeFileSync(inRoot('authority.pem'), authority.ca);
    writeFileSync(inRoot('stranger.pem'), stranger.ca);
    cluster = await PostgresCluster.startProved(authority.vtn);
    url = inRoot('store.url');
    writeFileSync(url, proved('127.0.0.1', 'authority.pem'), { mode: 0o600 });
    cpSync(whole, inRoot('moving'), { recursive: true });
  });

  afterAll(async () => {
    await store?.close();
    await cluster?.remove();
    for (const each of [root, whole]) rmSync(each, { recursive: true, force: true });
  });

  it('is moved there whole, where it is the log from then on; what stays behind is a backup', async () => {
    expect(await call('migrate', '--schema', '--store', url)).toMatchObject({
      exitCode: EXIT.success,
      stdout: expect.stringMatching(/^The tables at .* are made, in layout 1\.\n.*fsync = off/),
    });
    const { stdout, exitCode, stderr } = await call('migrate', '--store', url, '--data', inRoot('moving'), '--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: EXIT.success, stderr: '' });
    const moved = JSON.parse(stdout) as { venID: string; position: number; hash: string };
    venID = moved.venID;
    const here = JSON.parse((await onData('log', 'verify', '--json')).stdout) as object;
    expect(JSON.parse((await onStore('log', 'verify', '--json', '--ven', venID)).stdout)).toEqual(here);
    await expect(openLevelEventLog(inRoot('moving'), { createdAt: 0 })).rejects.toMatchObject({ code: 'restored' });
    expect(await call('migrate', '--store', url, '--data', inRoot('moving'))).toMatchObject({
      exitCode: EXIT.logUnsafe,
      stderr: expect.stringContaining('was migrated before'),
    });
  });

  it('of a fleet moves there and back, VEN by VEN, and is appended to in one place only', async () => {
    const fleet = inRoot('fleet');
    const inFleet = async <Result>(use: (store: LevelStore) => Promise<Result>): Promise<Result> => {
      const opened = await openLevelLogStore(fleet, { createdAt: () => 1 });
      return use(opened).finally(() => opened.close());
    };
    const append = (ven: string, data: string): Promise<unknown> =>
      inFleet(async (opened) =>
        (await opened.open(ven, { createIfMissing: true })).append([draft(data)], [{ index: 0, xml: '<x/>' }]),
      );
    for (const ven of ['one', 'two!', 'three']) await append(ven, `of ${ven}`);
    const migrated = (...args: string[]) => call('migrate', '--store', url, ...args);
    expect((await migrated('--data', fleet, '--ven', 'one')).stdout).toMatch(/^Migrated the log of VEN one from /);
    await expect(append('one', 'late')).rejects.toMatchObject({ code: 'restored' });
    expect(await migrated('--data', fleet)).toMatchObject({
      exitCode: EXIT.success,
      stdout: expect.stringMatching(/^2 logs migrated, 0 not\.$/m),
      stderr: expect.stringMatching(/^1 log of .* migrated before\.\n$/),
    });
    expect((await onStore('log', 'verify', '--ven', 'two!')).stdout).toMatch(/^The log is whole: 1 entry/);
    // Back again: into the fleet's directory, where it goes on.
    expect((await migrated('--out', fleet, '--ven', 'two!')).stdout).toMatch(
      /^Migrated the log of VEN two! from .*fleet, up to position 0/,
    );
    expect(await onStore('log', 'compact', '--ven', 'two!')).toMatchObject({
      stderr: expect.stringMatching(/migrated/),
    });
    await append('two!', 'and goes on');
    expect(await migrated('--out', fleet, '--ven', 'two!')).toMatchObject({ exitCode: EXIT.logUnsafe });
    const data = await inFleet(async (opened) => {
      const log = await opened.open('two!', { createIfMissing: false });
      expect(await log.verify()).toEqual(log.head);
      expect(await log.wire(0)).toBe('<x/>');
      return (await readAll(log)).map((entry) => entry.data);
    });
    expect(data).toEqual(['of two!', 'and goes on']);
    // One that has not arrived is opened by nobody, and the next copy makes room for itself.
    await inFleet(async (opened) => void (await opened.copyInto('four')));
    await expect(append('four', 'early')).rejects.toMatchObject({ code: 'locked' });
  });

  it.each([
    ['log', 'list', '--last', 'all', '--json'],
    ['prices', '--day', day, '--json'],
    ['usage', '--day', day, '--json'],
    ['settle', '--day', day, '--json'],
    ['explain', `${day} 17:00`, '--json'],
    ['replay', '--verify', '--json'],
  ])('%s %s %s says the same of it', async (...args) => {
    const [there, here] = [await onStore(...args, '--ven', venID), await onData(...args)];
    const timeless = ({ stdout, exitCode }: Awaited<ReturnType<typeof call>>) => ({
      exitCode,
      stdout: stdout.replace(/"elapsedMs":\d+/, ''),
    });
    expect(timeless(there)).toEqual(timeless(here));
    expect(there.stdout).not.toBe('');
  });

  it('is bundled, and the bundle is that of the same log', async () => {
    expect(await onStore('bundle', '--ven', venID, '--out', inRoot('there.venbundle'))).toMatchObject({
      exitCode: EXIT.success,
    });
    expect(await onData('bundle', '--out', inRoot('here.venbundle'))).toMatchObject({ exitCode: EXIT.success });
    const entriesIn = async (bundle: string): Promise<string[]> =>
      (await call('log', 'list', '--last', 'all', '--json', '--data', inRoot(bundle))).stdout.split('\n');
    expect((await entriesIn('there.venbundle')).length).toBeGreaterThan(100);
    expect(await entriesIn('there.venbundle')).toEqual(await entriesIn('here.venbundle'));
  });

  it('of a VEN for which a worker acts is not told of as at rest', async () => {
    const lease = async (until: string) => {
      await store.connections.rows(
        `UPDATE ven.shard_lease SET owner = 'worker on north', until = clock_timestamp() + interval '${until}' WHERE shard = $1`,
        [shardOf(venID)],
      );
      await store.connections.rows(
        "UPDATE ven.log SET holder = 'worker on north', holder_until = NULL WHERE ven_id = $1",
        [venID],
      );
    };
    store = await cluster.store();
    const status = async () => ({
      said: (await onStore('status', '--ven', venID)).stdout,
      told: JSON.parse((await onStore('status', '--ven', venID, '--json')).stdout) as { agent: object },
    });
    await lease('1 minute');
    const { said, told } = await status();
    expect(told.agent).toMatchObject({ running: true, worker: 'worker on north', pid: null });
    expect(said).toContain('worker on north acts for it');
    expect(said).toContain('price now');
    expect((await onStore('settle', '--day', day, '--ven', venID)).stdout).not.toContain('has not run since');
    expect((await onStore('deliveries', '--release', '--ven', venID)).stderr).toContain(
      'worker on north acts for this VEN',
    );
    await lease('-1 minute');
    const rest = await status();
    expect(rest.told.agent).toMatchObject({ running: false, worker: null });
    expect(rest.said).toContain('The agent has not run since');
    expect(rest.said).toContain('price then');
    await store.connections.rows('UPDATE ven.log SET holder = NULL WHERE ven_id = $1', [venID]);
  });

  it('in use is neither moved nor compacted', async () => {
    const log = await store.open(venID, { createIfMissing: false });
    for (const args of [
      ['migrate', '--ven', venID, '--out', inRoot('out')],
      ['log', 'compact', '--ven', venID],
    ])
      expect(await onStore(...args)).toMatchObject({
        exitCode: EXIT.failure,
        stderr: expect.stringContaining('is held by'),
      });
    await log.close();
  });

  it('is compacted, and verifies', async () => {
    const result = await onStore('log', 'compact', '--before', '2026-06-11', '--keep-xml-days', '1', '--ven', venID);
    expect(result).toMatchObject({ exitCode: EXIT.success, stdout: expect.stringMatching(/^Let go of \d+ entries/) });
    expect((await onStore('log', 'verify', '--ven', venID)).stdout).toContain('hold no entry any more');
    const [there, here] = [
      await onStore('settle', '--day', day, '--json', '--ven', venID),
      await onData('settle', '--day', day, '--json'),
    ];
    const plain = ({ stdout }: { stdout: string }) => stdout.replace(/"asOf": \{[^}]*\}/, '');
    expect(plain(there)).toBe(plain(here));
  });

  it('is moved back, as compact as it is, and goes on there; the database has it no more', async () => {
    const out = inRoot('back');
    expect(await onStore('migrate', '--ven', venID, '--out', out)).toMatchObject({ exitCode: EXIT.success });
    const verified = (await call('log', 'verify', '--json', '--data', out)).stdout;
    expect(verified).toBe((await onStore('log', 'verify', '--json', '--ven', venID)).stdout);
    expect(JSON.parse((await call('replay', '--verify', '--json', '--data', out)).stdout)).toMatchObject({
      divergences: [],
    });
    await expect(store.open(venID, { createIfMissing: false })).rejects.toMatchObject({ code: 'restored' });
    const log = await openLevelEventLog(out, { createdAt: 0, create: false });
    await log.close();
    // And into the database again, where it goes on from what is there.
    expect(await call('migrate', '--store', url, '--data', out)).toMatchObject({ exitCode: EXIT.success });
    const again = await store.open(venID, { createIfMissing: false });
    expect(await again.verify()).toEqual(again.head);
    await again.close();
  });

  it('from a backup is taken out, said to be an older copy, and brought back, where it goes on', async () => {
    const out = inRoot('older');
    const moved = await onStore('migrate', '--ven', venID, '--out', out, '--json');
    const { position } = JSON.parse(moved.stdout) as { position: number };
    const said = await call.at(longAfter)('log', 'restored', '--data', out);
    expect(said).toMatchObject({ exitCode: EXIT.success, stdout: expect.stringContaining('is not in this copy') });
    const verified = (await call('log', 'verify', '--json', '--data', out)).stdout;
    expect(await call('migrate', '--store', url, '--data', out)).toMatchObject({ exitCode: EXIT.success, stderr: '' });
    expect((await onStore('log', 'verify', '--json', '--ven', venID)).stdout).toBe(verified);
    const again = await store.open(venID, { createIfMissing: false });
    expect(again.base.position).toBe(position);
    await again.close();
  });

  it('that is damaged is saved as far as it is proved, and goes on where the damaged rows were removed', async () => {
    const ask = (text: string, values: readonly unknown[]) =>
      store.connections.rows<{ position: number }>(text, values);
    const [damaged] = await ask(
      `UPDATE ven.kept_entry SET body = replace(body::text, '"direction":"in"', '"direction":"on"')::json
WHERE ven_id = $1 AND position = (SELECT max(position) FROM ven.kept_entry WHERE ven_id = $1 AND direction = 'in')
RETURNING position`,
      [venID],
    );
    const out = inRoot('saved');
    const repair = () => onStore('log', 'repair', '--ven', venID, '--out', out);
    await (await store.open(venID, { createIfMissing: false })).close();
    expect(await onStore('migrate', '--ven', venID, '--out', out)).toMatchObject({ exitCode: EXIT.logUnsafe });
    const { stdout, exitCode } = await repair();
    expect({ stdout, exitCode }).toEqual({
      stdout: expect.stringMatching(
        new RegExp(
          `1 entry known to be lost:\\n  position ${damaged?.position},[^]*owner of the tables[^]*ven migrate`,
        ),
      ),
      exitCode: EXIT.success,
    });
    expect((await repair()).stderr).toContain('is there already');
    for (const table of ['entry', 'kept_entry', 'gap', 'wire', 'checkpoint', 'log'])
      await ask(`DELETE FROM ven.${table} WHERE ven_id = $1`, [venID]);
    expect(await call('migrate', '--store', url, '--data', out)).toMatchObject({ exitCode: EXIT.success, stderr: '' });
    expect(await onStore('log', 'verify', '--ven', venID)).toMatchObject({
      exitCode: EXIT.success,
      stdout: expect.stringContaining('The log is whole'),
    });
  });

  it('that arrives is nobody’s until it is all there: a migration that was cut off goes on', async () => {
    const [{ PostgresCopy }, { copyLog }, { openRestingLog }] = await Promise.all([
      import('../../src/store/postgres/copyToPostgres.ts'),
      import('../../src/store/copying.ts'),
      import('../../src/store/level/restingLog.ts'),
    ]);
    const resting = await openRestingLog(whole);
    const copy = await PostgresCopy.into(store.connections, 'halfway');
    const half = Math.floor(resting.head.position / 2);
    let put = 0;
    const cutOff = {
      head: copy.head,
      begin: (...given: Parameters<typeof copy.begin>) => copy.begin(...given),
      put: async (...[items, before, after]: Parameters<typeof copy.put>) => {
        const first = items.filter(({ position }) => position <= half);
        const last = first.at(-1)?.entry;
        await copy.put(first, before, last ?? after);
        put += first.length;
        throw new Error('the power is gone');
      },
      finish: () => expect.unreachable(),
    };
    await expect(copyLog(resting.view, resting.head, cutOff)).rejects.toThrow('the power is gone');
    expect(put).toBe(half + 1);
    await expect(store.open('halfway', { createIfMissing: true })).rejects.toMatchObject({ code: 'missing' });
    const next = await PostgresCopy.into(store.connections, 'halfway');
    expect(next.head.position).toBe(half);
    await expect(copy.arrive()).rejects.toMatchObject({ code: 'fenced' });
    expect(await copyLog(resting.view, resting.head, next)).toEqual(resting.head);
    await next.arrive();
    const log = await store.open('halfway', { createIfMissing: false });
    expect(log.head).toEqual(resting.head);
    await log.close();
    await resting.close();
  });

  it.each([
    ['127.0.0.1', 'stranger.pem', 'does not prove whose it is', 'sslrootcert=FILE'],
    ['localhost', 'authority.pem', 'does not prove whose it is', 'name the host as its certificate does'],
  ])('behind %s is not told anything before it is proved with %s', async (host, authority, what, remedy) => {
    const other = inRoot('other.url');
    writeFileSync(other, proved(host, authority), { mode: 0o600 });
    const { stderr, exitCode } = await call('status', '--store', other, '--ven', venID);
    expect(exitCode).not.toBe(EXIT.success);
    expect(stderr).toContain(what);
    expect(stderr).toContain(remedy);
  });

  it('is reached by a file that others may read too, and that is said; files and hosts are no secrets', async () => {
    const open = inRoot('open.url');
    writeFileSync(open, proved('127.0.0.1', 'authority.pem'), { mode: 0o644 });
    const { stderr } = await call('status', '--store', open, '--ven', 'nobody');
    expect(stderr).toContain(`Others on this machine may read ${open}`);
    expect(stderr).toContain('There is no log of VEN nobody at 127.0.0.1/postgres');
  });

  it('shows its password nowhere, whatever goes wrong', async () => {
    const wrong = inRoot('wrong.url');
    for (const text of [
      `postgres://owner:${secret}@127.0.0.1:${cluster.port}/nowhere`,
      `postgres://nobody:${secret}@127.0.0.1:${cluster.port}/postgres`,
      `postgres://owner:${secret}@127.0.0.1:1/postgres`,
      `postgres://owner:${secret}@db.example/postgres`,
      `postgres://owner:${secret}@db.example/postgres?sslmode=require`,
      `mysql://owner:${secret}@127.0.0.1/postgres`,
      `postgres://owner:${secret}@[/postgres`,
    ]) {
      writeFileSync(wrong, text, { mode: 0o600 });
      const { stdout, stderr, exitCode } = await call('log', 'verify', '--store', wrong, '--ven', 'x');
      expect(exitCode).not.toBe(EXIT.success);
      expect(`${stdout}${stderr}`).not.toContain(secret);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});

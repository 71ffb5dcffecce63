import { mkdtempSync, readFileSync, statSync, writeFileSync, appendFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentStarted } from '../../src/facts/input.ts';
import { canaryUrl, CANARY_PATH, expectNoCanary } from '../support/canary.ts';
import { call, objects } from './support/call.ts';
import { copyLog, dayLog } from './support/dayLog.ts';

let directory: string;
let out: string;

beforeAll(async () => {
  ({ directory } = await dayLog('2026-11-03', '2026-11-02', { pollFreq: 'PT15M' }));
  out = mkdtempSync(join(tmpdir(), 'ven-bundle-'));
});

const path = (name: string): string => join(out, name);

describe('ven bundle', () => {
  it('cuts a stretch out, and every command that reads a log reads it', async () => {
    const file = path('evening.gz');
    const { exitCode, stdout } = await call('bundle', '-d', directory, '--from', '2026-11-03 12:00', '-o', file);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Look at what is in it before you send it: ven bundle inspect evening.gz');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect((await call('replay', '--verify', '-d', file)).stdout).toContain('is concluded again, to the letter');
    expect((await call('log', 'verify', '-d', file)).stdout).toContain('The log is whole');
    for (const command of [
      ['prices', '--day', '2026-11-03'],
      ['usage', '--day', '2026-11-03'],
      ['deliveries', '--day', '2026-11-03'],
    ]) {
      expect((await call(...command, '--json', '-d', file)).stdout).toBe(
        (await call(...command, '--json', '-d', directory)).stdout,
      );
    }
    const [entry] = objects<{ position: number }>(
      (await call('log', 'list', '--last', '1', '--json', '-d', file)).stdout,
    );
    expect((await call('log', 'show', String(entry?.position), '-d', file)).exitCode).toBe(0);
    const early = await call('log', 'show', '0', '-d', file);
    expect(early).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /^The log does not hold position 0 any more: from position \d+ on it holds everything\.\n$/,
      ) as string,
    });
  });

  it('refuses, where the token is not known, what an earlier release may have recorded with it', async () => {
    const { world } = await dayLog('2026-11-03', '2026-11-02', { pollFreq: 'PT15M' });
    const former = mkdtempSync(join(tmpdir(), 'ven-former-'));
    await copyLog(world.log, former, (draft) => {
      if (draft.type !== 'AgentStarted') return draft;
      const { versions, ...rest } = draft.data as AgentStarted;
      const { veil: _veil, ...before } = versions;
      return { ...draft, data: { ...rest, versions: before } };
    });
    const refused = await call('bundle', '-d', former, '-o', path('former.gz'));
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^The token of the VTN URL is not known here.*from position 0 on/);
    const known = ['--vtn-url', 'https://vtn.example/s3cr3t/OpenADR2/Simple/2.0b'];
    expect((await call('bundle', '-d', former, ...known, '-o', path('former.gz'))).exitCode).toBe(0);
  });

  it('tells what is in it before it is sent', async () => {
    const file = path('inspected.gz');
    await call('bundle', '-d', directory, '-o', file);
    const { exitCode, stdout } = await call('bundle', 'inspect', file);
    expect(exitCode).toBe(0);
    for (const part of [
      'bellawatt.example.ven.123',
      'oadrUpdateReport',
      'oadrDistributeEvent',
      'UsageDue',
      'not signed',
      'example-device-001',
      'these are the hashes of the log',
    ])
      expect(stdout).toContain(part);
    const document = JSON.parse((await call('bundle', 'inspect', '--json', file)).stdout) as Record<string, unknown>;
    const stats = JSON.parse((await call('log', 'stats', '--json', '-d', directory)).stdout) as Record<string, unknown>;
    expect(document).toMatchObject({
      entries: stats['entries'],
      facts: stats['types'],
      pseudonymised: false,
      redactedEntries: 0,
      signedBy: null,
    });
  });

  it('replaces every name on demand, and says so', async () => {
    const file = path('pseudonyms.gz');
    const { stdout } = await call('bundle', '-d', directory, '--pseudonymise', '-o', file);
    expect(stdout).toContain('Every identifier was replaced by a pseudonym');
    const { identifiers } = JSON.parse((await call('bundle', 'inspect', '--json', file)).stdout) as {
      identifiers: Record<string, string[]>;
    };
    const before = JSON.parse((await call('bundle', 'inspect', '--json', path('inspected.gz'))).stdout) as {
      identifiers: Record<string, string[]>;
    };
    expect(Object.fromEntries(Object.entries(identifiers).map(([name, all]) => [name, all.length]))).toEqual(
      Object.fromEntries(Object.entries(before.identifiers).map(([name, all]) => [name, all.length])),
    );
    const text = gunzipSync(readFileSync(file)).toString();
    for (const each of Object.values(before.identifiers).flat()) expect(text).not.toContain(each);
    expect((await call('replay', '--verify', '-d', file)).exitCode).toBe(0);
  });

  it('lets no token, no key and no path of this machine out, even where the VTN has repeated them', async () => {
    const { openLevelEventLog } = await import('../../src/store/level/levelEventLog.ts');
    const { directory: leaky } = await dayLog('2026-11-03', '2026-11-02', { pollFreq: 'PT15M' });
    expect((await call('key', 'new', '-d', leaky)).exitCode).toBe(0);
    const log = await openLevelEventLog(leaky, { createdAt: 0 });
    const detail = `The VTN ${canaryUrl()} said no; see ${leaky}/log and https://other.example/second-token-9/OpenADR2/Simple/2.0b/EiEvent.`;
    const fact = {
      recordedAt: Date.UTC(2026, 10, 4, 14),
      runID: 'r',
      direction: 'in' as const,
      stream: 'exchange',
      version: 1,
      cause: null,
      chance: 1,
    };
    await log.append(
      [
        {
          ...fact,
          type: 'ExchangeFailed',
          data: { exchangeID: 'x.1', reason: 'httpStatus', httpStatus: 500, certainlyNotDelivered: false, detail },
        },
        {
          ...fact,
          type: 'MessageRejected',
          data: { exchangeID: 'x.2', kind: 'notXml', path: '/', text: 'an HTML page' },
        },
      ],
      [{ index: 1, xml: `<html><!-- ${CANARY_PATH} --><body a="${CANARY_PATH}">${detail}</body></html>` }],
    );
    await log.close();
    for (const name of ['plain', 'pseudonymise']) {
      const file = path(`leaky-${name}.gz`);
      const made = await call(
        'bundle',
        '-d',
        leaky,
        '-u',
        canaryUrl(),
        '--sign',
        ...(name === 'plain' ? [] : ['--pseudonymise']),
        '-o',
        file,
      );
      expect(made).toMatchObject({ exitCode: 0, stderr: '' });
      expect(made.stdout).toContain('A secret or a path of this machine was taken out of 2 entries.');
      const text = gunzipSync(readFileSync(file)).toString();
      expectNoCanary(text + made.stdout);
      expect(text).toContain('said no; see');
      for (const secret of [leaky, 'second-token-9', 'PRIVATE KEY']) expect(text).not.toContain(secret);
      const key = readFileSync(join(leaky, 'ven.key.pem'), 'utf8').split('\n')[1] ?? 'none';
      expect(text).not.toContain(key);
      expect((await call('bundle', 'inspect', '--json', file)).stdout).toContain('"redactedEntries":2');
    }
  });

  it('overwrites nothing, and leaves nothing behind when it cannot be done', async () => {
    const file = path('there.gz');
    writeFileSync(file, 'mine');
    expect((await call('bundle', '-d', directory, '-o', file)).stderr).toMatch(/there is a file of that name already/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    const names = readdirSync(out);
    expect((await call('bundle', '-d', directory, '--from', '2027-01-01', '-o', path('never.gz'))).stderr).toContain(
      'no entries in that stretch',
    );
    expect((await call('bundle', '-d', directory, '--sign', '-o', path('never.gz'))).stderr).toContain(
      'There is no key in',
    );
    expect(readdirSync(out)).toEqual(names);
  });

  it('refuses what is no bundle, or is none any more, with one sentence and the code of an unsafe log', async () => {
    const whole = readFileSync(path('inspected.gz'));
    writeFileSync(path('short.gz'), whole.subarray(0, whole.length - 40));
    writeFileSync(path('other.gz'), Buffer.concat([whole.subarray(0, 400), Buffer.from([1]), whole.subarray(401)]));
    writeFileSync(path('text.gz'), 'a text');
    for (const name of ['short.gz', 'other.gz', 'text.gz']) {
      for (const command of [
        ['bundle', 'inspect', path(name)],
        ['replay', '-d', path(name)],
        ['status', '-d', path(name)],
      ]) {
        const { exitCode, stderr, stdout } = await call(...command);
        expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
        expect(stderr).toMatch(/^[^\n]+\.\n$/);
      }
    }
    expect((await call('bundle', 'inspect', path('nowhere.gz'))).exitCode).toBe(1);
  });
});

describe('ven key', () => {
  it('is made once, shows its public half, and signs what others can check', async () => {
    const { directory: data } = await dayLog('2026-11-03', '2026-11-02', { pollFreq: 'PT15M' });
    expect((await call('key', 'show', '-d', data)).stderr).toContain(`make one with "ven key new --data ${data}"`);
    expect((await call('key', 'new', '-d', data)).exitCode).toBe(0);
    expect(statSync(join(data, 'ven.key.pem')).mode & 0o777).toBe(0o600);
    expect((await call('key', 'new', '-d', data)).stderr).toContain('There is a key in');
    const { fingerprint, publicKey } = JSON.parse((await call('key', 'show', '--json', '-d', data)).stdout) as {
      fingerprint: string;
      publicKey: string;
    };
    writeFileSync(path('public.pem'), publicKey);
    await call('bundle', '-d', data, '--sign', '-o', path('signed.gz'));
    expect((await call('bundle', 'inspect', path('signed.gz'))).stdout).toContain(
      `right, by the key with the fingerprint ${fingerprint}`,
    );
    for (const by of [[], ['--by', fingerprint], ['--by', path('public.pem')]]) {
      expect(await call('key', 'verify', path('signed.gz'), ...by)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining(fingerprint) as string,
      });
    }
    expect(
      (await call('key', 'verify', path('signed.gz'), '--by', '0000 0000 0000 0000 0000 0000 0000 0000')).stderr,
    ).toContain('signed, but by another key');
    expect((await call('key', 'verify', path('inspected.gz'))).stderr).toContain('whole but not signed');
  });

  it('signs any other file beside it, and notices when that is changed', async () => {
    const { makeKey } = await import('../../src/adapters/signing/keys.ts');
    const { signFile } = await import('../../src/adapters/signing/signatureFile.ts');
    const { fingerprint } = makeKey(out);
    const file = path('settlement.csv');
    writeFileSync(file, 'day,usd\n2026-11-03,-1.20\n');
    expect((await call('key', 'verify', file)).stderr).toContain('There is no signature of');
    await signFile(file, out);
    expect((await call('key', 'verify', file, '--by', fingerprint)).exitCode).toBe(0);
    appendFileSync(file, '2026-11-04,-9.99\n');
    expect(await call('key', 'verify', file)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('was changed since it was signed') as string,
    });
    await signFile(file, out);
    const other = JSON.parse(readFileSync(`${file}.sig`, 'utf8')) as { value: string };
    writeFileSync(`${file}.sig`, JSON.stringify({ ...other, value: Buffer.alloc(64).toString('base64') }));
    expect((await call('key', 'verify', file)).stderr).toContain('is not right');
    writeFileSync(`${file}.sig`, 'nonsense');
    expect((await call('key', 'verify', file)).stderr).toContain('is no signature as "ven" writes it');
    writeFileSync(path('ven.key.pem'), 'no key');
    expect((await call('key', 'show', '-d', out)).stderr).toContain('holds no private Ed25519 key');
  });
});

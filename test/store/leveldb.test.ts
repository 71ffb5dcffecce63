import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Level } from 'level';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crc32c, Cursor, MalformedBytes, unpackSnappy } from '../../src/store/level/files/bytes.ts';
import { liveFiles, type LiveTable } from '../../src/store/level/files/manifest.ts';
import { salvageTable, salvageWriteAhead, type Salvaged } from '../../src/store/level/files/salvage.ts';
import { checkTable } from '../../src/store/level/files/table.ts';
import { newDirectory } from './support.ts';
import { triesOf } from '../support/leftOut.ts';

/** What we know of LevelDB's files, tried on files LevelDB wrote. */

const root = newDirectory();
const database = join(root, 'database');

/** Several tables on more than one level, with packed and unpacked blocks and large values, then deletions. */
beforeAll(async () => {
  const level = new Level(database, { writeBufferSize: 64 * 1024 });
  await level.open();
  const value = (number: number): string =>
    number % 50 === 0 ? 'large '.repeat(5_000) : number % 3 === 0 ? noise(number) : 'same '.repeat(40);
  for (let number = 0; number < 4_000; number += 1)
    await level.put(String((number * 7_919) % 4_000).padStart(8, '0'), value(number));
  for (let number = 0; number < 2_000; number += 1) await level.del(String(number * 2).padStart(8, '0'));
  for (let number = 0; number < 1_000; number += 1) await level.put(String(number).padStart(8, '0'), value(number));
  await level.close();
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const noise = (seed: number): string =>
  Array.from({ length: 12 }, (_, index) => Math.sin(seed * 12 + index).toString(36)).join('');
const namesIn = (directory: string, pattern: RegExp): string[] =>
  readdirSync(directory).filter((name) => pattern.test(name));
const tables = (): { readonly live: LiveTable; readonly bytes: Uint8Array }[] =>
  liveFiles(manifest()).tables.map((live) => ({
    live,
    bytes: readFileSync(join(database, `${String(live.number).padStart(6, '0')}.ldb`)),
  }));
const manifest = (): Uint8Array => readFileSync(join(database, namesIn(database, /^MANIFEST/)[0] ?? ''));

describe('bytes', () => {
  it('the checksum is CRC-32C', () => expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283));

  it.each([
    [[0x00], 0],
    [[0x7f], 127],
    [[0x80, 0x01], 128],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 2 ** 35],
  ])('the number %j is %i', (bytes, value) => expect(new Cursor(Uint8Array.from(bytes)).varint()).toBe(value));

  it('a number without an end and bytes that are not there are refused', () => {
    expect(() => new Cursor(Uint8Array.from([0x80])).varint()).toThrow(MalformedBytes);
    expect(() => new Cursor(new Uint8Array(12).fill(0xff)).varint()).toThrow(/too large/);
    expect(() => new Cursor(new Uint8Array(2)).take(3)).toThrow(/3 bytes were announced/);
  });

  it('a block packed with Snappy is unpacked: a literal, then copies that overlap what they write', () => {
    const packed = Uint8Array.from([0x0c, 0x08, 0x61, 0x62, 0x63, 0x15, 0x03]); // 12 bytes: "abc", then 9 from 3 back
    expect(Buffer.from(unpackSnappy(packed)).toString()).toBe('abcabcabcabc');
  });

  it('whatever is unpacked, it ends in bytes or in MalformedBytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(unpackSnappy(Uint8Array.from([40, ...bytes])).length).toBe(40);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBytes);
        }
      }),
      { numRuns: triesOf(1_000) },
    ));
});

describe('the MANIFEST', () => {
  const fileOf = (table: number): string => `${String(table).padStart(6, '0')}.ldb`;

  /** Whether LevelDB opens a copy that lacks some files. */
  const opensWithout = async (missing: readonly string[]): Promise<boolean> => {
    const copy = join(root, 'without');
    rmSync(copy, { recursive: true, force: true });
    cpSync(database, copy, { recursive: true });
    for (const name of missing) rmSync(join(copy, name));
    const level = new Level(copy, { createIfMissing: false });
    const opened = await level.open().then(
      () => true,
      () => false,
    );
    await level.close();
    return opened;
  };

  it('names exactly the tables that LevelDB cannot do without', async () => {
    const live = liveFiles(manifest()).tables.map(({ number }) => fileOf(number));
    const left = namesIn(database, /\.ldb$/).filter((name) => !live.includes(name)); // of a compaction that closing cut short
    expect(live.length).toBeGreaterThan(0);
    expect(await opensWithout(left)).toBe(true);
    for (const name of live) expect(await opensWithout([name])).toBe(false);
  });

  it('that was cut off in its last record is read up to there, as LevelDB does', () => {
    const bytes = manifest();
    expect(() => liveFiles(bytes.subarray(0, bytes.length - 3))).not.toThrow();
    expect(liveFiles(bytes.subarray(0, 0))).toEqual({ tables: [], firstWriteAhead: 0 });
  });

  it('with a changed bit is refused', () => {
    const bytes = Uint8Array.from(manifest());
    bytes[20] = (bytes[20] ?? 0) ^ 4;
    expect(() => liveFiles(bytes)).toThrow(/the record at byte \d+ has another checksum/);
  });
});

describe('a table', () => {
  it('that LevelDB wrote is whole', () => {
    for (const { bytes, live } of tables()) expect(() => checkTable(bytes, live)).not.toThrow();
  });

  it('with any bit changed is refused, save for the padding in its last 48 bytes', () =>
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (which, bit) => {
        const all = tables();
        const { bytes, live } = all[which % all.length] as (typeof all)[number];
        const table = Uint8Array.from(bytes);
        const at = Math.floor(bit / 8) % (table.length - 48);
        table[at] = (table[at] ?? 0) ^ (1 << (bit % 8));
        expect(() => checkTable(table, live)).toThrow(MalformedBytes);
      }),
      { numRuns: triesOf(60) },
    ));

  it('that was cut off anywhere is refused', () =>
    fc.assert(
      fc.property(fc.nat(), (cut) => {
        const [{ bytes, live }] = tables() as [{ bytes: Uint8Array; live: LiveTable }];
        expect(() => checkTable(bytes.subarray(0, cut % bytes.length), live)).toThrow(MalformedBytes);
      }),
      { numRuns: triesOf(60) },
    ));

  it('that is whole and stands in the place of another is refused', () => {
    const [one, other] = tables() as [ReturnType<typeof tables>[number], ReturnType<typeof tables>[number]];
    expect(() => checkTable(one.bytes, other.live)).toThrow(/another table than the one that the MANIFEST counts on/);
    expect(() => checkTable(one.bytes, { ...one.live, largestKey: other.live.largestKey })).toThrow(MalformedBytes);
  });
});

describe('what is salvaged', () => {
  const said = ({ writes }: Salvaged) =>
    writes
      .filter(({ key }) => /^(\d{8}|[a-z]+\d+)$/.test(key))
      .map(
        ({ key, number, value }) => `${key} ${number} ${value === null ? '–' : Buffer.from(value).toString('latin1')}`,
      );

  it('of a whole table is all of it, and the same when its index must be done without', () => {
    for (const { bytes } of tables()) {
      const whole = salvageTable(bytes);
      expect(whole.findings).toEqual([]);
      expect(whole.writes.length).toBeGreaterThan(10);
      for (const length of [bytes.length - 48, bytes.length - 10]) {
        const cut = salvageTable(bytes.subarray(0, length));
        expect(cut.findings.length).toBe(1);
        expect(said(cut)).toEqual(said(whole));
      }
    }
  });

  it('of a damaged table is what stands in its other blocks, and nothing else', () =>
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (which, bit) => {
        const all = tables();
        const { bytes } = all[which % all.length] as (typeof all)[number];
        const table = Uint8Array.from(bytes);
        const at = Math.floor(bit / 8) % (table.length - 48);
        table[at] = (table[at] ?? 0) ^ (1 << (bit % 8));
        const [salvaged, whole] = [salvageTable(table), new Set(said(salvageTable(bytes)))];
        for (const write of said(salvaged)) expect(whole.has(write)).toBe(true);
      }),
      { numRuns: triesOf(40) },
    ));

  it('of a write-ahead file is each write with its number, as far as its checksums go', async () => {
    const [directory, copy] = [join(root, 'fresh'), join(root, 'freshCopy')];
    const level = new Level(directory);
    await level.open();
    for (let number = 0; number < 300; number += 1)
      await level.batch([
        { type: 'put', key: `key${number}`, value: 'v'.repeat(number) },
        { type: 'del', key: `gone${number}` },
      ]);
    cpSync(directory, copy, { recursive: true });
    await level.close();
    const [name = ''] = namesIn(copy, /\.log$/);
    const bytes = Uint8Array.from(readFileSync(join(copy, name)));
    const whole = salvageWriteAhead(bytes);
    expect(whole).toMatchObject({ findings: [] });
    expect(whole.writes.map(({ number }) => number)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
    expect(said(whole).slice(0, 4)).toEqual(['key0 1 ', 'gone0 2 –', 'key1 3 v', 'gone1 4 –']);
    bytes[20_000] = (bytes[20_000] ?? 0) ^ 1;
    const damaged = salvageWriteAhead(bytes);
    expect(damaged.findings).toEqual([
      expect.stringMatching(/^the record at byte \d+ has another checksum than its bytes$/),
    ]);
    expect(damaged.writes.length).toBe(598); // one batch of two, where LevelDB drops the rest of the block
    for (const write of said(damaged)) expect(said(whole)).toContain(write);
  });

  it('of bytes that are a MANIFEST instead is nothing, and a finding', () => {
    expect(salvageWriteAhead(manifest())).toMatchObject({ writes: [], findings: [expect.any(String)] });
    expect(salvageTable(manifest()).findings.length).toBe(1);
  });
});

it('LevelDB still opens what was only looked at', async () => {
  const copy = join(root, 'copy');
  cpSync(database, copy, { recursive: true });
  const level = new Level(copy, { createIfMissing: false });
  await level.open();
  expect((await level.keys().all()).length).toBeGreaterThan(2_000);
  await level.close();
});

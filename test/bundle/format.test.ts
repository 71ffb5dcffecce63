import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { packBlock } from '../../src/bundle/block.ts';
import { openBundle } from '../../src/bundle/openBundle.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { at, worldOn } from '../scenarios/support/day.ts';
import { readAll } from '../store/support.ts';
import { asItIs, between, bundleOf, bytesOf, everything, memorySource } from './support/cutting.ts';
import { triesOf } from '../support/leftOut.ts';

const refusal = async (bytes: Uint8Array): Promise<string> => {
  try {
    const log = await openBundle(memorySource(bytes));
    await log.verify();
    return 'taken';
  } catch (error) {
    return error instanceof Error
      ? `${error.name} ${(error as { code?: string }).code}: ${error.message}`
      : String(error);
  }
};

describe('a bundle', () => {
  let log: EventLog;
  let bytes: Buffer;

  beforeAll(async () => {
    const { world } = worldOn({ day: '2026-11-02', hour: 16 });
    await world.start();
    await world.runTo(at('2026-11-03', 3));
    await world.stop();
    log = world.log;
    bytes = await bytesOf({ log, stretch: everything, rewriting: asItIs });
  });

  it('holds every entry and every XML of the log, with their hashes', async () => {
    const bundle = await openBundle(memorySource(bytes));
    expect(await readAll(bundle)).toEqual(await readAll(log));
    for (let position = 0; position <= log.head.position; position += 1)
      expect(await bundle.wire(position)).toBe(await log.wire(position));
    expect(await bundle.verify()).toEqual(log.head);
    expect(bundle.manifest).toMatchObject({
      base: log.base,
      head: log.head,
      entries: log.head.position + 1,
      sealedAnew: false,
    });
  });

  it('answers any range as the log does', async () => {
    const bundle = await bundleOf(log);
    const last = log.head.position;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -2, max: last + 2 }),
        fc.integer({ min: -2, max: last + 2 }),
        async (from, to) => {
          expect(await readAll(bundle, from, to)).toEqual(await readAll(log, from, to));
        },
      ),
      { numRuns: triesOf(40) },
    );
  });

  it('is a gzip file of one JSON object a line, which any tool unpacks', () => {
    const lines = gunzipSync(bytes).toString().trimEnd().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ bundle: 'ter-ven', format: 1 });
    expect(JSON.parse(lines.at(-1) ?? '')).toHaveProperty('end.digest');
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it('is a fraction of what the log takes', () => {
    expect(bytes.length).toBeLessThan(gunzipSync(bytes).length / 8);
  });

  it('is refused when a byte of it is another, wherever that is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 0, max: 7 }), async (place, bit) => {
        const damaged = Buffer.from(bytes);
        damaged[place] = (damaged[place] as number) ^ (1 << bit);
        const answer = await refusal(damaged);
        // The head of the last block has bytes that mean nothing (time, system): then everything is as it was.
        if (answer === 'taken') expect(place).toBeGreaterThan(bytes.length - 250);
        else expect(answer).toMatch(/^LogError (corrupt|newer): .*\.$/);
      }),
      { numRuns: triesOf(100) },
    );
  });

  it('is refused when it is cut short, wherever that is, in a sentence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), async (length) => {
        expect(await refusal(bytes.subarray(0, length))).toMatch(
          /^LogError corrupt: (The bundle a bundle is cut short: its last line is missing|a bundle is no bundle of ter-ven)/,
        );
      }),
      { numRuns: triesOf(80) },
    );
  });

  it('is refused when a later release made it, and anything else when it is no bundle', async () => {
    const end = packBlock(`${JSON.stringify({ end: { digest: '' } })}\n`, null);
    expect(await refusal(Buffer.concat([packBlock('{"bundle":"ter-ven","format":2}\n', null), end]))).toMatch(
      /newer: .*has the format 2, and this release reads up to 1/,
    );
    for (const text of ['', 'hello', '{}', 'a'.repeat(500)])
      expect(await refusal(Buffer.from(text))).toMatch(/is no bundle of ter-ven/);
    expect(await refusal(Buffer.concat([packBlock('{"something":"else"}\n', null), end]))).toMatch(
      /is no bundle of ter-ven/,
    );
  });

  it('is refused when blocks are left out or change places, whatever the digest says', async () => {
    const { createHash } = await import('node:crypto');
    const bundle = await bytesOf({ log, stretch: between(0), rewriting: asItIs }, {}, { blockCharacters: 20_000 });
    const blocks: Buffer[] = [];
    for (let offset = 0; offset < bundle.length; offset += bundle.readUInt32LE(offset + 16))
      blocks.push(bundle.subarray(offset, offset + bundle.readUInt32LE(offset + 16)));
    expect(blocks.length).toBeGreaterThan(4);
    const sealedAgain = (kept: readonly Buffer[]): Buffer => {
      const body = Buffer.concat(kept);
      return Buffer.concat([
        body,
        packBlock(`${JSON.stringify({ end: { digest: createHash('sha256').update(body).digest('hex') } })}\n`, null),
      ]);
    };
    const [manifest, first, second, third] = blocks as [Buffer, Buffer, Buffer, Buffer];
    const rest = blocks.slice(4, -1);
    expect(await refusal(sealedAgain([manifest, first, second, third, ...rest]))).toBe('taken');
    expect(await refusal(sealedAgain([manifest, first, third, ...rest]))).toMatch(/^LogError corrupt/);
    expect(await refusal(sealedAgain([manifest, second, first, third, ...rest]))).toMatch(/^LogError corrupt/);
    expect(await refusal(sealedAgain([manifest, first, second]))).toMatch(/^LogError corrupt/);
  });

  it('is read and never written', async () => {
    const bundle = await bundleOf(log);
    await expect(bundle.append()).rejects.toThrow('nothing is written into it');
    await expect(bundle.forgetWires()).rejects.toThrow('nothing is written into it');
    await bundle.close();
    await expect(readAll(bundle)).rejects.toThrow('closed');
  });

  it('of a log whose XML was forgotten says so, and is whole', async () => {
    const other = openMemoryEventLog();
    const entries = await readAll(log);
    for (const { position, hash: _hash, wireHash: _wireHash, ...draft } of entries) {
      const xml = await log.wire(position);
      await other.append([draft], xml === undefined ? [] : [{ index: 0, xml }]);
    }
    const middle = entries[Math.floor(entries.length / 2)]?.recordedAt ?? 0;
    const forgotten = await other.forgetWires(middle);
    const bundle = await bundleOf(other);
    expect(forgotten).toBeGreaterThan(0);
    expect(bundle.manifest.forgottenWires).toBe(forgotten);
    expect(await bundle.verify()).toEqual(other.head);
    expect(await readAll(bundle)).toEqual(await readAll(other));
  });
});

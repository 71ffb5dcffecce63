import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { foldLog } from '../../src/shell/fold.ts';
import { visitXml } from '../../src/recording/identifiers.ts';
import { Pseudonyms } from '../../src/bundle/pseudonyms.ts';
import { decodePayload } from '../../src/protocol/payload.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { at, resourceID, worldOn } from '../scenarios/support/day.ts';
import { readAll } from '../store/support.ts';
import { between, pseudonymised } from './support/cutting.ts';

const simple = { signalName: 'SIMPLE', signalType: 'level', values: ['1'] } as const;

/** All numbers of a value, in order. */
const numbersIn = (value: unknown): readonly number[] => {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

describe('a bundle under pseudonyms', () => {
  let log: EventLog;
  let whole: Awaited<ReturnType<typeof pseudonymised>>;

  beforeAll(async () => {
    const { world } = worldOn({
      day: '2026-11-02',
      hour: 16,
      settings: { venName: 'Müller & Sons <Barn 7>', venID: 'ven-of-mueller.7' },
      vtn: {
        pollFreq: 'PT15M',
        wireStyle: 'nhec',
        vtnID: 'vtn.coop-north',
        status: { granularity: 'PT1H', reportBackDuration: 'PT1H' },
      },
    });
    await world.start();
    world.vtn.events.add({
      startAt: at('2026-11-03', 2),
      lengthMs: 3_600_000,
      signals: [simple],
      vtnComment: 'for ven-of-mueller.7, to be told to Müller & Sons <Barn 7>',
    });
    await world.runTo(at('2026-11-03', 3));
    await world.restart();
    world.vtn.restart({ registrations: 'forgotten', events: 'kept' });
    await world.runTo(at('2026-11-03', 20));
    await world.stop();
    log = world.log;
    whole = await pseudonymised(log);
  });

  it('names nobody: no identifier and no name is anywhere in it', () => {
    const { bytes, identifiers } = whole;
    const text = gunzipSync(bytes).toString();
    expect(identifiers.size).toBeGreaterThan(8);
    expect([...identifiers]).toEqual(expect.arrayContaining(['ven-of-mueller.7', 'vtn.coop-north', resourceID]));
    expect([...identifiers].filter((each) => text.includes(each))).toEqual([]);
    expect(text).not.toMatch(/M(ü|\\u00fc)ller|Barn 7/);
  });

  it('replays as the log does, in all of it and in a part', async () => {
    expect(await foldLog(log, { verify: true })).toMatchObject({ divergences: [], uncompared: 0 });
    expect(await foldLog(whole.bundle, { verify: true })).toMatchObject({
      foundation: 'beginning',
      divergences: [],
      uncompared: 0,
    });
    const part = await pseudonymised(log, between(Math.floor(log.head.position / 2)));
    expect(await foldLog(part.bundle, { verify: true })).toMatchObject({
      foundation: 'base',
      divergences: [],
      uncompared: 0,
    });
  });

  it('has XML that says what its facts say', async () => {
    const { bundle } = whole;
    let compared = 0;
    for await (const { entry, xml } of bundle.items()) {
      if (xml === undefined) continue;
      const decoded = decodePayload(xml);
      const { message } = entry.data as { readonly message: unknown };
      expect(decoded.ok && (JSON.parse(JSON.stringify(decoded.message)) as unknown)).toEqual(message);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(50);
  });

  it('leaves numbers and times as they are, and seals the chain anew', async () => {
    const { bundle } = whole;
    const [recorded, written] = [await readAll(log), await readAll(bundle)];
    expect(written).toHaveLength(recorded.length);
    recorded.forEach((entry, index) => {
      const other = written[index] as typeof entry;
      expect([other.recordedAt, other.type, other.chance, other.cause, other.position]).toEqual([
        entry.recordedAt,
        entry.type,
        entry.chance,
        entry.cause,
        entry.position,
      ]);
      expect(numbersIn(other.data)).toEqual(numbersIn(entry.data));
    });
    expect(bundle.manifest.sealedAnew).toBe(true);
    expect(bundle.head.hash).not.toBe(log.head.hash);
    expect(await bundle.verify()).toEqual(bundle.head);
  });

  it('has other pseudonyms under another key', async () => {
    const names = async (fill: number): Promise<unknown> =>
      (await pseudonymised(log, between(0, 40), Buffer.alloc(32, fill))).bundle.manifest.venID;
    expect(await names(1)).toBe(await names(1));
    expect(await names(1)).not.toBe(await names(2));
  });
});

describe('a DR event from which a random offset was drawn', () => {
  it('keeps its eventID, and the replay its offset', async () => {
    const { world } = worldOn({ day: '2026-11-02', hour: 16 });
    await world.start();
    const eventID = world.vtn.events.add({
      startAt: at('2026-11-02', 18),
      lengthMs: 3_600_000,
      startafterMs: 1_200_000,
      signals: [simple],
    });
    await world.runTo(at('2026-11-02', 20));
    await world.stop();
    const accepted = (await readAll(world.log)).find(
      (entry) => entry.type === 'DrEventAccepted' && (entry.data as { eventID: string }).eventID === eventID,
    );
    expect((accepted?.data as { offsetMs: number }).offsetMs).toBeGreaterThan(0);
    const { bundle, kept } = await pseudonymised(world.log);
    expect([...kept]).toEqual([eventID]);
    expect(await foldLog(bundle, { verify: true })).toMatchObject({ divergences: [], uncompared: 0 });
  });
});

describe('pseudonyms', () => {
  const pseudonyms = (...known: string[]): Pseudonyms => {
    const made = new Pseudonyms(Buffer.alloc(32, 1));
    for (const each of known) made.identifier(each);
    return made;
  };

  it('are the same for the same, others for others, and of the same length from eight characters on', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 60 }), { minLength: 2, maxLength: 30 }),
        (texts) => {
          const made = texts.map(pseudonyms().identifier);
          expect(new Set(made).size).toBe(texts.length);
          made.forEach((each, index) => expect(each).toHaveLength(Math.max(8, texts[index]?.length ?? 0)));
          expect(texts.map(pseudonyms().identifier)).toEqual(made);
        },
      ),
    );
  });

  it('stand in texts only where the whole word is meant, the longest first', () => {
    const { identifier, text } = pseudonyms('device-1', 'device-1.meter', 'barn 7');
    expect(text('device-1, device-12, mydevice-1 and device-1.meter in barn 7')).toBe(
      `${identifier('device-1')}, device-12, mydevice-1 and ${identifier('device-1.meter')} in ${identifier('barn 7')}`,
    );
  });

  it('leave plain words and short texts alone where they may mean anything', () => {
    const { text } = pseudonyms('1', 'active', 'Home', '20261112');
    expect(text('active at Home: 1 of 20261112')).toBe('active at Home: 1 of 20261112');
  });

  it('stand in XML wherever the standard puts an identifier, however short, and never in a tag', () => {
    const made = pseudonyms('1', 'interval', 'ven-of-7');
    const xml =
      '<a xmlns:ei="urn:ven-of-7"><ei:venID> 1 </ei:venID><interval x="ven-of-7">1</interval><ei:rID>ven-of-7/energyReal</ei:rID><!-- ven-of-7 --><ei:eventID>interval</ei:eventID></a>';
    expect(visitXml(xml, made)).toBe(
      `<a xmlns:ei="urn:ven-of-7"><ei:venID> ${made.identifier('1')} </ei:venID><interval x="${made.identifier('ven-of-7')}">1</interval><ei:rID>${made.identifier('ven-of-7')}/energyReal</ei:rID><!-- ${made.identifier('ven-of-7')} --><ei:eventID>${made.identifier('interval')}</ei:eventID></a>`,
    );
  });
});

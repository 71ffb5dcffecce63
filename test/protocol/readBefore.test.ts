import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload, type DecodeResult } from '../../src/protocol/payload.ts';
import { distributeEvent, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';
import { seeded } from './support/seeded.ts';

const listed = (names: readonly string[], changes: Parameters<typeof oadrEventOf>[0] = {}): string =>
  encodePayload(
    distributeEvent(names.map((eventID) => oadrEventOf({ eventID, signals: [priceSignal(['0.10'])], ...changes }))),
  );

const read = (body: string, strict = false): DecodeResult => decodePayload(body, { strict, itemByItem: true });

/** Reads a text as one of so few characters that it may have too many nodes: from its beginning to its end. */
const readWhole = (body: string, strict = false): DecodeResult =>
  decodePayload(body, { strict, itemByItem: true, limits: { maxNodes: Math.floor(body.length / 4) } });

const eventsOf = (result: DecodeResult): readonly unknown[] => {
  if (!result.ok || result.message.message !== 'oadrDistributeEvent') throw new Error('It is no list of DR events.');
  return result.message.oadrEvent;
};

const named = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

describe('given a list of DR events that was read', () => {
  it('when one of them changes, then the others are taken as they were read', () => {
    const names = named(6, 'changes');
    const before = eventsOf(read(listed(names)));
    const text = listed(names).replace('<ei:value>0.10<', '<ei:value>0.20<');
    const after = read(text);
    expect(eventsOf(after).map((event, index) => event === before[index])).toEqual([
      false,
      ...Array.from({ length: 5 }, () => true),
    ]);
    expect(after).toEqual(readWhole(text));
  });

  it('when some are gone, others new, and the order is another, then each is what it says', () => {
    const names = named(6, 'moves');
    read(listed(names));
    const text = listed(['new-1', ...names.slice(2).reverse(), 'new-2']);
    expect(read(text)).toEqual(readWhole(text));
  });

  it('when prefixes mean something else, or it stands elsewhere, then it is read anew', () => {
    const text = listed(named(2, 'elsewhere'));
    read(text);
    const item = text.slice(text.indexOf('<oadr:oadrEvent>'), text.lastIndexOf('</oadr:oadrEvent>') + 17);
    for (const other of [
      text.replace(/xmlns:ei="[^"]*"/, 'xmlns:ei="urn:another"'),
      text.replaceAll('oadr:oadrDistributeEvent', 'oadr:oadrResponse'),
      text.replace('<ei:vtnID>', `<ei:vtnID>${item}`),
      text.replace(item, `<oadr:oadrEvent a="">${item}</oadr:oadrEvent>`),
      text.replace(item, `<!--${item}-->`),
      text.replace(item, `<![CDATA[${item}]]>`),
      text.replace(item, `<?${item}?>`),
      text.replace('ei:schemaVersion="2.0b"', `ei:schemaVersion="${item}"`),
    ]) {
      expect(other).not.toBe(text);
      expect(read(other)).toEqual(readWhole(other));
    }
  });

  it('when it is read in several places by turns, then it is taken in each as it was read there', () => {
    const here = listed(named(3, 'by-turns'));
    const there = here.replace('<oadr:oadrPayload ', '<oadr:oadrPayload xmlns:also="urn:also" ');
    expect(there).not.toBe(here);
    const [first, second] = [eventsOf(read(here)), eventsOf(read(there))];
    expect(second).toEqual(first);
    for (const [text, before] of [[here, first] as const, [there, second] as const, [here, first] as const])
      expect(eventsOf(read(text)).map((event, index) => event === before[index])).toEqual([true, true, true]);
    expect(first.map((event, index) => event === second[index])).toEqual([false, false, false]);
  });

  it('when a new one was read elsewhere just before, then the others are taken as they were read here all the same', () => {
    const elsewhere = (text: string): string =>
      text.replace('<oadr:oadrPayload ', '<oadr:oadrPayload xmlns:also="urn:also" ');
    const before = listed(named(3, 'newcomer'));
    const after = listed([...named(3, 'newcomer'), 'newcomer']);
    read(elsewhere(before));
    const known = eventsOf(read(before));
    read(elsewhere(after));
    expect(eventsOf(read(after)).map((event, index) => event === known[index])).toEqual([true, true, true, false]);
    expect(read(after)).toEqual(readWhole(after));
  });

  it('when it is tolerated only, then that is told each time, and a strict reading refuses it', () => {
    const text = listed(['tolerated']).replace('<oadr:oadrResponseRequired>', '<ei:x/><oadr:oadrResponseRequired>');
    const [first, second] = [read(text), read(text)];
    expect(first).toMatchObject({ ok: true, deviations: [{ rule: '19.19' }] });
    expect(second).toEqual(first);
    expect(read(text, true)).toEqual(readWhole(text, true));
  });

  it('when limits are others, then they hold', () => {
    const text = listed(['bounded']);
    read(text);
    expect(decodePayload(text, { limits: { maxDepth: 8 } })).toMatchObject({ ok: false, refusal: { kind: 'hostile' } });
  });

  it('when it comes damaged, then it reads as if nothing had been read before', () => {
    const random = seeded(20_261_130);
    const text = listed(named(4, 'damaged'));
    read(text);
    const sharp = ['<', '>', '/', '"', '&', ' ', 'x', '<oadr:oadrEvent>', '</oadr:oadrEvent>', '<!--', ']]>'];
    for (let turn = 0; turn < 300; turn += 1) {
      const [at, gone] = [random.below(text.length), random.below(3) * random.below(40)];
      const damaged = text.slice(0, at) + random.pick(sharp) + text.slice(at + gone);
      expect(read(damaged)).toEqual(readWhole(damaged));
    }
  });
});

describe('given a list of DR events that was written', () => {
  it('when one of them changes, then it is written as if nothing had been written before', () => {
    const events = named(12, 'written').map((eventID) =>
      oadrEventOf({ eventID, signals: [priceSignal(Array.from({ length: 24 }, () => '0.10'))] }),
    );
    const anew = (list: typeof events): string => encodePayload(structuredClone(distributeEvent(list)));
    for (const list of [events, events, [oadrEventOf({ eventID: 'another' }), ...events.slice(3)]])
      expect(encodePayload(distributeEvent(list))).toBe(anew(list));
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/facts/entry.ts';
import { canonicalJson } from '../../src/store/canonicalJson.ts';
import { LogError } from '../../src/store/errors.ts';
import { emptyHead, genesisHash, hashEntry, seal, unseal } from '../../src/store/hashChain.ts';
import { anyDraft, createdAt, draft } from './support.ts';

describe('canonical JSON', () => {
  it('has one spelling, whatever the order of members', () => {
    expect(canonicalJson({ b: [1, -0, 1e21, 'ä"\n'], a: { d: null, c: true } })).toBe(
      `{"a":{"c":true,"d":null},"b":[1,0,1e+21,"ä\\"\\n"]}`,
    );
    expect(canonicalJson({ 10: 'x', 9: 'y', a: 'z' })).toBe('{"10":"x","9":"y","a":"z"}');
  });

  it('reads back as the same value, and is spelled the same again', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    ));

  it('spells texts of any length as JSON does, halves of pairs too', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 400 }), fc.constant('\ud800\n'));
    fc.assert(
      fc.property(anyText, (text) => {
        expect(canonicalJson(text)).toBe(JSON.stringify(text));
      }),
    );
    for (const text of ['\ud800', 'a\udfff', '\u2028', '\u007f', '\0', '"', '\\', 'x'.repeat(201)])
      expect(canonicalJson(text)).toBe(JSON.stringify(text));
  });

  it('sorts the names of members, few or many', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 80 }), (names) => {
        const spelled = names.toSorted().map((name) => `${JSON.stringify(name)}:1`);
        const value = Object.assign(Object.create(null) as object, Object.fromEntries(names.map((name) => [name, 1])));
        expect(canonicalJson(value)).toBe(`{${spelled.join(',')}}`);
      }),
    ));
});

describe('the chain', () => {
  it('stays what it is: a log written today is checked by every later release', () => {
    const { entry, text } = seal(emptyHead, draft({ b: 1, a: 'ü' }));
    expect(text).toBe(
      `{"hash":"${entry.hash}","cause":null,"data":{"a":"ü","b":1},"direction":"in","position":0,` +
        `"recordedAt":${createdAt},"runID":"run-1","stream":"ven","type":"TimerFired","version":1}`,
    );
    // Computed by hand with another program: SHA-256 over 64 zeros and the JSON above without its hash.
    expect(entry.hash).toBe('1d1ac68d2949578026d7a955cfb842d02cbb07653dd52d3f6dc77c52a254e2fe');
  });

  it('can be followed from the stored bytes and from the entries alike', () =>
    fc.assert(
      fc.property(fc.array(anyDraft, { minLength: 1, maxLength: 8 }), (all) => {
        let head = emptyHead;
        for (const one of all) {
          const { entry, envelope, text } = seal(head, one);
          expect(unseal(head, text)).toEqual(entry);
          expect({ ...envelope, data: entry.data }).toEqual(entry);
          expect(hashEntry(head.hash, entry)).toBe(entry.hash);
          head = entry;
        }
      }),
    ));

  it('breaks with any changed character, with the position in the error', () =>
    fc.assert(
      fc.property(anyDraft, fc.nat(), fc.integer({ min: 1, max: 0x7f }), (one, at, change) => {
        const { text } = seal(emptyHead, one);
        const index = at % text.length;
        const changed =
          text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ change) + text.slice(index + 1);
        expect(() => unseal(emptyHead, changed)).toThrow(LogError);
        expect(() => unseal(emptyHead, changed)).toThrow(/damaged at position 0: /);
      }),
      { numRuns: 500 },
    ));

  it('breaks when an entry is replaced by a well-formed other one', () => {
    const first = seal(emptyHead, draft('true'));
    const second = seal(first.entry, draft('next'));
    const forged: Entry = seal(emptyHead, draft('false')).entry;
    expect(() => unseal(forged, second.text)).toThrow(/position 1: its hash is/);
    expect(hashEntry(genesisHash, { ...first.entry, data: 'false' })).not.toBe(first.entry.hash);
  });

  it('takes from a draft only what an entry has', () => {
    const smuggled = { ...draft(), hash: 'f'.repeat(64), position: 99, extra: true };
    expect(seal(emptyHead, smuggled).entry).toMatchObject({ position: 0 });
    expect(seal(emptyHead, smuggled).text).toBe(seal(emptyHead, draft()).text);
  });
});

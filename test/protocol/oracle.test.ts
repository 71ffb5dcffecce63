import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EncodeError, type DecodeResult, decodePayload, encodePayload } from '../../src/protocol/payload.ts';
import { isWhole } from '../support/leftOut.ts';
import { payloadNames, readPayload, sharedIsPresent } from '../support/shared.ts';
import { validateAgainstXsd } from '../support/xsd.ts';
import { anyMessage } from './support/arbitraries.ts';
import { mutated } from './support/mutate.ts';
import { seeded } from './support/seeded.ts';

/** UTF-16, which nobody sends: refused before it is read. */
const inUtf16 = 'Common-oadrPayload--avob.xml';

const realTexts = (): string[] =>
  payloadNames()
    .filter((name) => name !== inUtf16)
    .map((name) => new TextDecoder().decode(readPayload(name)));

/** Green Button's feeds are carried unread, so about them the schema knows better. */
const ownTexts = (): string[] =>
  fc
    .sample(anyMessage, { seed: 7, numRuns: 250 })
    .map((message) => encodePayload(message))
    .filter((text) => !text.includes('oadrGB'));

/** How often each text is changed: `npm test -- --whole` looks longer. */
const perText = isWhole(process.env) ? 40 : 10;

/** A text as the schema, and as each of our readers, sees it. */
interface Judgement {
  readonly schema: readonly string[];
  readonly strict: DecodeResult;
  readonly tolerant: DecodeResult;
}

/** libxml2 knows more about URIs than the schema language asks: that is its opinion, not a verdict. */
const isVerdict = ({ schema }: Judgement): boolean =>
  !schema.some((complaint) => complaint.includes('MarketContextType'));

const judgedMutations = (texts: readonly string[], seed: number): Judgement[] => {
  const random = seeded(seed);
  return texts
    .flatMap((text) => Array.from({ length: perText }, () => mutated(text, random)))
    .map((text) => ({
      schema: validateAgainstXsd(text),
      strict: decodePayload(text, { strict: true }),
      tolerant: decodePayload(text),
    }))
    .filter(isVerdict);
};

/** What the strict reader and the schema disagree about. */
const disagreements = (judged: readonly Judgement[]): string[] =>
  judged.flatMap(({ schema, strict }) => {
    if (strict.ok === (schema.length === 0)) return [];
    return [
      strict.ok
        ? `accepted, but ${schema[0] ?? ''}`
        : `valid, but refused at ${strict.refusal.path}: ${strict.refusal.text}`,
    ];
  });

const once = <Value>(make: () => Value): (() => Value) => {
  let made: Value | undefined;
  return () => (made ??= make());
};

describe.skipIf(!sharedIsPresent)('given messages with one thing changed', () => {
  const sets = [
    ['real payloads', once(() => judgedMutations(realTexts(), 1))],
    ['messages of our own', once(() => judgedMutations(ownTexts(), 2))],
  ] as const;

  it.each(sets)('when they are %s, then the strict reader agrees with the schema about each', (_, judge) => {
    const judged = judge();
    const valid = judged.filter(({ schema }) => schema.length === 0).length;
    expect(valid).toBeGreaterThan(judged.length / 10);
    expect(valid).toBeLessThan((judged.length * 9) / 10);
    expect([...new Set(disagreements(judged))]).toEqual([]);
  });

  it.each(sets)(
    'when they are %s, then the tolerant reader accepts at least what the strict one does, and reads the same',
    (_, judge) => {
      for (const { strict, tolerant } of judge()) {
        if (strict.ok) expect(tolerant).toEqual(strict);
        else if (tolerant.ok) expect(tolerant.deviations).not.toEqual([]);
      }
    },
  );

  it.each(sets)('when they are %s, then what was tolerated is sent valid or not at all', (_, judge) => {
    for (const { tolerant } of judge()) {
      if (!tolerant.ok) {
        expect(tolerant.refusal.text).not.toContain('decoder itself');
        continue;
      }
      try {
        expect(
          validateAgainstXsd(encodePayload(tolerant.message)).filter(
            (complaint) => !complaint.includes('MarketContextType'),
          ),
        ).toEqual([]);
      } catch (error) {
        if (!(error instanceof EncodeError)) throw error;
      }
    }
  });
});

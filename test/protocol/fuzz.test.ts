import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload } from '../../src/protocol/payload.ts';
import { isWhole, triesOf } from '../support/leftOut.ts';
import { payloadNames, readPayload, sharedIsPresent } from '../support/shared.ts';
import { anyMessage } from './support/arbitraries.ts';
import { type Seeded, seeded } from './support/seeded.ts';

/** Bytes that mean something to a parser, beside any other. */
const sharp = Array.from('<>/="\'&;!?-[]: \n\u0000', (character) => character.charCodeAt(0));

const flipped = (body: Uint8Array, random: Seeded): Uint8Array => {
  const copy = Uint8Array.from(body);
  for (let flips = 1 + random.below(4); flips > 0; flips -= 1)
    copy[random.below(copy.length)] = random.below(2) === 0 ? random.below(256) : random.pick(sharp);
  return copy;
};

const truncated = (body: Uint8Array, random: Seeded): Uint8Array => body.slice(0, random.below(body.length));

const spliced = (body: Uint8Array, random: Seeded): Uint8Array => {
  const [from, to, at] = [random.below(body.length), random.below(body.length), random.below(body.length)];
  const piece = body.slice(Math.min(from, to), Math.max(from, to)).slice(0, 2000);
  return Uint8Array.from([...body.slice(0, at), ...piece, ...body.slice(at)]);
};

const damages = [flipped, truncated, spliced];

/** Decodes both ways; whatever happens must be a result, and a refusal must be the sender's fault. */
const survives = (body: Uint8Array): 'accepted' | 'refused' => {
  const [strict, tolerant] = [true, false].map((isStrict) => decodePayload(body, { strict: isStrict }));
  for (const result of [strict, tolerant])
    if (result?.ok === false) expect(result.refusal.text).not.toContain('decoder itself');
  if (strict?.ok === true) expect(() => encodePayload(strict.message)).not.toThrow();
  return tolerant?.ok === true ? 'accepted' : 'refused';
};

/** How often each message is damaged in each way: `npm test -- --whole` looks longer. */
const perBody = isWhole(process.env) ? 25 : 8;

const bodies = (): Uint8Array[] => [
  ...payloadNames().map(readPayload),
  ...fc.sample(anyMessage, { seed: 3, numRuns: 60 }).map((message) => new TextEncoder().encode(encodePayload(message))),
];

describe(`given damaged messages${sharedIsPresent ? '' : ' (of our own only)'}`, () => {
  it.each(damages.map((damage) => [damage.name, damage] as const))(
    'when they are %s, then nothing but refusals comes of it',
    (_, damage) => {
      const random = seeded(20_260_131);
      const outcomes = bodies().flatMap((body) =>
        Array.from({ length: perBody }, () => survives(damage(body, random))),
      );
      expect(outcomes).toContain('refused');
      expect(outcomes.length).toBeGreaterThan(perBody * 40);
    },
  );

  it('when they are noise, then they are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(survives(noise)).toBe('refused');
      }),
      { seed: 5, numRuns: triesOf(300) },
    );
  });

  it('when they are any text, then they are refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        expect(decodePayload(text).ok).toBe(false);
        expect(decodePayload(`<a>${text}</a>`).ok).toBe(false);
      }),
      { seed: 6, numRuns: triesOf(300) },
    );
  });
});

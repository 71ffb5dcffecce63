import { describe, expect, it } from 'vitest';
import { missedSentence, wishSentence } from '../../src/cli/plan/sentences.ts';
import type { WishCost } from '../../src/dispatch/explain/explanation.ts';
import { gapText, limitNames, limitTags, limitWords, wishNames } from '../../src/text/planWords.ts';

const timeZone = 'America/New_York';
const at = Date.parse('2026-11-24T12:00:00Z');

/** A word of the code, as no person writes one. */
const codeWord = /[a-z][A-Z]/;

describe('what is said of a plan', () => {
  it('is in words of people, and not of the code', () => {
    for (const words of [limitTags, limitNames, limitWords])
      for (const each of Object.values(words)) expect(each).not.toMatch(codeWord);
  });

  it('says how far it may be from the best, and nothing where it is the best to the cent', () => {
    expect(gapText('0.004')).toBeNull();
    expect(gapText('1.2345')).toContain('up to $1.23 more');
  });

  it('says which wish it misses, when, and by how much', () => {
    const missed = { resourceID: 'car', at, wished: 0.8, reached: 0.71, unit: 'stateOfCharge' } as const;
    expect(missedSentence({ kind: 'departure', ...missed }, timeZone)).toBe(
      'The departure of car cannot be met, 2026-11-24 07:00: 71 % instead of 80 %.',
    );
    expect(
      missedSentence(
        { kind: 'siteLimit', resourceID: null, at, wished: 4_000, reached: 5_500, unit: 'watts' },
        timeZone,
      ),
    ).toBe('The limit of the connection of the site cannot be met, 2026-11-24 07:00: 5.50 kW instead of 4.00 kW.');
    expect(
      missedSentence({ kind: 'delivery', resourceID: 'car', at, wished: -1_180, reached: 0, unit: 'watts' }, timeZone),
    ).toBe(
      'The power that a DR event asks of car cannot be met, 2026-11-24 07:00: 0.00 kW instead of 1.18 kW delivered.',
    );
    for (const kind of ['quietTime', 'deadline', 'delivery', 'constraint', 'trip', 'override'])
      expect(missedSentence({ kind, ...missed }, timeZone)).not.toMatch(codeWord);
  });

  it('says what each wish costs, and each is one thing', () => {
    const wish = { resourceID: 'wall', span: null, costUsd: '1.2' };
    for (const kind of Object.keys(wishNames) as readonly WishCost['kind'][])
      expect(wishSentence({ kind, ...wish }, timeZone)).toMatch(/^(The|Your|What) .* of wall costs \$1\.20 alone\.$/);
    expect(wishSentence({ kind: 'quietTime', ...wish }, timeZone)).toBe('The quiet time of wall costs $1.20 alone.');
  });
});

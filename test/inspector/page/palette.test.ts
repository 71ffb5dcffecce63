import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const text = readFileSync(join(import.meta.dirname, '../../../src/inspector/page/styles/10-tokens.css'), 'utf8');

/** What a block that opens with the selector sets, as `name: value`. */
const tokensOf = (selector: string): readonly string[] => {
  const from = text.indexOf(`${selector} {`);
  const block = text.slice(from, text.indexOf('}', from));
  return [...block.matchAll(/--[\w-]+: [^;]+/g)].map(([token]) => token);
};

describe('the dark palette', () => {
  it('given it stands twice, for the wish of the system and for the choice of a person, then both say the same', () => {
    const wished = tokensOf(':root:not([data-theme="light"])');
    expect(wished.length).toBeGreaterThan(20);
    expect(tokensOf(':root[data-theme="dark"]')).toEqual(wished);
  });
});

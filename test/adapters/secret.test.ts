import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/adapters/secrets/secret.ts';
import { CANARY, expectNoCanary } from '../support/canary.ts';

describe('a secret', () => {
  const secret = new Secret(CANARY);

  it('gives its text only when asked to reveal it', () => {
    expect(secret.reveal()).toBe(CANARY);
  });

  it.each([
    ['String', String(secret)],
    ['template', `${secret}`],
    ['concatenation', 'url: ' + secret],
    ['JSON', JSON.stringify({ secret })],
    ['inspect', inspect({ secret }, { showHidden: true, depth: 9 })],
    ['format %s', format('%s', secret)],
    ['format %o', format('%o', { secret })],
    ['format %j', format('%j', { secret })],
    ['spread', JSON.stringify({ ...secret })],
    ['keys', JSON.stringify(Object.getOwnPropertyNames(secret).concat(Object.keys(secret)))],
  ])('shows the mask, not its text, through %s', (_way, shown) => {
    expectNoCanary(shown);
  });

  it('shows the mask where a text is wanted', () => {
    expect(`${secret}`).toBe('***');
    expect(JSON.stringify(secret)).toBe('"***"');
  });
});

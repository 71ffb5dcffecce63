import { describe, expect, it } from 'vitest';
import { sameContent } from '../../src/machines/sameContent.ts';

describe('two pieces of a message', () => {
  const said = { eventID: 'a', intervals: [{ uid: '0', price: '0.1' }, { uid: '1' }], target: {} };

  it.each([
    ['parts in another order', { target: {}, intervals: [{ price: '0.1', uid: '0' }, { uid: '1' }], eventID: 'a' }],
    ['a part that is there and undefined', { ...said, comment: undefined, target: { venID: undefined } }],
  ])('say the same with %s', (_case, other) => {
    expect(sameContent(said, other)).toBe(true);
    expect(sameContent(other, said)).toBe(true);
  });

  it.each([
    ['a part less', { eventID: 'a', intervals: said.intervals }],
    ['a part more', { ...said, comment: '' }],
    ['another part in the place of one', { eventID: 'a', intervals: said.intervals, comment: {} }],
    ['an item less', { ...said, intervals: [{ uid: '0', price: '0.1' }] }],
    ['items in another order', { ...said, intervals: [{ uid: '1' }, { uid: '0', price: '0.1' }] }],
    ['a part without its value', { ...said, intervals: [{ uid: '0' }, { uid: '1' }] }],
    ['an object for a list', { ...said, intervals: { 0: { uid: '0', price: '0.1' }, 1: { uid: '1' } } }],
    ['a text for a number', { ...said, eventID: 1 }],
    ['null for an object', { ...said, target: null }],
  ])('say something else with %s', (_case, other) => {
    expect(sameContent(said, other)).toBe(false);
    expect(sameContent(other, said)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { expectFewSolutions } from '../../src/adapters/process/fewSolutions.ts';

describe('a process that solves little and ends', () => {
  it('is not compiled for speed by a V8 with which that was tried, and any other is left as it is', () => {
    const flagsIn = (version: string): readonly string[] => {
      const set: string[] = [];
      expectFewSolutions(version, (flag) => set.push(flag));
      return set;
    };
    for (const tried of ['11.3.244.8-node.38', '12.4.254.21-node.33'])
      expect(flagsIn(tried)).toEqual(['--wasm-tiering-budget=1000000000']);
    expect(flagsIn('99.0.1')).toEqual([]);
  });
});

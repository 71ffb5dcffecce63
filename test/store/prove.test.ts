import { describe, expect, it } from 'vitest';
import type { Head } from '../../src/store/head.ts';
import { emptyHead, seal, type SealedEntry } from '../../src/store/hashChain.ts';
import { headAt } from '../../src/store/logWriter.ts';
import { Prover } from '../../src/store/level/repair/prove.ts';

/** A log of inputs, one of many that could be. */
const logOf = (runID: string, length: number): readonly SealedEntry[] => {
  let head: Head = emptyHead;
  return Array.from({ length }, (_, position) => {
    const sealed = seal(head, {
      recordedAt: 1_780_000_000_000 + position,
      runID,
      direction: 'in',
      stream: 'agent',
      type: 'StopAsked',
      version: 1,
      data: { because: `${runID} ${position}` },
      cause: null,
      chance: 0,
    });
    head = headAt(sealed.entry);
    return sealed;
  });
};

const [ours, theirs] = [logOf('ours', 10), logOf('theirs', 10)];
const first = headAt(ours[0]!.entry);

/** What is proved of what stands at the positions: the log whose entry it is, or nothing. */
const proved = (from: (position: number) => SealedEntry | null, prover: Prover): readonly number[] => {
  const positions = Array.from({ length: 10 }, (_, position) => {
    const there = from(position);
    return there === null ? [] : prover.take(position, there.text);
  });
  prover.finish(9);
  return positions
    .flat()
    .flatMap((each) => ('entry' in each && each.entry.runID === 'ours' ? [each.entry.position] : []));
};
const strangers = (prover: Prover, from: (position: number) => SealedEntry | null): number =>
  Array.from({ length: 10 }, (_, position) => prover.take(position, from(position)?.text ?? ''))
    .flat()
    .filter((each) => 'entry' in each && each.entry.runID === 'theirs').length;

describe('a beginning that is another log’s', () => {
  it.each([1, 2, 5, 9])(
    'given %i entries of it before ours, then none of it is saved, and ours is from where its chain goes on',
    (length) => {
      const mixed = (position: number): SealedEntry => (position < length ? theirs : ours)[position]!;
      const prover = new Prover([], first);
      // The first of ours behind it only tells the hash before the next one.
      expect(proved(mixed, prover)).toEqual(Array.from({ length: 9 - length }, (_, place) => length + 1 + place));
      expect(prover.losses).toMatchObject(
        length === 9 ? [{ fromPosition: 0, toPosition: 9 }] : [{ fromPosition: 0, toPosition: length }],
      );
      expect(strangers(new Prover([], first), mixed)).toBe(0);
    },
  );

  it('given a log that is wholly another one’s, then nothing is saved', () => {
    const prover = new Prover([], first);
    expect(strangers(prover, (position) => theirs[position]!)).toBe(0);
    expect(prover.last).toBeNull();
  });

  it('given our own beginning, then all is proved, with a loss only where something is missing', () => {
    const prover = new Prover([], first);
    expect(proved((position) => (position === 4 ? null : ours[position]!), prover)).toEqual([0, 1, 2, 3, 6, 7, 8, 9]);
    expect(prover.losses).toMatchObject([{ fromPosition: 4, toPosition: 5 }]);
  });

  it('given no note of the first entry, as in markers of before, then a beginning is believed', () => {
    expect(strangers(new Prover([]), (position) => theirs[position]!)).toBe(10);
  });
});

/** What changed from one text to the next, line by line. */

/** A line of the later text, or one of the earlier that is gone. */
export interface Difference<Line> {
  readonly kind: 'same' | 'added' | 'removed';
  readonly line: Line;
}

/** @limit Pairs of lines that are compared; larger changes count as changed throughout. */
const comparedPairs = 4_000_000;

type Same<Line> = (one: Line, other: Line) => boolean;

/** Lengths of the longest common parts of what is left of both, from each pair of places on. */
const commonLengths = <Line>(
  before: readonly Line[],
  after: readonly Line[],
  isSame: Same<Line>,
): readonly Uint32Array[] => {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const [row, below] = [lengths[i] as Uint32Array, lengths[i + 1] as Uint32Array];
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const isPair = isSame(before[i] as Line, after[j] as Line);
      row[j] = isPair ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
};

const compareMiddle = <Line>(
  before: readonly Line[],
  after: readonly Line[],
  isSame: Same<Line>,
): readonly Difference<Line>[] => {
  const removed = before.map((line): Difference<Line> => ({ kind: 'removed', line }));
  const added = after.map((line): Difference<Line> => ({ kind: 'added', line }));
  if (before.length * after.length > comparedPairs) return [...removed, ...added];
  const lengths = commonLengths(before, after, isSame);
  const found: Difference<Line>[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    if (isSame(before[i] as Line, after[j] as Line)) {
      found.push({ kind: 'same', line: after[j] as Line });
      i += 1;
      j += 1;
    } else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) {
      found.push(removed[i] as Difference<Line>);
      i += 1;
    } else {
      found.push(added[j] as Difference<Line>);
      j += 1;
    }
  }
  return [...found, ...removed.slice(i), ...added.slice(j)];
};

const commonEnd = <Line>(before: readonly Line[], after: readonly Line[], most: number, isSame: Same<Line>): number => {
  let count = 0;
  while (count < most && isSame(before[before.length - 1 - count] as Line, after[after.length - 1 - count] as Line))
    count += 1;
  return count;
};

/** The later text's lines in order, with those of the earlier text that are gone where they stood. */
export const differencesOf = <Line>(
  before: readonly Line[],
  after: readonly Line[],
  isSame: Same<Line>,
): readonly Difference<Line>[] => {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isSame(before[start] as Line, after[start] as Line)) start += 1;
  const end = commonEnd(before, after, shorter - start, isSame);
  const same = (lines: readonly Line[]): readonly Difference<Line>[] => lines.map((line) => ({ kind: 'same', line }));
  return [
    ...same(after.slice(0, start)),
    ...compareMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end), isSame),
    ...same(after.slice(after.length - end)),
  ];
};

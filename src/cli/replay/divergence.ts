import type { ReplayDivergence } from '../../agent/fold.ts';
import { cut } from '../table.ts';

type Concluded = ReplayDivergence['recorded'];

const linesOf = (concluded: Concluded): readonly string[] =>
  concluded === null ? ['(nothing)'] : [`${concluded.type} by ${concluded.stream}`, ...(JSON.stringify(concluded.data, null, 2) ?? 'undefined').split('\n')];

/** @limit Lines of data that are shown of one divergence, around the first difference. */
const shownLines = 24;

/** The lines around the first that differ. */
const window = (left: readonly string[], right: readonly string[]): readonly (readonly [string, string])[] => {
  const pairs = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [left[index] ?? '', right[index] ?? ''] as const);
  const first = Math.max(0, pairs.findIndex(([a, b]) => a !== b));
  const from = first < shownLines ? 0 : first - 4;
  return pairs.slice(from, from + shownLines);
};

/** A divergence for people: what the log has and what is concluded today, side by side; a mark where they differ. */
export const divergenceText = ({ position, input, recorded, recomputed }: ReplayDivergence, width: number): string => {
  const half = Math.max(30, Math.floor((Math.max(width, 70) - 5) / 2));
  const rows: readonly (readonly [string, string])[] = [['recorded', 'concluded today'], ...window(linesOf(recorded), linesOf(recomputed))];
  const body = rows.map(([left, right], index) => `${cut(left, half).padEnd(half)} ${index > 0 && left !== right ? '≠' : '│'} ${cut(right, half)}`.trimEnd());
  return `\nPosition ${position} differs; it follows from position ${input} ("ven log show ${input}").\n${body.join('\n')}\n`;
};

import type { ReplayDivergence } from '../../shell/fold.ts';
import type { Entry } from '../../facts/entry.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { causesOf, entryAt } from '../../telling/causes.ts';
import { summaryOf } from '../../telling/summary.ts';
import { cut } from '../table.ts';

type Side = ReplayDivergence['recorded'];

/** A divergence, and what led to it: the first cause first, the input it follows from last. */
export interface TracedDivergence extends ReplayDivergence {
  readonly causes: readonly Entry[];
}

/** Looks up what led to a divergence. */
export const traced = async (log: EventLog, divergence: ReplayDivergence): Promise<TracedDivergence> => {
  const input = await entryAt(log, divergence.input);
  return { ...divergence, causes: input === undefined ? [] : [...(await causesOf(log, input)), input] };
};

const linesOf = (side: Side): readonly string[] =>
  side === null
    ? ['(nothing)']
    : [`${side.type} by ${side.stream}`, ...(JSON.stringify(side.data, null, 2) ?? 'undefined').split('\n')];

/** @limit Lines of data that are shown of one divergence, around the first difference. */
const shownLines = 24;

/** The lines around the first that differ. */
const window = (left: readonly string[], right: readonly string[]): readonly (readonly [string, string])[] => {
  const pairs = Array.from(
    { length: Math.max(left.length, right.length) },
    (_, index) => [left[index] ?? '', right[index] ?? ''] as const,
  );
  const first = Math.max(
    0,
    pairs.findIndex(([a, b]) => a !== b),
  );
  const from = first < shownLines ? 0 : first - 4;
  return pairs.slice(from, from + shownLines);
};

const titles: Readonly<
  Record<ReplayDivergence['kind'], { readonly said: string; readonly sides: readonly [string, string] }>
> = {
  output: { said: 'what follows is not what was recorded', sides: ['recorded', 'concluded today'] },
  decoding: { said: 'its XML reads differently', sides: ['as it was read', 'as it reads today'] },
};

/** @limit Causes that are shown: how it began, and the last of them. */
const shownCauses = 12;

const causeText = (entry: Entry, timeZone: string, width: number): string =>
  `  ${cut(`${String(entry.position).padStart(8)}  ${summaryOf(entry, timeZone)}`, width - 2)}\n`;

const chainText = ({ causes }: TracedDivergence, timeZone: string, width: number): string => {
  const text = (some: readonly Entry[]): string => some.map((entry) => causeText(entry, timeZone, width)).join('');
  if (causes.length <= shownCauses) return text(causes);
  return `${text(causes.slice(0, 1))}${' '.repeat(12)}… ${causes.length - shownCauses} causes between …\n${text(causes.slice(1 - shownCauses))}`;
};

/** A divergence for people: its causes, and both sides beside each other; a mark where they differ. */
export const divergenceText = (divergence: TracedDivergence, timeZone: string, width: number): string => {
  const { kind, position, recorded, recomputed } = divergence;
  const { said, sides } = titles[kind];
  const half = Math.max(30, Math.floor((Math.max(width, 70) - 5) / 2));
  const rows: readonly (readonly [string, string])[] = [sides, ...window(linesOf(recorded), linesOf(recomputed))];
  const body = rows.map(([left, right], index) =>
    `${cut(left, half).padEnd(half)} ${index > 0 && left !== right ? '≠' : '│'} ${cut(right, half)}`.trimEnd(),
  );
  return `\nPosition ${position} differs: ${said}. It follows from\n${chainText(divergence, timeZone, width)}${body.join('\n')}\n`;
};

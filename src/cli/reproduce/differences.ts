import type { MessageDifference } from '../../recording/likeness.ts';
import { normalisations } from '../../recording/likeness.ts';
import { withoutMiddle } from '../narrow.ts';
import { wrapped } from '../prose.ts';
import { NOTHING } from '../rows.ts';

/** @limit What is shown of a value. @unit characters */
const shortValue = 60;
/** @limit Places that are shown of one message. */
const shownPlaces = 8;

const short = (value: string | null): string =>
  value === null ? NOTHING : value.length <= shortValue ? value : `${value.slice(0, shortValue)}…`;

const starred = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]');

/** Where messages differ, in lines: what differs in many places of a list in the same way stands there once. */
export const differenceLines = (
  differences: readonly MessageDifference[],
  width = Number.POSITIVE_INFINITY,
): readonly string[] => {
  const byPlace = new Map<string, MessageDifference[]>();
  for (const each of differences) byPlace.set(starred(each.path), [...(byPlace.get(starred(each.path)) ?? []), each]);
  const lines = [...byPlace].map(([place, [first, ...more]]) => {
    const times = more.length === 0 ? '' : ` (and ${more.length} more of this kind)`;
    return `    ${withoutMiddle(more.length === 0 ? (first?.path ?? place) : place, width - 6)}: recorded ${short(first?.recorded ?? null)}, now ${short(first?.now ?? null)}${times}`;
  });
  return lines.length <= shownPlaces
    ? lines
    : [...lines.slice(0, shownPlaces), `    … and ${lines.length - shownPlaces} more places (--json)`];
};

/** What is not counted as a difference, in lines. */
export const normalisationLines = (width: number): readonly string[] => [
  'Not counted as a difference:',
  ...normalisations.map((each) => `  ${wrapped(each, 2, width)}`),
];

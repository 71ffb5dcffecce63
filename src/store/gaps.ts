import type { Entry } from '../facts/entry.ts';
import { canonicalJson } from './canonicalJson.ts';
import { damageAt } from './errors.ts';
import type { Head } from './head.ts';

/**
 * Entries that a log no longer holds, in the place of the first of them. The chain is followed over a gap, because the
 * gap knows the hash of its last entry; that nobody makes gaps unseen, the seals see to.
 */
export interface Gap {
  /** First and last position, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** The hash of the entry at `to`. */
  readonly hash: string;
}

const textPrefix = '{"gap":';

/** A gap as it is stored under its first position. */
export const gapText = ({ from, to, hash }: Gap): string => canonicalJson({ gap: { from, hash, to } });

/** Whether a stored text is a gap rather than an entry. */
export const isGapText = (text: string): boolean => text.startsWith(textPrefix);

/** Reads the gap that must begin at a position. @throws LogError `corrupt` */
export const parseGap = (position: number, text: string): Gap => {
  try {
    const { gap } = JSON.parse(text) as { readonly gap: Gap };
    if (gap.from === position && Number.isSafeInteger(gap.to) && gap.to >= position && /^[0-9a-f]{64}$/.test(gap.hash))
      return gap;
  } catch {
    // Said below.
  }
  throw damageAt(position, 'the bytes there are not a gap');
};

/** The last entry of a gap: where the chain goes on behind it. */
export const endOf = ({ to, hash }: Gap): Head => ({ position: to, hash });

/** Whether what stands at a position is a gap. */
export const isGap = (there: Entry | Gap): there is Gap => 'to' in there;

/** How many entries gaps stand for. */
export const entriesIn = (gaps: readonly Gap[]): number => gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);

/** Makes sure that gaps and a new base belong to the log that is asked for the heads. @throws RangeError */
export const mustFit = async (
  gaps: readonly Gap[],
  base: Head,
  next: Head,
  headAt: (position: number) => Promise<Head>,
): Promise<void> => {
  let previous = base.position;
  for (const gap of gaps) {
    const end = await headAt(gap.to);
    const fits =
      gap.from > previous &&
      gap.to >= gap.from &&
      gap.to <= next.position &&
      end.position === gap.to &&
      end.hash === gap.hash;
    if (!fits)
      throw new RangeError(
        `The gap from ${gap.from} to ${gap.to} does not fit a log whose base goes from ${base.position} to ${next.position}.`,
      );
    previous = gap.to;
  }
  const there = await headAt(next.position);
  if (next.position < base.position || there.position !== next.position || there.hash !== next.hash) {
    throw new RangeError(`The entry at position ${next.position} is not the one that is to be the base.`);
  }
};

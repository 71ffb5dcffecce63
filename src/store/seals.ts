import type { GapSeal } from '../facts/input.ts';
import { damageAdvice, damageAt, LogError } from './errors.ts';
import { entriesIn, type Gap } from './gaps.ts';
import { hashWire } from './hashChain.ts';

/** Seals the gaps that lie between two positions. */
export const sealGaps = (fromPosition: number, toPosition: number, gaps: readonly Gap[]): GapSeal => ({
  fromPosition,
  toPosition,
  gaps: gaps.length,
  entries: entriesIn(gaps),
  digest: hashWire(gaps.map(({ from, to, hash }) => `${from} ${to} ${hash}\n`).join('')),
});

const isWithin = (inner: GapSeal, outer: GapSeal): boolean =>
  inner.fromPosition >= outer.fromPosition && inner.toPosition <= outer.toPosition;

const gapsWithin = (gaps: readonly Gap[], { fromPosition, toPosition }: GapSeal): readonly Gap[] =>
  gaps.filter(({ from, to }) => from >= fromPosition && to <= toPosition);

/**
 * Checks that each gap of a log was sealed: `seals` in the order of the log; a later one speaks for those within it.
 *
 * A seal without any of its gaps is one whose compaction was interrupted before anything was let go of.
 * @throws LogError `corrupt`
 */
export const checkSeals = (gaps: readonly Gap[], seals: readonly GapSeal[]): void => {
  const inForce = seals.filter((seal, index) => !seals.slice(index + 1).some((later) => isWithin(seal, later)));
  const sealed = new Set<Gap>();
  for (const seal of inForce) {
    const among = gapsWithin(gaps, seal);
    const { digest } = sealGaps(seal.fromPosition, seal.toPosition, among);
    if (among.length > 0 && digest !== seal.digest) throw brokenSeal(seal, among);
    for (const gap of among) sealed.add(gap);
  }
  const unsealed = gaps.find((gap) => !sealed.has(gap));
  if (unsealed !== undefined)
    throw damageAt(unsealed.from, `the entries up to ${unsealed.to} are gone, and no compaction or repair says so`);
};

const brokenSeal = ({ fromPosition, toPosition, gaps, entries }: GapSeal, found: readonly Gap[]): LogError => {
  return new LogError(
    'corrupt',
    `The log is damaged between positions ${fromPosition} and ${toPosition}: ${entriesIn(found)} entries are gone in ${found.length} stretches, and its seal says ${entries} in ${gaps}, or others. ${damageAdvice}.`,
    { position: found[0]?.from ?? fromPosition },
  );
};

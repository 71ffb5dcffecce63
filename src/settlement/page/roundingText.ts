import type { RoundingPolicy } from '../rounding.ts';
import type { BillRounding } from '../reconciliation/billRounding.ts';
import { grouped } from '../../files/grouped.ts';
import type { PolicyFit } from '../inferRounding.ts';
import { count, exactDollars } from './numbers.ts';

/** @limit Groups of policies that a sentence names. */
const namedGroups = 6;

const stageTexts = { interval: 'each hour', day: 'each day', month: 'each month' } as const;

/** One of several, in words. */
const oneOf = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;

const policyText = ({ stage, digits }: RoundingPolicy, modes: readonly string[]): string =>
  `${stageTexts[stage]} to ${count(digits, 'decimal')}, ${oneOf(modes)}`;

/** Policies of the same stage and digits, as one: their modes are often the same on a bill. */
const together = (fits: readonly PolicyFit[]): readonly string[] =>
  [...grouped(fits, ({ policy, judged }) => `${policy.stage} ${policy.digits} ${judged}`).values()].map((of) =>
    policyText(
      (of[0] as PolicyFit).policy,
      of.map(({ policy }) => policy.mode),
    ),
  );

/** What the tried roundings say of a bill, in sentences. */
export const fitText = ({ reproducing, nearest, tried, basis }: BillRounding): string => {
  const rests = basis === 'bill' ? 'the bill’s own quantities and prices' : 'the ledger’s amounts';
  if (nearest === null) return 'The bill states no amount by which its rounding could be told.';
  const [best] = reproducing;
  if (best === undefined) {
    return `None of ${tried} roundings of ${rests} reproduces the bill; the nearest is ${policyText(nearest.policy, [nearest.policy.mode])}: it gives ${nearest.matched} of ${nearest.judged} amounts, and the others are off by ${exactDollars(nearest.offUsd)} USD together, ${exactDollars(nearest.largestOffUsd)} USD at most.`;
  }
  const strongest = reproducing.filter(({ judged }) => judged === best.judged);
  const texts = together(strongest);
  const more = reproducing.length - strongest.length;
  const listed =
    texts.slice(0, namedGroups).join('; ') +
    (texts.length > namedGroups ? `; and ${texts.length - namedGroups} more` : '');
  return `Of ${tried} roundings of ${rests}, ${reproducing.length} reproduce what the bill states. ${count(best.judged, 'amount is', 'amounts are')} reproduced by rounding ${listed}.${more === 0 ? '' : ` ${more} others explain fewer amounts.`}`;
};

/** What would have been, in sentences: whatever is reckoned bears the sign of it, ~. */
import { moneyWords, plainMoney } from '../programme/moneyWords.ts';
import { decimalOf, zero, compare } from '../programme/decimal.ts';
import { differenceOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { counted } from '../text/quantities.ts';
import { clockText, endClockText, shortDayText } from '../text/times.ts';
import type { Fork, ForkLeft, ForkUnknown, ToldWatts } from './terms.ts';

/** Reckoned, not recorded. */
export const estimated = (text: string): string => `~${text}`;

const nameOfTime = (at: number, timeZone: string): string =>
  `${shortDayText(at, timeZone)}, ${clockText(at, timeZone)}`;

const powerWords = (watts: ToldWatts): string => {
  if (watts === null) return 'left alone';
  if (watts === 0) return 'told to rest';
  return `told to ${watts > 0 ? 'buy' : 'sell'} ${(Math.abs(watts) / 1_000).toFixed(1)} kW`;
};

const isNothing = (usd: DecimalText): boolean => compare(decimalOf(usd), zero) === 0;

/** The answer in one sentence. */
export const forkHeadline = ({ differenceUsd, at, until, timeZone, divergence }: Fork): string => {
  const span = `from ${nameOfTime(at, timeZone)} to ${endClockText(until, timeZone)}`;
  if (divergence === null && isNothing(differenceUsd)) return `Nothing would have been otherwise ${span}.`;
  return `${estimated(moneyWords(differenceUsd))} ${span}.`;
};

const levelText = (level: number): string => `~${Math.round(level * 100)} %`;

const levelSentences = ({ levels, until, timeZone }: Fork): readonly string[] =>
  levels.flatMap(({ resourceID, capacityWattHours, same, other }) => {
    const wattHours = (other - same) * capacityWattHours;
    if (Math.abs(wattHours) < 50) return [];
    const much = `~${(Math.abs(wattHours) / 1_000).toFixed(1)} kWh ${wattHours > 0 ? 'more' : 'less'} in store`;
    return [
      `At ${endClockText(until, timeZone)} ${resourceID} would be at ${levelText(other)} instead of ${levelText(same)}: ${much}, which no sum here counts.`,
    ];
  });

const wearSentences = ({ wearSameUsd, wearOtherUsd }: Fork): readonly string[] => {
  const more = differenceOf(wearOtherUsd, wearSameUsd);
  if (isNothing(more)) return [];
  return [
    `Wear, which is on no bill, would be ~${plainMoney(more)} ${compare(decimalOf(more), zero) > 0 ? 'more' : 'less'}.`,
  ];
};

/** Why a device is not lived through by a model. */
export const leftWords: Readonly<Record<ForkLeft, string>> = {
  noStore: 'stores nothing and has no need, or is only read',
  noLevel: 'did not say how full it was',
  notRead: 'had not been read for two hours',
};

/** What loads have of what they need, where that is otherwise. */
const needSentences = ({ needs, until, timeZone }: Fork): readonly string[] =>
  needs.flatMap(({ resourceID, doneAt, energyWattHours, sameWattHours, otherWattHours }) => {
    if (Math.abs(otherWattHours - sameWattHours) < 50) return [];
    const inKwh = (wattHours: number): string => (wattHours / 1_000).toFixed(2);
    const when = doneAt <= until ? 'By then' : `At ${endClockText(until, timeZone)}`;
    return [
      `${resourceID} needs ${inKwh(energyWattHours)} kWh more by ${nameOfTime(doneAt, timeZone)}. ${when} it would have ~${inKwh(otherWattHours)} kWh of that instead of ~${inKwh(sameWattHours)} kWh, which no sum here counts.`,
    ];
  });

/** What devices in shadow would have brought: they are told nothing, whatever the settings. */
const shadowSentences = ({ isShadow, resourceIDs, shadow }: Fork): readonly string[] => {
  if (isShadow)
    return [
      `All of this is in shadow, and reckoned as if it had been told: ${resourceIDs.join(', ')} was told nothing.`,
    ];
  if (shadow === null) return [];
  const { sameUsd, otherUsd, differenceUsd } = shadow;
  return [
    `In shadow, and in no sum here: ${shadow.resourceIDs.join(', ')} would have brought ~${moneyWords(otherUsd)} instead of ~${moneyWords(sameUsd)}, a difference of ~${moneyWords(differenceUsd)}.`,
  ];
};

const modelSentences = ({ isShadow, hours, recordedUsd, sameWhereRecordedUsd }: Fork): readonly string[] => {
  if (isShadow) return [];
  const metered = hours.filter(({ recorded, same }) => recorded.usd !== null && same.usd !== null).length;
  if (metered === 0) return ['No hour was metered and priced, so nobody knows how good the models are here.'];
  const miss = differenceOf(sameWhereRecordedUsd, recordedUsd);
  return [
    `With the settings that were, the models come to ~${moneyWords(sameWhereRecordedUsd)} where the meters say ${moneyWords(recordedUsd)}: they miss ~${plainMoney(miss)}.`,
  ];
};

const divergenceSentence = ({ divergence, isShadow, timeZone }: Fork): string => {
  if (divergence === null) return 'The devices would have been told the same.';
  const { at, resourceID, wouldBeWatts, recordedWatts, position } = divergence;
  const was = `${isShadow ? 'in shadow it would have been' : 'it was'} ${powerWords(recordedWatts)}`;
  return `First otherwise: at ${nameOfTime(at, timeZone)} ${resourceID} would have been ${powerWords(wouldBeWatts)}; ${was}${position === null ? '' : ` (entry ${position})`}.`;
};

const unknownSentence = (unknown: ForkUnknown, timeZone: string): string => {
  switch (unknown.kind) {
    case 'leftDevice':
      return `${unknown.resourceID} is left out: it ${leftWords[unknown.because]}.`;
    case 'vtnToldOtherwise':
      return 'The VTN would have been told other usage; what it would have answered to that is not known, and taken as recorded.';
    case 'drEvents':
      return `What the DR events ${unknown.eventIDs.slice(0, 5).join(', ')} asked is taken as recorded: whether the VTN would have asked the same is not known.`;
    case 'offer':
      return `The VTN would have been offered ${unknown.resourceID} with another capacity; what it would have made of that is not known.`;
    case 'trustChanged':
      return `${unknown.resourceID} was trusted meanwhile, or distrusted: it is reckoned as it stood at the beginning.`;
    case 'notRunning':
      return `The agent did not run from ${nameOfTime(unknown.startAt, timeZone)} to ${nameOfTime(unknown.endAt, timeZone)}, and would not have.`;
    case 'unpriced':
      return `${counted(unknown.hours, 'hour')} had no price, or no settled one: their money is in no sum.`;
    case 'notMetered':
      return `${counted(unknown.hours, 'hour')} ${unknown.hours === 1 ? 'was' : 'were'} not metered: of ${unknown.hours === 1 ? 'it' : 'them'} the record has no money.`;
    case 'planFailed':
      return `There was no plan at ${nameOfTime(unknown.at, timeZone)} (${unknown.detail}): the one before was followed.`;
  }
};

/** What is told below the headline: the first divergence, what the sum leaves out, how good the models are, and what cannot be known. */
export const forkSentences = (fork: Fork): readonly string[] => [
  divergenceSentence(fork),
  ...shadowSentences(fork),
  ...levelSentences(fork),
  ...needSentences(fork),
  ...wearSentences(fork),
  ...modelSentences(fork),
  ...fork.unknown.map((each) => unknownSentence(each, fork.timeZone)),
];

import type { EnergyPair, ExplainedDevice, ExplainedSlot, WishCost } from '../../dispatch/explain/explanation.ts';
import { localText } from '../../programme/calendar.ts';
import { moneyWords, plainMoney as plain, priceWords } from '../../programme/moneyWords.ts';
import type { WishMissed } from '../../facts/planning.ts';
import { limitText, missedNames, pricelessLimits, wishNames, wouldRest } from '../../text/planWords.ts';

/** A plan in plain sentences. */

/** The local time of an instant: 14:00. */
export const clock = (at: number, timeZone: string): string => localText(at, timeZone).slice(11, 16);

const energyWords = (wattHours: number): string => `${(Math.abs(wattHours) / 1_000).toFixed(2)} kWh`;

const whenWords = (
  { startAt, endAt }: { readonly startAt: number; readonly endAt: number },
  timeZone: string,
): string => `${clock(startAt, timeZone)}–${clock(endAt, timeZone)}`;

/** Whether a pair is worth a sentence: what is less is whole watts that do not come out even. */
export const isTold = ({ storedWattHours, gainUsd }: EnergyPair): boolean =>
  storedWattHours >= 5 || Math.abs(Number(gainUsd)) >= 0.005;

/** A pair: what is bought when for how much, what is sold of it, and what is left after wear. */
export const pairSentence = (pair: EnergyPair, timeZone: string): string => {
  const { bought, sold, boughtWattHours, soldWattHours, costUsd, broughtUsd, wearUsd, gainUsd, from, to } = pair;
  const source = from === 'panels' || from === 'lost' ? ' of your panels' : '';
  const buying =
    bought === null
      ? `What was stored before, worth ${plain(costUsd)},`
      : `${energyWords(boughtWattHours)}${source} bought ${whenWords(bought, timeZone)} for ${plain(costUsd)}`;
  if (to === 'trip') return `${buying} is used on a trip.`;
  if (sold === null) return `${buying} stays stored, worth ${plain(broughtUsd)} later: ${moneyWords(gainUsd)}.`;
  const where = to === 'home' ? 'spares the home' : 'brings';
  return `${buying} ${where} ${plain(broughtUsd)} ${whenWords(sold, timeZone)} (${energyWords(soldWattHours)}); after ${plain(wearUsd)} of wear: ${moneyWords(gainUsd)}.`;
};

const doneWords = ({ does, energyWattHours, importUsdPerKwh, exportUsdPerKwh }: ExplainedSlot): string => {
  const price = does === 'sells' ? exportUsdPerKwh : importUsdPerKwh;
  const at =
    price === null ? '' : does === 'rests' ? `: the price is ${priceWords(price)}` : ` at ${priceWords(price)}`;
  return `it ${does}${does === 'rests' ? '' : ` ${energyWords(energyWattHours)}`}${at}.`;
};

const otherwise = ({
  buyBelowUsdPerKwh,
  sellAboveUsdPerKwh,
  thresholdsOf,
  limit,
  stateOfChargeAtEnd,
}: ExplainedSlot): readonly string[] => {
  if (pricelessLimits.includes(limit)) return [];
  // What stores nothing has nothing to sell.
  if (stateOfChargeAtEnd === null && thresholdsOf === 'device')
    return buyBelowUsdPerKwh === null ? [] : [`It would draw below ${priceWords(buyBelowUsdPerKwh)}; above it rests.`];
  const buys =
    buyBelowUsdPerKwh === null ? 'would buy at no price' : `would buy below ${priceWords(buyBelowUsdPerKwh)}`;
  const sells = sellAboveUsdPerKwh === null ? 'sell at none' : `sell above ${priceWords(sellAboveUsdPerKwh)}`;
  return buyBelowUsdPerKwh === null && sellAboveUsdPerKwh === null
    ? []
    : [
        thresholdsOf === 'site'
          ? `Together with the others it ${buys} and ${sells}; in between they come to nothing.`
          : `It ${buys} and ${sells}; in between it ${wouldRest(buyBelowUsdPerKwh, sellAboveUsdPerKwh) ? 'rests' : 'does what pays more'}.`,
      ];
};

/** What binds in a slot, and the price at which it would be otherwise. */
const boundSentences = (slot: ExplainedSlot): readonly string[] => [
  limitText(slot) + (slot.limitUsdPerKwh === null ? '' : ` One kWh more would bring ${plain(slot.limitUsdPerKwh)}.`),
  ...otherwise(slot),
];

/** What is said in the place of what only the solver knows. */
export const untoldSentence = (what: string, why: string): string =>
  `${what} cannot be told: ${why.replace(/\.?$/, '.')}`;

/** What a device does in a slot, and what is bought and sold for it. */
const doneSentences = ({ pairs }: ExplainedDevice, slot: ExplainedSlot, timeZone: string): readonly string[] => [
  `At ${clock(slot.startAt, timeZone)} ${doneWords(slot)}`,
  ...slot.pairs.flatMap((place) => {
    const pair = pairs[place];
    return pair === undefined || !isTold(pair) ? [] : [pairSentence(pair, timeZone)];
  }),
];

/** Why a device does what it does in a slot; `untold`: why the solver said nothing of it. */
export const slotSentences = (
  device: ExplainedDevice,
  slot: ExplainedSlot,
  timeZone: string,
  untold: string | null = null,
): readonly string[] => [
  ...doneSentences(device, slot, timeZone),
  ...(untold === null
    ? boundSentences(slot)
    : [untoldSentence('What binds it, and at which price it would do otherwise,', untold)]),
];

/** A power, with its direction where it is delivered. */
const powerWords = (watts: number): string =>
  `${(Math.abs(watts) / 1_000).toFixed(2)} kW${watts < 0 ? ' delivered' : ''}`;

/** What of a wish is reached, as people say it. */
const figureWords = (figure: number, unit: WishMissed['unit']): string => {
  if (unit === 'stateOfCharge') return `${Math.round(figure * 100)} %`;
  return unit === 'watts' ? powerWords(figure) : energyWords(figure);
};

/** A wish that the plan does not meet, and how far it goes. */
export const missedSentence = (
  { kind, resourceID, at, wished, reached, unit }: WishMissed,
  timeZone: string,
): string => {
  const what = `${missedNames[kind] ?? kind} of ${resourceID ?? 'the site'}`;
  const when = `${localText(at, timeZone).slice(0, 10)} ${clock(at, timeZone)}`;
  return reached === null
    ? `${what} is not planned for, ${when}, ${figureWords(wished, unit)}: nobody knows how full it is.`
    : `${what} cannot be met, ${when}: ${figureWords(reached, unit)} instead of ${figureWords(wished, unit)}.`;
};

/** What a wish, an override or a DR event costs. */
export const wishSentence = ({ kind, resourceID, eventID, span, costUsd }: WishCost, timeZone: string): string => {
  const when = span === null ? '' : `, ${whenWords(span, timeZone)},`;
  if (eventID !== undefined)
    return `What DR event ${eventID} asks${resourceID === null ? '' : ` of ${resourceID}`}${when} costs ${plain(costUsd)} alone.`;
  return `${wishNames[kind] ?? kind} of ${resourceID ?? 'the site'}${when} costs ${plain(costUsd)} alone.`;
};

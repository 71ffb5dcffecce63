/** What a DR event states of prices, what a change of them means for the watchdogs and the plan, and whether they can be believed. */
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import { drEventSource, eventPrices } from '../facts/eventPrices.ts';
import { withdrawalOf } from '../facts/neutral.ts';
import type { Output } from '../facts/fact.ts';
import type { DrEventAccepted, DrEventCancelled, DrEventForgotten } from '../facts/output.ts';
import { type PriceSource, sourceKey, type StatedPrices } from '../facts/prices.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { Moment } from '../machines/moment.ts';
import { streamOf, watchStream } from '../machines/streams.ts';
import { toUsdPerKwh } from '../programme/money.ts';
import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import { overlapWithin, priceSlots, unpriced } from '../store/projections/priceSlots.ts';
import { shardGet } from '../store/projections/shards.ts';
import { sitePrices } from './site.ts';

/** How far ahead prices are looked for; beyond it none is counted on. @unit ms */
const priceHorizonMs = 9 * 86_400_000;

const concluded = ({ id }: PriceSource, fact: Output): Consequence => ({ stream: streamOf('drEvent', id), fact });

const isKnown = (state: AgentState, source: PriceSource): boolean =>
  shardGet(state.views.prices.known, sourceKey(source)) !== undefined;

/** The unit of the day, where the source names none. */
const withUnit = (stated: StatedPrices, { priceUnit }: VenSettings): StatedPrices => ({
  ...stated,
  series: stated.series.map((series) =>
    series.unit !== undefined || series.unusable !== undefined
      ? series
      : { ...series, unit: { currency: 'USD', per: 'kWh', powerOfTen: toUsdPerKwh[priceUnit], by: 'settings' } },
  ),
});

/** What a version of a DR event states of prices, in the programme's own words; one without prices says so only where it had some. */
export const pricesStated = (
  state: AgentState,
  { settings }: Moment,
  { event, test }: Pick<DrEventAccepted, 'event' | 'test'>,
): readonly Consequence[] => {
  const data = withUnit(eventPrices(event, test), settings);
  return data.series.length === 0 && !isKnown(state, data.source)
    ? []
    : [concluded(data.source, { type: 'PricesReceived', data })];
};

/** Prices that were listed for an event and refused: what holds is not changed by them, and that they were said is kept. */
export const pricesRefused = (
  state: AgentState,
  { settings }: Moment,
  event: EiEvent,
  because: string,
): readonly Consequence[] => {
  const data = withUnit(eventPrices(event, false), settings);
  return data.series.length === 0 || !isKnown(state, data.source)
    ? []
    : [concluded(data.source, { type: 'PricesContested', data: { ...data, because } })];
};

/** A DR event is called off, and its prices with it, or only its listing. */
export const pricesWithdrawn = (state: AgentState, cancelled: DrEventCancelled): readonly Consequence[] => {
  const data = withdrawalOf(cancelled);
  return isKnown(state, data.source) ? [concluded(data.source, { type: 'PricesWithdrawn', data })] : [];
};

/** A DR event is forgotten. */
export const pricesClosed = (state: AgentState, { eventID }: DrEventForgotten): readonly Consequence[] => {
  const source = drEventSource(eventID);
  return isKnown(state, source) ? [concluded(source, { type: 'PricesClosed', data: { source } })] : [];
};

/** The watchdogs are told for which time ahead there is no price, or more than one. */
export const pricesKnown = (state: AgentState, moment: Moment): Consequence => {
  const horizon = moment.at + priceHorizonMs;
  const ahead = [
    ...unpriced(state.views.prices, moment.at, horizon),
    { startAt: horizon, endAt: Number.MAX_SAFE_INTEGER },
  ];
  const found = overlapWithin(state.views.prices, moment.at, horizon);
  const overlap = found === null ? null : { ...found, endAt: found.endAt === horizon ? null : found.endAt };
  return tell(watchStream, { type: 'prices.changed', unpriced: ahead, overlap });
};

/** The alarm whose reason is there or gone. */
const implausibleAlarm = 'pricesImplausible';

/** Prices to come that lie beyond the bounds are kept and told, and not planned upon; once none is to come, that is over. */
export const plausibility = (state: AgentState, { at, settings }: Moment): readonly Consequence[] => {
  const doubtful = priceSlots(state.views.prices, at, at + priceHorizonMs).filter(({ implausible }) => implausible);
  const [first] = doubtful;
  if (first === undefined)
    return [{ stream: watchStream, fact: { type: 'AlarmCleared', data: { alarm: implausibleAlarm } } }];
  const { plausibleUsdPerKwhMin: min, plausibleUsdPerKwhMax: max, priceUnit } = settings;
  const text = `DR event ${first.source.id} has prices beyond ${min} to ${max} USD/kWh (read as ${priceUnit} where the wire names no unit).`;
  const advice =
    'They are kept and reported, and no plan is made upon them: check priceUnit, or widen plausibleUsdPerKwhMin and plausibleUsdPerKwhMax.';
  return [concluded(first.source, { type: 'AlarmRaised', data: { alarm: implausibleAlarm, text, advice } })];
};

/** Prices changed. */
export const pricesChanged = (state: AgentState, moment: Moment): readonly Consequence[] => [
  pricesKnown(state, moment),
  ...sitePrices(state, moment),
  ...plausibility(state, moment),
];

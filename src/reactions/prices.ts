/** What a change of prices means for the watchdogs and the devices, and whether prices can be believed. */
import { tell, type Consequence } from '../core/consequence.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { Moment } from '../machines/moment.ts';
import { streamOf, watchStream } from '../machines/streams.ts';
import { priceSlots, unpriced } from '../store/projections/priceSlots.ts';
import { deviceStreams } from './devices.ts';

/** How far ahead prices are looked for; beyond it none is counted on. @unit ms */
const priceHorizonMs = 9 * 86_400_000;

/** The watchdogs are told for which time ahead there is no price. */
export const pricesKnown = (state: AgentState, moment: Moment): Consequence => {
  const horizon = moment.at + priceHorizonMs;
  const ahead = [
    ...unpriced(state.views.prices, moment.at, horizon),
    { startAt: horizon, endAt: Number.MAX_SAFE_INTEGER },
  ];
  return tell(watchStream, { type: 'prices.changed', unpriced: ahead });
};

/** Prices changed. */
export const pricesChanged = (state: AgentState, moment: Moment): readonly Consequence[] => [
  pricesKnown(state, moment),
  ...deviceStreams(state).map((to) => tell(to, { type: 'prices.changed' })),
];

/** Prices beyond the configured bounds are kept and told, and not planned upon. */
export const plausibility = (state: AgentState, eventID: string): readonly Consequence[] => {
  const stream = streamOf('drEvent', eventID);
  const drEvent = snapshotOf(state, stream, 'drEvent')?.context;
  if (drEvent === undefined) return [];
  const { modificationNumber, startAt } = drEvent;
  const endAt = drEvent.endAt ?? startAt + priceHorizonMs;
  const slots = priceSlots(state.views.prices, startAt, endAt).filter(
    (slot) => slot.eventID === eventID && slot.modificationNumber === modificationNumber,
  );
  if (slots.length === 0) return [];
  if (slots.every(({ implausible }) => !implausible))
    return [{ stream, fact: { type: 'AlarmCleared', data: { alarm: 'pricesImplausible' } } }];
  const {
    plausibleUsdPerKwhMin: min,
    plausibleUsdPerKwhMax: max,
    priceUnit,
  } = state.settings ?? { plausibleUsdPerKwhMin: 0, plausibleUsdPerKwhMax: 0, priceUnit: '' };
  return [
    {
      stream,
      fact: {
        type: 'AlarmRaised',
        data: {
          alarm: 'pricesImplausible',
          text: `DR event ${eventID} has prices beyond ${min} to ${max} USD/kWh (read as ${priceUnit} where the wire names no unit).`,
          advice:
            'They are kept and reported, and no plan is made upon them: check priceUnit, or widen plausibleUsdPerKwhMin and plausibleUsdPerKwhMax.',
        },
      },
    },
  ];
};

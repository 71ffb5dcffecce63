import type { EiEventSignal } from '../../protocol/elements/eiEventSignal.ts';

/** Which signals of a DR event speak of prices, and which of these can be acted on. @rule 2.0b 104 */

const priceSignals: ReadonlySet<string> = new Set(['ELECTRICITY_PRICE', 'ENERGY_PRICE']);

/** Whether a signal speaks of the price of energy, in whatever way. */
export const speaksOfPrices = ({ signalName }: Pick<EiEventSignal, 'signalName'>): boolean =>
  priceSignals.has(signalName);

/** Whether a signal states the price of energy itself. */
export const statesPrice = (signal: Pick<EiEventSignal, 'signalName' | 'signalType'>): boolean =>
  speaksOfPrices(signal) && signal.signalType === 'price';

/** The currency of a signal that is none of ours, or null. */
export const foreignCurrency = ({ itemBase }: Pick<EiEventSignal, 'itemBase'>): string | null => {
  if (itemBase === undefined || (itemBase.element !== 'currencyPerKWh' && itemBase.element !== 'currency')) return null;
  return itemBase.itemUnits.trim().toUpperCase() === 'USD' ? null : itemBase.itemUnits.trim();
};

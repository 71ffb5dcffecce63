import type { SiScaleCode } from '../types/enumerations.ts';
import type { ItemBase, PowerAttributes, PowerItem, ScaledItem } from './itemBase.ts';

/** What a number means: the quantity (named as the element), its unit without scale, and its scale. */
export interface Unit {
  readonly quantity: ItemBase['element'];
  /** `W`, `Wh`, `USD` … as sent. */
  readonly units: string;
  readonly siScaleCode: SiScaleCode;
}

/** The unit an itemBase declares; Green Button's description declares none. */
export const unitOf = (itemBase: ItemBase): Unit | undefined => {
  if (itemBase.element === 'oadrGBDataDescription') return undefined;
  const siScaleCode = itemBase.element === 'pulseCount' ? 'none' : itemBase.siScaleCode;
  return { quantity: itemBase.element, units: itemBase.itemUnits, siScaleCode };
};

/** The itemBase of real energy in a scale of watt-hours. */
export const energyReal = (siScaleCode: SiScaleCode): ScaledItem => ({
  element: 'energyReal',
  itemDescription: 'RealEnergy',
  itemUnits: 'Wh',
  siScaleCode,
});

/** The itemBase of real power in a scale of watts, at the current it is measured at. */
export const powerReal = (siScaleCode: SiScaleCode, powerAttributes: PowerAttributes): PowerItem => ({
  element: 'powerReal',
  itemDescription: 'RealPower',
  itemUnits: 'W',
  siScaleCode,
  powerAttributes,
});

/** The itemBase of a price per kilowatt-hour in a currency. */
export const currencyPerKWh = (currency: string, siScaleCode: SiScaleCode = 'none'): ScaledItem => ({
  element: 'currencyPerKWh',
  itemDescription: 'currencyPerKWh',
  itemUnits: currency,
  siScaleCode,
});

/** What a load needs, in words of its own: it stores nothing, so it is never full. */
import { clockText } from './times.ts';

/** A need, and what of it is met. */
export interface NeedTold {
  /** @unit Wh */
  readonly energyWattHours: number;
  /** Null where it is not known. @unit Wh */
  readonly drawnWattHours: number | null;
  /** UTC ms. */
  readonly doneAt: number;
}

const thin = '\u202f';

const inKilowattHours = (wattHours: number): string => (wattHours / 1_000).toFixed(2);

/** `4.00 of 11.00 kWh`, `11.00 kWh` where nobody knows what it has drawn. */
export const needEnergyText = ({ energyWattHours, drawnWattHours }: NeedTold): string =>
  `${drawnWattHours === null ? '' : `${inKilowattHours(drawnWattHours)} of `}${inKilowattHours(energyWattHours)}${thin}kWh`;

/** `by 07:00`: a need is met within a day. */
export const needTimeText = ({ doneAt }: NeedTold, timeZone: string): string => `by ${clockText(doneAt, timeZone)}`;

/** `has 4.00 of the 11.00 kWh it needs by 07:00` */
export const needText = (need: NeedTold, timeZone: string): string => {
  const { energyWattHours, drawnWattHours } = need;
  const wanted = `${inKilowattHours(energyWattHours)} kWh it needs ${needTimeText(need, timeZone)}`;
  return drawnWattHours === null
    ? `how much it has of the ${wanted} is not known`
    : `has ${inKilowattHours(drawnWattHours)} of the ${wanted}`;
};

import { drawnIn, type NeedingLoad } from './needs.ts';
import type { BacktestTerms, DeviceLife } from './terms.ts';

/** Who lives: the planner, whoever knows all prices, and a device without a plan. */
type LoadLived = 'earned' | 'possible' | 'nothing';

/** What a load needed in the time, and what of it it did not get by its deadlines. */
export interface LoadTold {
  readonly resourceID: string;
  readonly needs: number;
  /** @unit Wh */
  readonly neededWattHours: number;
  /** @unit Wh */
  readonly lackedWattHours: Readonly<Record<LoadLived, number>>;
}

/** @limit Whole watts leave no more than this of a need. @unit Wh */
const crumbWattHours = 2;

/** What a load lacks at the ends of their needs. @unit Wh */
const lackedBy = ({ resourceID, needs }: NeedingLoad, lives: readonly DeviceLife[]): number => {
  const slots = lives.find((life) => life.resourceID === resourceID)?.slots ?? [];
  return needs.reduce((sum, need) => {
    const lacked = need.energyWattHours - drawnIn(slots, need);
    return lacked > crumbWattHours ? sum + lacked : sum;
  }, 0);
};

/** What is told of each load. */
export const loadsTold = (
  { loads = [] }: BacktestTerms,
  { earned, possible, nothing }: Readonly<Record<LoadLived, readonly DeviceLife[]>>,
): readonly LoadTold[] =>
  loads.map((load) => ({
    resourceID: load.resourceID,
    needs: load.needs.length,
    neededWattHours: load.needs.reduce((sum, { energyWattHours }) => sum + energyWattHours, 0),
    lackedWattHours: {
      earned: lackedBy(load, earned),
      possible: lackedBy(load, possible),
      nothing: lackedBy(load, nothing),
    },
  }));

import type { KnownEntry } from '../../facts/fact.ts';
import type { DeviceStatus } from '../../facts/input.ts';
import type { Projection } from '../../store/projection.ts';
import { type Crowd, crowdGet, crowdPut } from '../../store/projections/crowd.ts';
import { type Prunable, pruned } from '../../store/projections/pruned.ts';
import { type IndexedSeries, seriesPut } from '../../store/projections/series.ts';

/** What devices said of themselves at each reading, and what was asked of them: the past that a day's chart shows. */

/** What was asked of a device. */
export interface AskedSetpoint {
  readonly demandWatts: number;
  readonly validUntil: number;
}

/** One device's past. */
export interface ChargeHistory {
  /** By the boundary of the reading. */
  readonly samples: IndexedSeries<Pick<DeviceStatus, 'powerWatts' | 'stateOfCharge'>>;
  /** By when it was asked. */
  readonly setpoints: IndexedSeries<AskedSetpoint>;
}

/** Every device's past. */
export interface ChargesState extends Prunable {
  readonly devices: Crowd<ChargeHistory>;
}

const nothing: ChargeHistory = { samples: [], setpoints: [] };

/** One device's past; empty when it was never read. */
export const chargesOf = (state: ChargesState, resourceID: string): ChargeHistory =>
  crowdGet(state.devices, resourceID) ?? nothing;

const change = (state: ChargesState, resourceID: string, changes: Partial<ChargeHistory>): ChargesState => ({
  ...state,
  devices: crowdPut(state.devices, resourceID, { ...chargesOf(state, resourceID), ...changes }),
});

const take = (state: ChargesState, entry: KnownEntry): ChargesState => {
  if (entry.type === 'MeterRead') {
    const { resourceID, boundaryAt, status } = entry.data;
    const { powerWatts, stateOfCharge } = status;
    const sample = {
      ...(powerWatts === undefined ? {} : { powerWatts }),
      ...(stateOfCharge === undefined ? {} : { stateOfCharge }),
    };
    return change(state, resourceID, { samples: seriesPut(chargesOf(state, resourceID).samples, boundaryAt, sample) });
  }
  if (entry.type !== 'SetpointRequested') return state;
  const { resourceID, demandWatts, validUntil } = entry.data;
  return change(state, resourceID, {
    setpoints: seriesPut(chargesOf(state, resourceID).setpoints, entry.recordedAt, { demandWatts, validUntil }),
  });
};

/** What devices said of themselves and what was asked of them. */
export const chargesProjection = (): Projection<ChargesState> =>
  pruned({ name: 'charges', version: '2', initial: { devices: {}, prunedDay: 0 }, take, prune: (state) => state }, {});

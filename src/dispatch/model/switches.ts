import { itemAt } from '../items.ts';
import type { ModelBuilder } from './modelBuilder.ts';
import type { DeviceColumns, SiteColumns } from './siteRows.ts';

/** Two columns of which at most one is more than nothing, or a column that is nothing or at least something. */
export type SwitchPlace =
  | { readonly kind: 'storage'; readonly device: number; readonly slot: number }
  | { readonly kind: 'load'; readonly device: number; readonly slot: number }
  | { readonly kind: 'site'; readonly slot: number };

/** Where switches are wanted. */
export type SwitchPlaces = readonly SwitchPlace[];

/** Switches in a model: 1 is charging, running, or buying. */
export type Switches = readonly { readonly place: SwitchPlace; readonly column: number }[];

const either = (builder: ModelBuilder, on: number, off: number): number => {
  const column = builder.switch();
  builder.row(-Infinity, 0, [
    [on, 1],
    [column, -builder.upperOf(on)],
  ]);
  const largest = builder.upperOf(off);
  builder.row(-Infinity, largest, [
    [off, 1],
    [column, largest],
  ]);
  return column;
};

/** Adds switches, after all other columns. */
export const addSwitches = (
  builder: ModelBuilder,
  devices: DeviceColumns,
  site: SiteColumns | null,
  places: SwitchPlaces,
): Switches =>
  places.flatMap((place): Switches => {
    const { slot } = place;
    if (place.kind === 'storage') {
      const { charge, discharge } = itemAt(devices.storages, place.device);
      return [{ place, column: either(builder, itemAt(charge, slot), itemAt(discharge, slot)) }];
    }
    if (place.kind === 'site') {
      if (site === null) return [];
      return [{ place, column: either(builder, itemAt(site.bought, slot), itemAt(site.sold, slot)) }];
    }
    const { drawn, least } = itemAt(devices.loads, place.device);
    const [energy, column] = [itemAt(drawn, slot), builder.switch()];
    builder.row(-Infinity, 0, [
      [energy, 1],
      [column, -builder.upperOf(energy)],
    ]);
    builder.row(0, Infinity, [
      [energy, 1],
      [column, -itemAt(least, slot)],
    ]);
    return [{ place, column }];
  });

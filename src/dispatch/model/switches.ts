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

/** @limit What a site can draw or deliver where nothing bounds it. @unit kWh */
const unbounded = 1e5;

const either = (builder: ModelBuilder, on: number, off: number, most: number): number => {
  const column = builder.switch();
  builder.row(-Infinity, 0, [
    [on, 1],
    [column, -Math.min(most, builder.upperOf(on))],
  ]);
  const largest = Math.min(most, builder.upperOf(off));
  builder.row(-Infinity, largest, [
    [off, 1],
    [column, largest],
  ]);
  return column;
};

/** What can flow through the meter of the site in a slot at most. */
const mostFlow = ({ storages, loads }: DeviceColumns, builder: ModelBuilder, slot: number, home: number): number =>
  Math.min(
    unbounded,
    home +
      storages.reduce(
        (sum, { charge, discharge }) =>
          sum + builder.upperOf(itemAt(charge, slot)) + builder.upperOf(itemAt(discharge, slot)),
        0,
      ) +
      loads.reduce((sum, { drawn }) => sum + builder.upperOf(itemAt(drawn, slot)), 0),
  );

/** Adds switches, after all other columns. `homeIn`: what home and panels come to in a slot at most, in kWh. */
export const addSwitches = (
  builder: ModelBuilder,
  devices: DeviceColumns,
  site: SiteColumns | null,
  places: SwitchPlaces,
  homeIn: (slot: number) => number,
): Switches =>
  places.flatMap((place): Switches => {
    const { slot } = place;
    if (place.kind === 'storage') {
      const { charge, discharge } = itemAt(devices.storages, place.device);
      return [{ place, column: either(builder, itemAt(charge, slot), itemAt(discharge, slot), unbounded) }];
    }
    if (place.kind === 'site') {
      if (site === null) return [];
      const most = mostFlow(devices, builder, slot, homeIn(slot));
      return [{ place, column: either(builder, itemAt(site.bought, slot), itemAt(site.sold, slot), most) }];
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

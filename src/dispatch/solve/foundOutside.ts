import { itemAt } from '../items.ts';
import { noColumn } from '../model/modelBuilder.ts';
import type { SiteModel } from '../model/siteModel.ts';
import type { StorageColumns } from '../model/storageColumns.ts';
import type { WorkingModel } from './workingModel.ts';

/** @unit kWh */
const tolerance = 1e-6;

/** Whether a level of the model was, or will be, outside of its limits. */
export const isFoundOutside = ({ storages }: SiteModel): boolean =>
  storages.some(({ low, missing, over }) => [low, missing, over].some((each) => each.some((one) => one !== noColumn)));

const narrowIn = (
  working: WorkingModel,
  { figures, charge, discharge, stored, low, missing, over }: StorageColumns,
  values: Float64Array,
): boolean => {
  let isNews = false;
  const nothing = (column: number): void => {
    // As exactly as it was found: a level that is pinned by an order leaves no room for less.
    if (column !== noColumn && working.narrow(column, -Infinity, tolerance)) isNews = true;
  };
  stored.forEach((column, slot) => {
    const before = slot === 0 ? figures.stored : itemAt(values, itemAt(stored, slot - 1));
    const after = itemAt(values, column);
    const isFree = figures.told[slot] === null;
    const limits = [
      [itemAt(low, slot), figures.min],
      [itemAt(missing, slot), itemAt(figures.reserve, slot)],
    ] as const;
    for (const [departed, floor] of limits) {
      if (departed === noColumn) continue;
      if (after >= floor - tolerance) nothing(departed);
      if (isFree && before < floor - tolerance) nothing(itemAt(discharge, slot));
    }
    if (itemAt(over, slot) === noColumn) return;
    if (after <= figures.max + tolerance) nothing(itemAt(over, slot));
    if (isFree && before > figures.max + tolerance) nothing(itemAt(charge, slot));
  });
  return isNews;
};

/**
 * A level that was found outside of its limits is not left again once it has come back, and nothing is sold from below, nor
 * bought from above, until then. When it comes back is what a first solution says; says whether there is anything new in that.
 */
export const narrowFoundOutside = (working: WorkingModel, values: Float64Array): boolean =>
  working.site.storages.map((each) => narrowIn(working, each, values)).some(Boolean);

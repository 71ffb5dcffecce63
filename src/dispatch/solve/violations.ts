import { itemAt } from '../items.ts';
import type { SiteModel } from '../model/siteModel.ts';
import { siteLimits } from '../model/siteRows.ts';
import type { SwitchPlace, SwitchPlaces } from '../model/switches.ts';
import type { WorkingModel } from './workingModel.ts';

/** @limit Less than this is nothing. @unit kWh */
const dust = 1e-6;

/** Whether the site would buy and sell at once if it could. */
const sellsDearer = ({ matter: { problem, prices } }: SiteModel, slot: number): boolean => {
  const { bought, sold } = itemAt(prices, slot);
  return problem.moneyScope === 'site' && sold > bought;
};

/** Where a solution charges and discharges, or buys and sells, at once, and where a load runs slower than it can. */
export const violationsIn = (site: SiteModel, values: Float64Array): SwitchPlaces => {
  const at = (column: number): number => itemAt(values, column);
  const slots = site.matter.slots.map((_slot, index) => index);
  return [
    ...site.storages.flatMap(({ charge, discharge }, device) =>
      slots
        .filter((slot) => Math.min(at(itemAt(charge, slot)), at(itemAt(discharge, slot))) > dust)
        .map((slot): SwitchPlace => ({ kind: 'storage', device, slot })),
    ),
    ...site.loads.flatMap(({ drawn, least }, device) =>
      slots
        .filter((slot) => at(itemAt(drawn, slot)) > dust && at(itemAt(drawn, slot)) < itemAt(least, slot) - dust)
        .map((slot): SwitchPlace => ({ kind: 'load', device, slot })),
    ),
    ...slots
      .filter(
        (slot) =>
          site.site !== null &&
          sellsDearer(site, slot) &&
          Math.min(at(itemAt(site.site.bought, slot)), at(itemAt(site.site.sold, slot))) > dust,
      )
      .map((slot): SwitchPlace => ({ kind: 'site', slot })),
  ];
};

/** Whether losing energy on purpose can pay a storage in a slot: at prices far below nothing, or where a limit or an event binds. */
const canFail = (site: SiteModel, device: number, slot: number): boolean => {
  const { problem, prices, slots } = site.matter;
  const { wear, leastGain, chargeEfficiency, dischargeEfficiency } = itemAt(site.storages, device).figures;
  const kept = chargeEfficiency * dischargeEfficiency;
  const { bought, sold } = itemAt(prices, slot);
  const limits = siteLimits(problem.site);
  const { startAt } = itemAt(slots, slot);
  return (
    bought < ((0 - wear - leastGain) * kept) / (1 - kept) ||
    sold > bought ||
    limits.bought < Infinity ||
    limits.sold < Infinity ||
    problem.constraints.some((each) => each.startAt <= startAt && startAt < each.endAt)
  );
};

/** All places that a switch is wanted at where a solution goes wrong in some of them: those alone would only move the fault. */
export const placesFor = (working: WorkingModel, violations: SwitchPlaces): SwitchPlaces => {
  const { site } = working;
  const slots = site.matter.slots.map((_slot, index) => index);
  const concerned = (kind: SwitchPlace['kind']): readonly number[] => [
    ...new Set(violations.flatMap((each) => (each.kind === kind && each.kind !== 'site' ? [each.device] : []))),
  ];
  const isViolated = new Set(violations.map((each) => JSON.stringify(each)));
  const isOpen = (column: number): boolean => working.upperOf(column) > dust;
  return [
    ...concerned('storage').flatMap((device) => {
      const { charge, discharge } = itemAt(site.storages, device);
      return slots
        .map((slot): SwitchPlace => ({ kind: 'storage', device, slot }))
        .filter(
          (place) =>
            isOpen(itemAt(charge, place.slot)) &&
            isOpen(itemAt(discharge, place.slot)) &&
            (canFail(site, device, place.slot) || isViolated.has(JSON.stringify(place))),
        );
    }),
    ...concerned('load').flatMap((device) => {
      const { drawn, least } = itemAt(site.loads, device);
      return slots
        .filter((slot) => itemAt(least, slot) > dust && isOpen(itemAt(drawn, slot)))
        .map((slot): SwitchPlace => ({ kind: 'load', device, slot }));
    }),
    ...(violations.some(({ kind }) => kind === 'site')
      ? slots.filter((slot) => sellsDearer(site, slot)).map((slot): SwitchPlace => ({ kind: 'site', slot }))
      : []),
  ];
};

/** Lets a place do only one thing: `isOn` is charging, running or buying. */
export const decide = (working: WorkingModel, place: SwitchPlace, isOn: boolean): void => {
  const { storages, loads, site } = working.site;
  const { slot } = place;
  if (place.kind === 'load') {
    const { drawn, least } = itemAt(loads, place.device);
    const [energy, most] = [itemAt(drawn, slot), working.upperOf(itemAt(drawn, slot))];
    // Where it may not draw as much as it must when it runs, it does not run.
    if (isOn && most >= itemAt(least, slot) - dust) working.narrow(energy, itemAt(least, slot), Infinity);
    else working.narrow(energy, -Infinity, 0);
    return;
  }
  const [on, off] =
    place.kind === 'storage'
      ? [itemAt(storages, place.device).charge, itemAt(storages, place.device).discharge]
      : [site?.bought ?? [], site?.sold ?? []];
  working.narrow(itemAt(isOn ? off : on, slot), -Infinity, 0);
};

/** What a place mostly does in a solution. */
export const isMostlyOn = ({ storages, loads, site }: SiteModel, place: SwitchPlace, values: Float64Array): boolean => {
  const { slot } = place;
  const at = (columns: readonly number[]): number => itemAt(values, itemAt(columns, slot));
  if (place.kind === 'load') {
    const { drawn, least } = itemAt(loads, place.device);
    return at(drawn) >= itemAt(least, slot) / 2;
  }
  if (place.kind === 'site') return site !== null && at(site.bought) >= at(site.sold);
  const { charge, discharge } = itemAt(storages, place.device);
  return at(charge) >= at(discharge);
};

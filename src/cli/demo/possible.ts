/** What the day could have earned: the optimum of whoever knows all prices of the day before it begins. */
import type { AgentState } from '../../core/state.ts';
import type { PlanningProblem } from '../../dispatch/planningProblem.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import { dayMs, type DaySpan } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { pricesAhead } from '../../reactions/site.ts';
import {
  preferencesOf,
  preferredPrices,
  preferredSite,
  preferredStorage,
} from '../../shell/settings/preferredTerms.ts';

/** How far back prices tell what is usual. @unit ms */
const rememberedMs = 14 * dayMs;

/** How full each device was when it was read; 0 to 1, by resourceID and instant. */
export class LevelsRead {
  readonly #levels = new Map<string, number>();

  /** Takes note of a reading. */
  hear(entry: KnownEntry): void {
    if (entry.type !== 'MeterRead') return;
    const { resourceID, boundaryAt, status } = entry.data;
    if (status.stateOfCharge !== undefined) this.#levels.set(`${resourceID} ${boundaryAt}`, status.stateOfCharge);
  }

  /** Null where the device was not read then, or does not say how full it is. */
  at(resourceID: string, at: number): number | null {
    return this.#levels.get(`${resourceID} ${at}`) ?? null;
  }
}

/** The question: one day of one device under the terms it was planned by, as full at both ends as it was. */
const questionOf = (
  state: AgentState,
  resourceID: string,
  span: DaySpan,
  levels: LevelsRead,
): PlanningProblem | null => {
  const { settings } = state;
  const device = settings?.devices.find((each) => each.resourceID === resourceID);
  const [first, last] = [span.startAt, span.endAt].map((at) => levels.at(resourceID, at));
  if (settings === null || device === undefined || typeof first !== 'number' || typeof last !== 'number') return null;
  const horizon = { fromAt: span.startAt, toAt: span.endAt, timeZone: settings.timeZone };
  const { site = {} } = settings;
  const storage = preferredStorage(device, first, preferencesOf(settings.preferences, resourceID), horizon);
  return {
    ...horizon,
    moneyScope: site.moneyScope ?? 'device',
    site: preferredSite(site, horizon),
    prices: preferredPrices(pricesAhead(state, span.startAt - rememberedMs, span.endAt), site.exportPrice),
    devices: [
      {
        ...storage,
        // What it still held was not on the bill, so that no more of it may be sold than was.
        terminalUsdPerKwh: '0',
        departures: [...(storage.departures ?? []), { at: span.endAt, stateOfCharge: last }],
      },
    ],
    overrides: [],
    constraints: [],
  };
};

/**
 * What the bill of a device's day could have come to at best; null where it is not known how full it was.
 *
 * @unit USD, + comes to you
 */
export const possibleOf = async (...given: Parameters<typeof questionOf>): Promise<DecimalText | null> => {
  const question = questionOf(...given);
  if (question === null) return null;
  const { optimiseUnhurried } = await import('../../dispatch/optimiser.ts');
  return (await optimiseUnhurried(question)).cashUsd;
};

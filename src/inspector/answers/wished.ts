/** What a person wants of a device, and what DR events ask of it, as instants that can be drawn. */
import type { RecordedAnswer } from '../../shell/recordedPlan.ts';
import type { LocalHorizon } from '../../shell/settings/localTimes.ts';
import { wishedStorage } from '../../shell/settings/wishedStorage.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { ShownMoment } from '../history/history.ts';

type Wished = ApiAnswer<'plan'>['devices'][number]['wished'];

const nothingWished: Wished = { reserve: null, reserveTimes: [], departures: [], quietTimes: [], away: [] };

/** The wishes in force at a moment that reach into the horizon. */
export const wishedOf = ({ agent, asOf }: ShownMoment, resourceID: string, horizon: LocalHorizon): Wished => {
  const { settings } = agent;
  const device = settings?.devices.find((each) => each.resourceID === resourceID);
  if (settings === null || device === undefined) return nothingWished;
  const terms = wishedStorage(agent, settings, device, null, horizon, asOf);
  return {
    reserve: terms.reserve ?? null,
    reserveTimes: [...(terms.reserveSpans ?? [])],
    departures: [...(terms.departures ?? [])],
    quietTimes: [...(terms.quietTimes ?? [])],
    away: (terms.trips ?? []).map(({ startAt, endAt }) => ({ startAt, endAt })),
  };
};

type Asking = ApiAnswer<'plan'>['devices'][number]['drEvents'];

/** The DR events that ask power of a device, each over all of its intervals that ask anything. */
export const askingOf = (
  constraints: RecordedAnswer['problem']['constraints'],
  resourceID: string,
  toAt: number,
): Asking => {
  const found = new Map<string, Asking[number]>();
  for (const constraint of constraints) {
    const { eventID, startAt, endAt } = constraint;
    const isNothing = constraint.kind === 'level' && constraint.level === 0;
    if (eventID === undefined || isNothing || startAt >= toAt) continue;
    if ((constraint.resourceID ?? resourceID) !== resourceID) continue;
    const before = found.get(eventID);
    found.set(eventID, {
      eventID,
      startAt: Math.min(before?.startAt ?? startAt, startAt),
      endAt: Math.max(before?.endAt ?? 0, Math.min(endAt, toAt)),
    });
  }
  return [...found.values()].sort((a, b) => a.startAt - b.startAt);
};

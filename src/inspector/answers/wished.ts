/** What a person wants of a device, as instants that can be drawn. */
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

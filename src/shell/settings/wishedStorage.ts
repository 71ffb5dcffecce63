/** A storage with all that is wished of it: always, by the configuration, and once, by a person. */
import type { AgentState } from '../../core/state.ts';
import type { ReserveSpan, StorageTerms } from '../../dispatch/planningProblem.ts';
import type { DeviceSettings, VenSettings } from '../../facts/settings.ts';
import { wishesAt, type OneWishView } from '../../store/projections/instructions.ts';
import type { LocalHorizon } from './localTimes.ts';
import { preferencesOf, preferredStorage } from './preferredTerms.ts';

/** What is wished of a device once goes before what is wished always. */
const withWishes = (storage: StorageTerms, wishes: readonly OneWishView[]): StorageTerms => {
  if (wishes.length === 0) return storage;
  const leaving = wishes.filter(({ instruction }) => instruction.kind === 'leave');
  const keeping = wishes.filter(({ instruction }) => instruction.kind === 'keep');
  const departures = [
    ...(storage.departures ?? []).filter(({ at }) => !leaving.some(({ endAt }) => endAt === at)),
    ...leaving.map(({ endAt, instruction }) => ({ at: endAt, stateOfCharge: instruction.stateOfCharge })),
  ].sort((a, b) => a.at - b.at);
  const reserveSpans = [
    ...(storage.reserveSpans ?? []),
    ...keeping.map(({ startAt, endAt, instruction: { stateOfCharge } }) => ({ startAt, endAt, stateOfCharge })),
  ];
  return {
    ...storage,
    ...(departures.length === 0 ? {} : { departures }),
    ...(reserveSpans.length === 0 ? {} : { reserveSpans }),
  };
};

/** A storage with what is wished of it. `at`: when what is wished once has to stand; at the beginning of the horizon if absent. */
export const wishedStorage = (
  state: AgentState,
  { preferences }: Pick<VenSettings, 'preferences'>,
  device: DeviceSettings,
  stateOfCharge: number | null,
  horizon: LocalHorizon,
  at: number = horizon.fromAt,
): StorageTerms => {
  const { resourceID } = device;
  const storage = preferredStorage(device, stateOfCharge, preferencesOf(preferences, resourceID), horizon);
  const once = wishesAt(state.views.instructions, at).filter((each) => each.resourceID === resourceID);
  return withWishes(storage, once);
};

/** The reserve that is kept at an instant: the last that was said of it. Null where none is. */
export const reserveAt = (
  { reserve, reserveSpans = [] }: Pick<StorageTerms, 'reserve' | 'reserveSpans'>,
  at: number,
): number | null =>
  reserveSpans.findLast(({ startAt, endAt }: ReserveSpan) => startAt <= at && at < endAt)?.stateOfCharge ??
  reserve ??
  null;

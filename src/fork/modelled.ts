/** Which devices can be lived through by a model from a moment on, and why each of the others cannot. */
import { storagesOf } from '../backtest/rolling.ts';
import type { AgentState } from '../core/state.ts';
import type { DeviceTerms, FlexibleLoadTerms, StorageTerms } from '../dispatch/planningProblem.ts';
import type { DeviceSettings } from '../facts/settings.ts';
import { dayOf, nextDay } from '../programme/calendar.ts';
import { isInShadow } from '../reactions/trust.ts';
import { loadsOf } from '../review/needs.ts';
import { planQuestion } from '../shell/planQuestion.ts';
import { latestReading } from '../store/projections/usage.ts';
import type { ForkLeft, ForkUnknown } from './terms.ts';

/** @limit A reading that is older than this says nothing of the moment. @unit ms */
const oldestReadingMs = 2 * 3_600_000;

/** Devices with a model, as they stood. */
export interface ModelledDevices {
  readonly storages: readonly StorageTerms[];
  readonly loads: readonly FlexibleLoadTerms[];
}

/** All that have a model: those that are told what to do, and those in shadow, of which it is only reckoned. */
export interface Modelled {
  readonly told: ModelledDevices;
  readonly shadowed: ModelledDevices;
  readonly left: readonly (ForkUnknown & { readonly kind: 'leftDevice' })[];
}

/** The devices of a group, by name. */
export const namesOf = ({ storages, loads }: ModelledDevices): readonly string[] =>
  [...storages, ...loads].map(({ resourceID }) => resourceID);

const leftBecause = (settings: DeviceSettings, terms: DeviceTerms | undefined): ForkLeft => {
  if (terms?.kind === 'storage') return 'noLevel';
  if (terms !== undefined || (settings.need !== undefined && settings.isReadOnly !== true)) return 'notRead';
  return 'noStore';
};

/** A storage as full as it was read last; one in shadow as full as it would be, had it followed its plans. */
const startOf = (state: AgentState, at: number, storage: StorageTerms, isShadowed: boolean): StorageTerms | null => {
  const read = latestReading(state.views.usage, storage.resourceID);
  if (read === null || at - read.boundaryAt > oldestReadingMs) return null;
  const level = read.status.stateOfCharge;
  if (level === undefined) return null;
  return { ...storage, stateOfCharge: isShadowed ? (storage.stateOfCharge ?? level) : level };
};

/** What has a model at an instant, by the settings that were. */
export const modelledAt = (state: AgentState, at: number): Modelled => {
  const timeZone = state.settings?.timeZone ?? 'UTC';
  const asked = { fromAt: at, toAt: nextDay(dayOf(at, timeZone), timeZone).endAt };
  const { driven, shadowed } = planQuestion(state, asked);
  const isRead = ({ resourceID }: { readonly resourceID: string }): boolean =>
    at - (latestReading(state.views.usage, resourceID)?.boundaryAt ?? -Infinity) <= oldestReadingMs;
  const groupOf = (devices: readonly DeviceTerms[], isShadowed: boolean): ModelledDevices => ({
    storages: storagesOf(devices).flatMap((storage) => startOf(state, at, storage, isShadowed) ?? []),
    loads: loadsOf({ devices }).filter(isRead),
  });
  const [told, beside] = [groupOf(driven, false), groupOf(shadowed, true)];
  const named = new Set([...namesOf(told), ...namesOf(beside)]);
  const left = (state.settings?.devices ?? [])
    .filter(({ resourceID }) => !named.has(resourceID))
    .map((settings) => {
      const { resourceID } = settings;
      const terms = [...driven, ...shadowed].find((each) => each.resourceID === resourceID);
      return { kind: 'leftDevice', resourceID, because: leftBecause(settings, terms) } as const;
    });
  return { told, shadowed: beside, left };
};

/** Devices that came out of shadow between two states, or into it. */
export const trustChangedOf = (before: AgentState, after: AgentState, names: readonly string[]): readonly string[] =>
  names.filter((resourceID) => isInShadow(before, resourceID) !== isInShadow(after, resourceID));

import type { KnownEntry } from '../../facts/fact.ts';
import type { DeviceIdentity } from '../../facts/trust.ts';
import type { Projection } from '../projection.ts';
import { upcast } from '../../facts/upcast.ts';
import { type Keyed, lookUp, withKey, withoutKey } from './keyed.ts';

/** Which devices persons trust. */

/** A device that may be told what to do. */
export interface TrustView {
  readonly resourceID: string;
  readonly identity: DeviceIdentity;
  readonly since: number;
  readonly by: string;
  /** The entry that says so. */
  readonly position: number;
}

/** All of them, by resourceID. */
export interface TrustState {
  readonly trusted: Keyed<TrustView>;
}

/** The facts of which it makes something. */
export const trustHears: ReadonlySet<string> = new Set<KnownEntry['type']>(['DeviceTrusted', 'DeviceTrustEnded']);

const take = (state: TrustState, entry: KnownEntry): TrustState => {
  switch (entry.type) {
    case 'DeviceTrusted': {
      const { recordedAt: since, position } = entry;
      return { trusted: withKey(state.trusted, entry.data.resourceID, { ...entry.data, since, position }) };
    }
    case 'DeviceTrustEnded': {
      const trusted = withoutKey(state.trusted, entry.data.resourceID);
      return trusted === state.trusted ? state : { trusted };
    }
    default:
      return state;
  }
};

/** Which devices persons trust. */
export const trustProjection = (): Projection<TrustState> => ({
  name: 'trust',
  version: '1',
  initial: { trusted: {} },
  apply: (state, entry) => take(state, upcast(entry)),
});

/** What is known of the trust in a device; null when nobody trusts it. */
export const trustIn = ({ trusted }: TrustState, resourceID: string): TrustView | null =>
  lookUp(trusted, resourceID) ?? null;

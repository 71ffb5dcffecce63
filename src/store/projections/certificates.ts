import type { CertificateSeen, LineSecurity, SeenCertificate } from '../../facts/certificates.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import type { Projection } from '../projection.ts';
import { type Keep, type Prunable, pruned } from './pruned.ts';

/** Which certificates are in use, and how the line is secured. It keeps no past. */

/** A certificate in use. */
export interface CertificateView extends SeenCertificate {
  readonly standing: CertificateSeen['standing'];
  readonly seenAt: number;
  readonly position: number;
}

/** Ours and the VTN's, as they were seen last; null where there is none, or none was seen yet. */
export interface CertificatesState extends Prunable {
  readonly ours: CertificateView | null;
  readonly theirs: CertificateView | null;
  readonly line: LineSecurity | null;
}

const initial: CertificatesState = { ours: null, theirs: null, line: null, prunedDay: 0 };

const seen = (
  state: CertificatesState,
  data: CertificateSeen,
  { recordedAt, position }: KnownEntry,
): CertificatesState => {
  const { whose, certificate, standing, line } = data;
  const view = certificate === null ? null : { ...certificate, standing, seenAt: recordedAt, position };
  return whose === 'ours' ? { ...state, ours: view } : { ...state, theirs: view, line: line ?? null };
};

/** A run tells anew what it uses. */
const begun = (state: CertificatesState): CertificatesState =>
  state.ours === null && state.theirs === null ? state : { ...initial, prunedDay: state.prunedDay };

const take = (state: CertificatesState, entry: KnownEntry): CertificatesState => {
  if (entry.type === 'AgentStarted') return begun(state);
  return entry.type === 'CertificateSeen' ? seen(state, entry.data, entry) : state;
};

/** The certificates in use. */
export const certificatesProjection = (keep: Keep = {}): Projection<CertificatesState> =>
  pruned({ name: 'certificates', version: '1', initial, take, prune: (state) => state }, keep);

/** Looks after certificates while an agent runs: what is used is recorded, what ends is told, what is renewed is taken up. */
import type { VtnUrl } from '../../adapters/secrets/vtnUrl.ts';
import type { InputFacts } from '../../facts/input.ts';
import type { Agent } from '../../shell/agent.ts';
import type { Alarms, Clock } from '../../shell/ports.ts';
import type { CertificateWatch } from './certificateWatch.ts';
import { RenewalWatch, type Renewable } from './renewalWatch.ts';

/** Whose certificates are looked after. */
export interface WatchedCertificates {
  readonly watch: CertificateWatch;
  readonly renewable: Renewable;
  readonly agent: Pick<Agent, 'take' | 'state'>;
  readonly clock: Clock & Alarms;
  readonly vtnUrl: VtnUrl;
}

/** Begins; what it gives ends it. */
export const watchCertificates = (watched: WatchedCertificates): { readonly stop: () => void } => {
  const { watch, renewable, agent, clock, vtnUrl } = watched;
  const isUp = (subject: string): boolean => Object.keys(agent.state.alarms).some((key) => key.endsWith(` ${subject}`));
  const renewed = (data: InputFacts['RenewalRefused']): void =>
    agent.take({ stream: 'agent', input: { type: 'RenewalRefused', data } });
  if (!vtnUrl.origin.startsWith('https:')) watch.takeLine(null);
  watch.begin((data) => agent.take({ stream: 'agent', input: { type: 'CertificateSeen', data } }), isUp);
  const renewal = new RenewalWatch({ clock, alarms: clock }, renewable, renewed);
  // A run begins only with files that can be used.
  if (agent.state.alarms['renewalRefused'] !== undefined)
    renewed({ isRefused: false, detail: 'The agent was started with them.' });
  return {
    stop: () => {
      watch.stop();
      renewal.stop();
    },
  };
};

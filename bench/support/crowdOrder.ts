import { hash } from 'node:crypto';

/** Of what kind the ways of many VENs to their VTN are. */
export type CrowdWay = 'shared pool' | 'own socket' | 'mutual TLS';

/** What a process with many pollers is told to do. */
export interface CrowdOrder {
  readonly url: string;
  readonly directory: string;
  readonly count: number;
  readonly way: CrowdWay;
  /** PEM files of the authority, the client certificate and its key. */
  readonly tls?: { readonly ca: string; readonly certificate: string; readonly key: string };
  /** How long all have polled before anything is counted. @unit ms */
  readonly settleMs: number;
  /** How long is counted. @unit ms */
  readonly windowMs: number;
  /** By how much their clocks are ahead; none if absent. @unit ms */
  readonly aheadMs?: number;
  /** When counting begins by their clocks; after they have settled if absent. UTC ms. */
  readonly countedFrom?: number;
}

/** At which each of them polls. @unit ms */
export const crowdPollMs = 10_000;

/** Connections that those share who have none of their own. */
export const sharedConnections = 32;

/** What the VENs are called. */
export const venIDsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `ven-${String(index + 1).padStart(5, '0')}`);

/** The URL of the VTN for one of them, with a token of its own as real ones have: one that looks like a secret is looked for in all that comes. */
export const urlFor = (venID: string, url: string): string => {
  const { origin, pathname } = new URL(url);
  const token = hash('sha256', venID).slice(0, 32);
  return `${origin}/${token}/${pathname.split('/').slice(2).join('/')}`;
};

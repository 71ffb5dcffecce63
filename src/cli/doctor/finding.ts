import type { Configuration } from '../../adapters/config/config.ts';
import type { TlsMaterial } from '../../adapters/tls/tlsMaterial.ts';
import type { DatabaseAccess } from '../../store/postgres/pool.ts';

/** `good`: as it should be. `warning`: works, and should yet be looked at. `bad`: will not work. */
export type FindingVerdict = 'good' | 'warning' | 'bad';

/** What the doctor found at one place. */
export interface Finding {
  /** What was looked at: `clock`. */
  readonly check: string;
  readonly verdict: FindingVerdict;
  /** One sentence. */
  readonly finding: string;
  /** What to do, when something is to be done. */
  readonly advice?: string;
}

/** What the doctor examines. */
export interface Patient {
  readonly configuration: Configuration;
  /** Absent when the files could not be used. */
  readonly material?: TlsMaterial;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The VEN is one of a fleet, and this is its venID. */
  readonly ven?: string;
  /** Where its log is in a database. */
  readonly access?: DatabaseAccess;
}

/** Looks at one thing. What is wrong there is a finding, not an error. */
export type DoctorCheck = (patient: Patient) => Promise<readonly Finding[]>;

/** Nothing to do here. */
export const good = (check: string, finding: string): Finding => ({ check, verdict: 'good', finding });

const withAdvice = (advice: string | undefined): { readonly advice?: string } =>
  advice === undefined ? {} : { advice };

/** The advice is left out when the finding itself says what to do. */
export const warning = (check: string, finding: string, advice?: string): Finding => ({
  check,
  verdict: 'warning',
  finding,
  ...withAdvice(advice),
});
export const bad = (check: string, finding: string, advice?: string): Finding => ({
  check,
  verdict: 'bad',
  finding,
  ...withAdvice(advice),
});

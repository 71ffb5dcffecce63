import type { TlsProfile } from './world.ts';
import type { ConfiguredDevice } from '../shell/settings/deviceKinds.ts';
import type { Complaint } from '../vtn/complaints.ts';
import type { VtnOptions } from '../vtn/settings.ts';
import type { Proceedings } from './proceedings.ts';

/** What a case wants of the VEN's configuration, where it is not the usual. */
export interface CaseSettings {
  readonly preallocatedVenID?: boolean;
  readonly queryRegistration?: boolean;
  readonly marketContexts?: readonly string[];
  readonly devices?: readonly Partial<ConfiguredDevice>[];
}

/** A certified test case of the VEN, as a scenario. */
export interface TestCase {
  /** As certification calls it: `N1_0030` where the VEN polls, `N0_5030` where it is pushed to. */
  readonly name: string;
  /** What it is about, in a line. */
  readonly title: string;
  /** Rows of the conformance checklist that it tells. */
  readonly rows: readonly string[];
  /** Rows that it tells where the VTN pushes, in the place of those about polls. */
  readonly pushedRows?: readonly string[];
  /** Whether the VTN pushes; absent: it is polled. */
  readonly isPushed?: boolean;
  /** How the embedded VTN is to be. */
  readonly vtn?: Partial<VtnOptions>;
  readonly settings?: CaseSettings;
  /** A negative case: the VEN is to refuse something, so codes beyond 2xx are in order. */
  readonly isNegative?: boolean;
  /** What the embedded VTN says against the VEN because of what the case has it do. */
  readonly excuses?: (complaint: Complaint) => boolean;
  /** Whether the VTN breaks the schema or the rules on purpose. */
  readonly vtnBreaksRules?: boolean;
  /** The profile of TLS that it is about, with certificates on both sides; absent: it is about none. */
  readonly tlsProfile?: TlsProfile;
  /** Whether any VTN does its part by itself; absent: somebody has to have it do what the case needs. */
  readonly isUnaided?: boolean;
  /** What only a person can see or do, where the VTN is somebody else's. */
  readonly byHand?: string;
  readonly run: (t: Proceedings) => Promise<void>;
}

/** A case that is not run, and why. */
export interface SkippedCase {
  readonly name: string;
  readonly title: string;
  /** The item of the PICS, or what of the build is missing. */
  readonly because: string;
  /** Whether the VTN pushes in it. */
  readonly isPushed?: boolean;
}

/** Why a case was not run, or not to its end, where somebody ended the whole run. */
export const brokenOff = 'the run was broken off';

/** What came of a case. */
export type CaseVerdict = 'passed' | 'failed' | 'skipped' | 'not run';

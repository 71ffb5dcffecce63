import type { KnownEntry } from '../../facts/fact.ts';
import type { AgentStarted } from '../../facts/input.ts';
import type { Registered, RegistrationEnded } from '../../facts/output.ts';
import type { Projection } from '../projection.ts';
import { type Keep, type Prunable, pruned } from './pruned.ts';

/** Where the VEN stands with its VTN. It keeps no past, so it is as small after years as on the first day. */

/** Who we are, as the run was told. */
export interface RunView {
  readonly startedAt: number;
  readonly agent: string;
  readonly machines: string;
  readonly venID: string;
  readonly venName: string;
  readonly timeZone: string;
  /** Null while it runs, or when it ended without a word. */
  readonly stoppedBecause: string | null;
  readonly starts: number;
}

/** The registration, its reports, and what keeps it from being there. */
export interface RegistrationState extends Prunable {
  readonly status: 'unregistered' | 'registered' | 'refused';
  readonly run: RunView | null;
  readonly registrationID: string | null;
  readonly venID: string | null;
  readonly vtnID: string | null;
  readonly requestedPollFreqMs: number | null;
  readonly registeredAt: number | null;
  /** The last time it was confirmed or made. */
  readonly renewedAt: number | null;
  readonly renewals: number;
  readonly refused: { readonly at: number; readonly responseCode: string; readonly responseDescription: string } | null;
  readonly ended: { readonly at: number; readonly by: RegistrationEnded['by'] } | null;
  /** Null when the VTN has to be told again. */
  readonly reportsRegisteredAt: number | null;
  readonly reportSpecifierIDs: readonly string[];
  readonly backoff: {
    readonly at: number;
    readonly attempt: number;
    readonly untilAt: number;
    readonly because: string;
  } | null;
}

const initial: RegistrationState = {
  status: 'unregistered',
  run: null,
  registrationID: null,
  venID: null,
  vtnID: null,
  requestedPollFreqMs: null,
  registeredAt: null,
  renewedAt: null,
  renewals: 0,
  refused: null,
  ended: null,
  reportsRegisteredAt: null,
  reportSpecifierIDs: [],
  backoff: null,
  prunedDay: 0,
};

const started = (state: RegistrationState, { versions, settings }: AgentStarted, at: number): RegistrationState => {
  const known = settings ?? state.run;
  if (known === null) return state; // the settings are lost, and with them whose run it is
  const { venID, venName, timeZone } = known;
  return {
    ...state,
    run: {
      startedAt: at,
      agent: versions.agent,
      machines: versions.machines,
      venID,
      venName,
      timeZone,
      stoppedBecause: null,
      starts: (state.run?.starts ?? 0) + 1,
    },
  };
};

const registered = (state: RegistrationState, data: Registered, at: number): RegistrationState => ({
  ...state,
  status: 'registered',
  registrationID: data.registrationID,
  venID: data.venID,
  vtnID: data.vtnID,
  requestedPollFreqMs: data.requestedPollFreqMs ?? null,
  registeredAt: data.renewed ? (state.registeredAt ?? at) : at,
  renewedAt: at,
  renewals: data.renewed ? state.renewals + 1 : 0,
  refused: null,
  ended: null,
  reportsRegisteredAt: data.renewed ? state.reportsRegisteredAt : null,
  backoff: null,
});

const take = (state: RegistrationState, entry: KnownEntry): RegistrationState => {
  const at = entry.recordedAt;
  switch (entry.type) {
    case 'AgentStarted':
      return started(state, entry.data, at);
    case 'AgentStopped':
      return state.run === null ? state : { ...state, run: { ...state.run, stoppedBecause: entry.data.because } };
    case 'Registered':
      return registered(state, entry.data, at);
    case 'RegistrationRefused':
      return { ...state, status: 'refused', refused: { at, ...entry.data } };
    case 'RegistrationEnded':
      return {
        ...state,
        status: 'unregistered',
        registrationID: null,
        ended: { at, by: entry.data.by },
        reportsRegisteredAt: null,
      };
    case 'ReportsRegistered':
      return { ...state, reportsRegisteredAt: at, reportSpecifierIDs: entry.data.reportSpecifierIDs };
    case 'BackoffStarted':
      return {
        ...state,
        backoff: { at, attempt: entry.data.attempt, untilAt: at + entry.data.delayMs, because: entry.data.because },
      };
    case 'MessageReceived':
    case 'EmptyReplyReceived':
    case 'QuietPollsSummarised':
      return state.backoff === null ? state : { ...state, backoff: null };
    default:
      return state;
  }
};

/** The registration. */
export const registrationProjection = (keep: Keep = {}): Projection<RegistrationState> =>
  pruned({ name: 'registration', version: '1', initial, take, prune: (state) => state }, keep);

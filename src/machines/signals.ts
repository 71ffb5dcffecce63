import type { OadrUpdateReport } from '../protocol/messages/oadrUpdateReport.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import type { PlannedDevice } from '../facts/planning.ts';
import type { OptTerms } from '../facts/opts.ts';
import type { Purpose } from '../facts/output.ts';
import type { ResourceUsage } from '../facts/usage.ts';
import type { Failure, Wanted } from './wanted.ts';
import type { Objection } from './objection.ts';

/** A report ready to be sent, waiting for its turn. */
export interface QueuedReport {
  readonly reportRequestID: string;
  readonly message: OadrUpdateReport;
  /** The usage it carries; absent for status and history. */
  readonly deliveryID?: string;
  /** Whether the VTN must be known to remember its requests before it is sent. */
  readonly needsFreshRequests: boolean;
  readonly attempt: number;
}

/**
 * How far a resynchronisation goes. `nothing`: back to where we were. `events`: events only. `renewal`: party. `asked`: party and events, after the VTN was asked who
 * it is and whether it has us. `full`: party, metadata, events. `anew`: the same, as if we had never been registered. Metadata and
 * events follow wherever the party turns out to be another one.
 */
export type Bootstrap = 'nothing' | 'events' | 'renewal' | 'full' | 'anew' | 'asked';

/**
 * What machines tell one another within a step. A signal is not recorded: it follows from the input and the state,
 * and a replay makes it anew. `src/reactions` says who hears it.
 */
export type Signal =
  | { readonly type: 'exchange.wanted'; readonly wanted: Wanted }
  | { readonly type: 'exchange.started'; readonly wanted: Wanted; readonly exchangeID: string }
  | {
      readonly type: 'exchange.answered';
      readonly wanted: Wanted;
      readonly exchangeID: string;
      readonly message: OadrMessage | null;
    }
  | {
      readonly type: 'exchange.failed';
      readonly wanted: Wanted;
      readonly exchangeID: string;
      readonly failure: Failure;
    }
  | { readonly type: 'message.received'; readonly purpose: Purpose; readonly message: OadrMessage }
  /** A pushed request is to be heard. */
  | { readonly type: 'request.taken'; readonly message: OadrMessage }
  | {
      readonly type: 'requests.answered';
      readonly requestID: string;
      readonly fault: Objection | null;
      readonly cancelled: boolean;
      /** What will be pending once the requests or their cancellation have taken effect; what is pending now when absent. */
      readonly pending?: readonly string[];
    }
  | { readonly type: 'line.held' }
  | { readonly type: 'line.opened' }
  | { readonly type: 'line.cleared' }
  /** The lifecycle takes back what it wanted sent and nobody has begun to send. */
  | { readonly type: 'line.withdrawn'; readonly purposes: readonly Purpose[] }
  /** By a person: also when a person had us stay away before. */
  | { readonly type: 'resync.wanted'; readonly bootstrap: Bootstrap; readonly byPerson?: boolean }
  /** Nobody asks for usage: the VTN is to be given reason to. */
  | { readonly type: 'asking.wanted'; readonly bootstrap: Bootstrap }
  /** The VTN refused usage for the nth time: it is owed, and wants a fresh request. */
  | { readonly type: 'usage.refused'; readonly times: number }
  | { readonly type: 'report.wanted'; readonly report: QueuedReport }
  /** A report request asks which stretch it is to tell next, and whether now. */
  | { readonly type: 'turn.wanted'; readonly reportRequestID: string }
  | { readonly type: 'readings.wanted'; readonly reportRequestID: string }
  | { readonly type: 'content.wanted'; readonly reportRequestID: string }
  | { readonly type: 'answer.wanted'; readonly eventID: string }
  /** An opt is to be told to the VTN, or to be forgotten by it. */
  | { readonly type: 'opt.wanted'; readonly optID: string; readonly isCancelled: boolean }
  /** An opt is over that the VTN has not taken: it may have heard it all the same. `unanswered`: how often it was asked in vain. */
  | { readonly type: 'opt.unheard'; readonly terms: OptTerms; readonly unanswered: number }
  /** The VTN forbids saying an opt again, by its HTTP status. @rule 2.0b §9.1.5 */
  | { readonly type: 'opt.dropped'; readonly wanted: Wanted; readonly failure: Failure }
  /** An answer about DR events was given up, for the VTN fails on it: it owes us nothing, we owe it that. */
  | { readonly type: 'answer.dropped' }
  /** A device does not answer, however often it is asked; or it does again. */
  | { readonly type: 'device.silent' | 'device.heard'; readonly resourceID: string }
  /** What the devices are to do by what the site knows now; one that is not named is left alone. */
  | { readonly type: 'slots.given'; readonly devices: readonly PlannedDevice[] };

/** The content of a report, made from the views for a report request. */
export interface ReportContent {
  readonly message: OadrUpdateReport;
  /** Energy it carries, when it is a usage report with energy. */
  readonly usage?: readonly ResourceUsage[];
  /** The requestID of an earlier sending of that energy that the VTN may have counted. */
  readonly repeats?: string;
}

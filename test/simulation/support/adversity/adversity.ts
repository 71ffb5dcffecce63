import type { VenSettings } from '../../../../src/facts/settings.ts';
import type { MessageName } from '../../../../src/protocol/payload.ts';
import type { VtnOptions } from '../../../../src/vtn/settings.ts';
import type { Tampering } from '../../../../src/vtn/faults/tampering.ts';

/**
 * What an adversary thinks of beside the troubles of single exchanges. Each seed has about half of these themes, so that
 * the others are not drowned by them; `--without` leaves out more.
 */
export const themes = [
  'devices',
  'drEvents',
  'oddDrEvents',
  'reportRequests',
  'silentRestarts',
  'newVtnIDs',
  'transientCodes',
  'troubledServices',
  'retryAfter',
  'refusedToken',
  'echoes',
  'vtnClock',
  'repeats',
  'planner',
  'deviceFaults',
  'clock',
  'backups',
  'directories',
  'secondVens',
  'opts',
  'signed',
  'badDays',
  'lostPolls',
  'heavy',
] as const;

export type Theme = (typeof themes)[number];

/** A DR event with something odd about it; what a VEN may do about each is in `oddDrEvents.ts`. */
export type OddDrEvent =
  | 'nanPrice'
  | 'negativeDuration'
  | 'zeroDuration'
  | 'yearsLong'
  | 'unsupportedBesidePrices'
  | 'sumDiffers'
  | 'loadDispatch'
  | 'foreignCurrency';

/** A request for reports that no polite VTN would make; all of them are in `reportRequests.ts`. */
export type OddRequest =
  | 'negativeLength'
  | 'zeroLength'
  | 'hugeLength'
  | 'yearOne'
  | 'pastStart'
  | 'everySecond'
  | 'negativePace'
  | 'hugePace'
  | 'onChange'
  | 'statusOnChange'
  | 'longHistory'
  | 'quarters'
  | 'unknownPoint'
  | 'many';

/** How somebody on our side fails. */
export type Failing = 'rejects' | 'throws' | 'isSilent' | 'isLate';

/** What lies where the data directory was: nothing, for a while or for good, or an older copy of it. */
export type ReplacedBy = 'nothingForAWhile' | 'nothing' | 'anOlderCopy';

/** Which log a second machine with the same venID has: a copy of ours, or one of its own. */
export type SecondVenKind = 'copy' | 'stranger';

/** What a person opts by EiOpt, and takes back. */
export type Opting =
  | {
      readonly do: 'optForTime';
      readonly startInMs: number;
      readonly lengthMs: number | null;
      readonly device: number | null;
    }
  | { readonly do: 'optOfEvent'; readonly optType: 'optIn' | 'optOut' }
  | { readonly do: 'takeOptBack' };

/** What goes wrong on an ordinary bad day of a VTN's operator, or of who stands between. */
export type BadDay =
  /** Somebody in between answers with what was for the last request of its kind. */
  | { readonly do: 'answerWithPrevious'; readonly on: MessageName; readonly times: number }
  /** The VTN asks for quite another pace, and for the former one a while later. */
  | { readonly do: 'changePace'; readonly pollFreq: 'PT1S' | 'P1D'; readonly forMs: number }
  /** A day's prices are said to be an hour later, and where they were a while later. */
  | { readonly do: 'movePrices'; readonly byMs: number; readonly forMs: number }
  /** All report requests are cancelled with the answer to the next report. */
  | { readonly do: 'cancelReportsInFlight'; readonly reportToFollow: boolean }
  /**
   * Prices of a day that is over, and told, are corrected; those of the next day come out after midnight; there are two DR events whose eventIDs
   * differ in case alone, and one of them is cancelled.
   */
  | { readonly do: 'correctYesterday' | 'pricesAfterMidnight' | 'twinDrEvents' }
  /** The answer to a poll that hands out other prices is lost, and what would ask for them is told to register anew. */
  | { readonly do: 'losePollBeforeRenewal'; readonly by: 'dropAfter' | 'resetAfter' | 'hangAfter' | 'empty' };

/** Something an adversary does. */
export type Adversity =
  | BadDay
  | { readonly do: 'crowdDrEvents'; readonly count: number; readonly withPrices: boolean }
  | { readonly do: 'modifyCrowd'; readonly count: number }
  | { readonly do: 'oddDrEvent'; readonly odd: OddDrEvent; readonly startInMs: number }
  | { readonly do: 'askOddly'; readonly odd: OddRequest }
  | {
      readonly do: 'restartSilently';
      readonly registrations: 'kept' | 'forgotten';
      readonly events: 'kept' | 'renamed';
    }
  | { readonly do: 'changeVtnID'; readonly withRestart: boolean }
  | { readonly do: 'answerWithCode'; readonly responseCode: string; readonly on: MessageName; readonly times: number }
  | {
      readonly do: 'troubleService';
      readonly on: MessageName | 'any';
      readonly status: number;
      readonly times: number;
      readonly forMs: number;
      readonly processed: boolean;
      readonly retryAfterSeconds: number;
    }
  | { readonly do: 'echoSecret'; readonly times: number }
  | { readonly do: 'setVtnClock'; readonly offsetMs: number; readonly forMs: number }
  | { readonly do: 'repeatEvents'; readonly forMs: number }
  | { readonly do: 'failPlanner'; readonly failing: Failing; readonly forMs: number }
  | {
      readonly do: 'failDevice';
      readonly failing: Failing;
      readonly what: 'read' | 'apply';
      readonly device: number;
      readonly forMs: number;
    }
  | { readonly do: 'setClock'; readonly jumpMs: number; readonly forMs: number }
  | { readonly do: 'restoreBackup'; readonly ageMs: number; readonly downMs: number }
  | { readonly do: 'replaceDirectory'; readonly by: ReplacedBy; readonly ageMs: number; readonly downMs: number }
  | Opting
  /** The next answers of a service, or of any, are not what the VTN signed. */
  | { readonly do: 'tamper'; readonly how: Tampering; readonly on: MessageName | 'any'; readonly times: number }
  | { readonly do: 'secondVen'; readonly as: SecondVenKind; readonly forMs: number }
  /** The disk takes its time; or the VTN’s next answers have descriptions and comments of 100 kB. */
  | { readonly do: 'hangDisk'; readonly forMs: number }
  | { readonly do: 'longTexts'; readonly times: number };

/** What the themes of a seed make of its world, and what happens in it when. */
export interface AdversePlan {
  readonly themes: readonly Theme[];
  readonly devices: number;
  readonly vtn: Partial<VtnOptions>;
  readonly settings: Partial<VenSettings>;
  readonly happenings: readonly { readonly afterMs: number; readonly happening: Adversity }[];
}

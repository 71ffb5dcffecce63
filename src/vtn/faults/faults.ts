import type { MessageName, OadrMessage } from '../../protocol/payload.ts';
import type { OadrServiceName } from '../../protocol/types/enumerations.ts';
import type { VtnID } from '../../protocol/types/identifiers.ts';
import type { ResponseCode } from '../../protocol/types/responseCode.ts';
import type { Duration } from '../../protocol/types/scalars.ts';
import type { EventsAfterRestart } from '../events/eventBoard.ts';
import { createRandom } from '../random.ts';
import type { Random, Seed } from '../random.ts';
import type { ReportScript } from '../reportScript.ts';
import { tamperings } from './tampering.ts';
import type { Tampering } from './tampering.ts';
import { pushWithin } from '../bounded.ts';

/** What a VTN still knows after a restart; report requests are always forgotten. */
export interface RestartOptions {
  readonly registrations?: 'kept' | 'forgotten';
  readonly events?: EventsAfterRestart;
  /** Whether it says nothing of what it has forgotten: whoever it does not know is answered with 200, and gets nothing. */
  readonly silently?: boolean;
  /** The vtnID it goes by afterwards, if it is another. */
  readonly vtnID?: VtnID;
}

/**
 * What can go wrong, each by the name it has in a script.
 *
 * `…Before`: the VTN never saw the request. `…After`: it has done everything asked, and only the answer is lost; for a
 * usage report or a polled price this is the one that costs money.
 */
export type Fault =
  /** The connection closes without an answer; `reset` does so rudely, `hang` never answers at all. */
  | { readonly do: 'dropBefore' | 'dropAfter' | 'resetBefore' | 'resetAfter' | 'hangBefore' | 'hangAfter' }
  /** The answer comes late. @unit ms */
  | { readonly do: 'delay'; readonly delayMs: number }
  /** An HTTP error; `processed` says whether the request was acted on all the same. @unit s */
  | {
      readonly do: 'status';
      readonly status: number;
      readonly retryAfterSeconds?: number;
      readonly processed?: boolean;
    }
  | { readonly do: 'redirect'; readonly status?: 301 | 302 | 307 | 308; readonly location?: string }
  /** The page of a captive portal, with 200, from someone who is not the VTN. */
  | { readonly do: 'html' }
  /** The request was acted on, and the answer is spoilt. */
  | { readonly do: 'truncated' | 'malformed' | 'schemaInvalid' | 'empty' | 'slowLoris' | 'oversized' }
  /** The request was acted on, and the signed answer is not what the VTN signed; where nothing is signed it is left alone. */
  | { readonly do: 'tampered'; readonly how: Tampering }
  /** Any text in the place of the answer; the request was acted on. */
  | { readonly do: 'body'; readonly body: string; readonly contentType?: string }
  /** Another message in the place of the answer; the request was not acted on. */
  | { readonly do: 'answer'; readonly message: OadrMessage }
  /** The answer to the last request of its kind once more, from somebody in between who keeps answers; this one was not acted on. */
  | { readonly do: 'previousAnswer' }
  /** Asks for a registration instead of acting on the request. */
  | { readonly do: 'requestReregistration' }
  /** Refuses inside HTTP 200; the request was acted on, as it happens. */
  | { readonly do: 'responseCode'; readonly responseCode: ResponseCode }
  /** The VTN restarts before the request is handled. */
  | ({ readonly do: 'restart' } & RestartOptions)
  | { readonly do: 'forgetReportRequests' }
  /** A polled message is handed out again by the next poll; or the last one waiting is handed out first. */
  | { readonly do: 'duplicatePolled' | 'reorderPolled' }
  | { readonly do: 'wrongVtnID' | 'wrongVenID' }
  /** The answer is to another request: to `another.request`, unless another is named. */
  | { readonly do: 'wrongRequestID'; readonly requestID?: string }
  /** The VTN goes by another vtnID from now on. */
  | { readonly do: 'newVtnID'; readonly vtnID: VtnID }
  /** A poll hands out all DR events although nothing has changed: a list that never empties. */
  | { readonly do: 'repeatEvents' }
  /** The answer shows a text that a VTN should keep to itself: in its description, and in the comments of its DR events. */
  | { readonly do: 'echo'; readonly text: string }
  /** DR events with an older version's number; or with the same number and other prices. */
  | { readonly do: 'lowerModificationNumber' | 'sameNumberOtherContent' }
  /** The Date header is off. @unit ms */
  | { readonly do: 'wrongClock'; readonly offsetMs: number }
  /** The VTN asks for another poll frequency from now on, and by re-registration. */
  | { readonly do: 'pollFreq'; readonly pollFreq: Duration }
  | { readonly do: 'cancelRegistration' }
  /** Asks for no usage report when reports are registered. */
  | { readonly do: 'askNoUsage' }
  /** Cancels all report requests by the next poll, or with the next oadrUpdatedReport. */
  | { readonly do: 'cancelReports' | 'cancelReportsInAnswer'; readonly reportToFollow: boolean }
  | { readonly do: 'askReport'; readonly ask: ReportScript }
  | PushFault;

/** What can go wrong with what is pushed. */
export type PushFault =
  /** Nothing is pushed any more for an hour, or as long as is said. @unit ms */
  | { readonly do: 'pushSilent'; readonly forMs?: number }
  /** What is pushed is not what the VTN signed, and then comes again as it should; of a VTN that signs nothing it means nothing. */
  | { readonly do: 'pushTampered'; readonly how: Tampering }
  /**
   * `pushReplyLost`: it was taken and answered, and the reply is lost, so it is pushed again; `pushTwice`: so it is for no reason.
   * `pushReordered`: the second of what waits comes before the first. The others come a byte at a time, for another VEN, from another
   * VTN, or far too large, and then again as they should.
   */
  | {
      readonly do:
        'pushReplyLost' | 'pushTwice' | 'pushReordered' | 'pushSlow' | 'pushWrongVenID' | 'pushWrongVtnID' | 'pushHuge';
    };

const pushFaults: ReadonlySet<string> = new Set<PushFault['do']>([
  'pushSilent',
  'pushTampered',
  'pushReplyLost',
  'pushTwice',
  'pushReordered',
  'pushSlow',
  'pushWrongVenID',
  'pushWrongVtnID',
  'pushHuge',
]);

const isPushFault = (fault: Fault): fault is PushFault => pushFaults.has(fault.do);

/** The name of a fault. */
export type FaultName = Fault['do'];

/** A fault that waits for its moment. */
export type FaultRule = Fault & {
  /** The messages or services it strikes; without it, any. */
  readonly on?: MessageName | OadrServiceName | readonly (MessageName | OadrServiceName)[];
  /** How often it strikes; 1 unless said otherwise. */
  readonly times?: number;
  /** How many matching requests pass before it strikes. */
  readonly skip?: number;
  /** From then on it strikes no more. @unit UTC ms */
  readonly untilAt?: number;
};

/** Faults by chance: each with its own probability per request. */
export interface FaultOptions {
  readonly seed?: Seed;
  readonly probabilities?: Partial<Record<FaultName, number>>;
  /** @unit ms */
  readonly longestDelayMs?: number;
}

/** A fault that has struck. */
export interface FaultRecord {
  readonly at: number;
  readonly service: OadrServiceName;
  readonly message?: MessageName;
  readonly fault: Fault;
}

/** The faults of a VTN. */
export interface Faults {
  /** Lets a fault strike the next matching request. */
  readonly next: (rule: FaultRule) => void;
  /** Ends all faults, scripted and by chance: from here on the VTN is well. */
  readonly heal: () => void;
  /** Sets probabilities; the rest stay. */
  readonly byChance: (probabilities: Partial<Record<FaultName, number>>) => void;
  /** What has struck, oldest first. @limit 10000 */
  readonly struck: readonly FaultRecord[];
  /** Which faults strike a request, and notes them. */
  readonly draw: (at: number, service: OadrServiceName, message: MessageName | undefined) => readonly Fault[];
  /** Which faults strike what is pushed next, and notes them. */
  readonly drawForPush: (at: number, service: OadrServiceName, message: MessageName) => readonly PushFault[];
}

const struckLimit = 10_000;

interface Waiting {
  readonly rule: FaultRule;
  times: number;
  skip: number;
}

const isStruck = ({ on }: FaultRule, service: OadrServiceName, message: MessageName | undefined): boolean => {
  if (on === undefined) return true;
  const names: readonly string[] = typeof on === 'string' ? [on] : on;
  return names.includes(service) || (message !== undefined && names.includes(message));
};

const isOver = ({ untilAt = Infinity }: FaultRule, at: number): boolean => at >= untilAt;

/** One of each kind per request: two scripted drops strike two requests one after the other. */
const takeScripted = (
  waiting: Waiting[],
  at: number,
  service: OadrServiceName,
  message: MessageName | undefined,
  isForPush: boolean,
): Fault[] => {
  const taken = new Map<FaultName, Fault>();
  for (const one of [...waiting]) {
    if (isOver(one.rule, at)) waiting.splice(waiting.indexOf(one), 1);
    if (isPushFault(one.rule) !== isForPush) continue;
    if (isOver(one.rule, at) || taken.has(one.rule.do) || !isStruck(one.rule, service, message)) continue;
    if (one.skip > 0) {
      one.skip -= 1;
      continue;
    }
    one.times -= 1;
    taken.set(one.rule.do, one.rule);
    if (one.times <= 0) waiting.splice(waiting.indexOf(one), 1);
  }
  return [...taken.values()];
};

/** A fault by chance, with particulars by chance. */
const chanceFault = (name: FaultName, random: Random, longestDelayMs: number): Fault => {
  switch (name) {
    case 'delay':
      return { do: 'delay', delayMs: random.integer(1, longestDelayMs) };
    case 'status':
      return {
        do: 'status',
        status: random.pick([400, 403, 404, 429, 500, 502, 503]),
        processed: random.chance(0.5),
        ...(random.chance(0.5) ? { retryAfterSeconds: random.integer(1, 60) } : {}),
      };
    case 'redirect':
      return { do: 'redirect', status: random.pick([301, 302, 307, 308]) };
    case 'restart':
      return {
        do: 'restart',
        registrations: random.pick(['kept', 'forgotten']),
        events: random.pick(['kept', 'kept', 'renamed']),
      };
    case 'wrongClock':
      return { do: 'wrongClock', offsetMs: random.integer(-86_400_000, 86_400_000) };
    case 'newVtnID':
      return { do: 'newVtnID', vtnID: `ter_vtn_1.${random.integer(1, 9)}` };
    case 'echo':
      return { do: 'echo', text: 'a text that was to be echoed' };
    case 'pollFreq':
      return { do: 'pollFreq', pollFreq: random.pick(['PT5S', 'PT10S', 'PT30S', 'PT1M']) };
    case 'responseCode':
      return { do: 'responseCode', responseCode: random.pick(['450', '452', '454', '459', '463', '469']) };
    case 'tampered':
    case 'pushTampered':
      return { do: name, how: random.pick(tamperings) };
    case 'cancelReports':
    case 'cancelReportsInAnswer':
      return { do: name, reportToFollow: random.chance(0.5) };
    case 'askReport':
      return { do: 'askReport', ask: { kind: random.pick(['oneShot', 'metadata']) } };
    case 'body':
      return { do: 'body', body: random.pick(['', 'OK', '{}', '<oadrPayload/>']) };
    case 'answer':
      return { do: 'answer', message: { message: 'oadrResponse', eiResponse: { responseCode: '500', requestID: '' } } };
    case 'pushSilent':
      return { do: 'pushSilent', forMs: random.integer(60_000, 4 * 3_600_000) };
    default:
      return { do: name } as Fault;
  }
};

/** Opens the faults of a VTN; the same seed and the same requests meet the same faults. */
export const openFaults = (options: FaultOptions, seed: Seed): Faults => {
  const waiting: Waiting[] = [];
  const struck: FaultRecord[] = [];
  let probabilities: Partial<Record<FaultName, number>> = options.probabilities ?? {};
  let requests = 0;
  let pushes = 0;

  const byChance = (isForPush: boolean): Fault[] => {
    const names = (Object.keys(probabilities) as FaultName[]).filter((name) => pushFaults.has(name) === isForPush);
    if (names.length === 0) return [];
    const random = isForPush
      ? createRandom(options.seed ?? seed, 'push faults', pushes)
      : createRandom(options.seed ?? seed, 'faults', requests);
    return names.flatMap((name) =>
      random.chance(probabilities[name] ?? 0) ? [chanceFault(name, random, options.longestDelayMs ?? 120_000)] : [],
    );
  };

  const note = (record: FaultRecord): void => {
    pushWithin(struckLimit, struck, record);
  };

  return {
    next: (rule) => void waiting.push({ rule, times: rule.times ?? 1, skip: rule.skip ?? 0 }),
    heal: () => {
      waiting.length = 0;
      probabilities = {};
    },
    byChance: (changed) => {
      probabilities = { ...probabilities, ...changed };
    },
    struck,
    draw: (at, service, message) => {
      requests += 1;
      const faults = [...takeScripted(waiting, at, service, message, false), ...byChance(false)];
      for (const fault of faults) note({ at, service, ...(message === undefined ? {} : { message }), fault });
      return faults;
    },
    drawForPush: (at, service, message) => {
      pushes += 1;
      const faults = [...takeScripted(waiting, at, service, message, true), ...byChance(true)].filter(isPushFault);
      for (const fault of faults) note({ at, service, message, fault });
      return faults;
    },
  };
};

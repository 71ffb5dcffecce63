import type { Planner } from '../dispatch/planner.ts';
import type { BadQuality, FailureReason, MeterRead } from '../facts/input.ts';
import type { SignatureTold } from '../facts/signatures.ts';
import type { SignatureFault } from '../protocol/signature/faults.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import type { QuestionPut } from './siteProblem.ts';

/** The doors of the agent: what it needs of the world, and nothing more. Adapters and devices stand behind them. */

/** Gives the time. */
export interface Clock {
  /** UTC milliseconds since the epoch. */
  now(): number;
}

/** Calls at an instant. */
export interface Alarms {
  /**
   * Calls `ring` once, as soon as the clock has reached `at`; gives the way to call it off. @unit ms since the epoch
   *
   * `patienceMs`: for how long others may go first that are due as well, where all at once is too much; none if absent.
   */
  ringAt(at: number, ring: () => void, patienceMs?: number): () => void;
}

/** Gives what must not be foreseen; drawn once per input fact and recorded with it. */
export interface Chance {
  /** An unsigned 32-bit number. */
  uint32(): number;
}

/** What became of verifying a message that came in. */
export type SignatureVerdict =
  | {
      readonly isValid: true;
      readonly told: SignatureTold;
      /** The text that was signed, in its envelope: it alone may be read. */
      readonly signed: string;
    }
  | {
      readonly isValid: false;
      readonly fault: SignatureFault;
      /** What was found and what was expected, one sentence. */
      readonly text: string;
    };

/** A message that was signed: as it goes on the wire, and what its signature says. */
export interface SignedMessage {
  readonly xml: string;
  readonly told: SignatureTold;
}

/** Signs what goes out and verifies what comes in, as one VTN wants it. */
export interface Signatures {
  readonly signs: boolean;
  readonly verifies: boolean;
  /** Signs a message, now. @throws an error whose message is a sentence, when there is no way to */
  sign(xml: string): Promise<SignedMessage>;
  /** Verifies a message, and takes its nonce down. `vtnDate`: the sender's clock as it tells it with the message. UTC ms. */
  verify(xml: string, vtnDate?: number): Promise<SignatureVerdict>;
  /** Takes down what was verified before, from the record: it does not count a second time. */
  remember(told: SignatureTold): void;
}

/** A message on its way out. */
export interface ExchangeRequest {
  readonly service: OadrServiceName;
  /** The XML as it goes on the wire; where messages are signed, as it is to be signed. */
  readonly body: string;
  /** How many resources this VEN has: an answer may name each of them, and may be as long as that takes. None if absent. */
  readonly resources?: number;
  /** Told of the message as it was signed; it is sent when that resolves, and not at all when it rejects. */
  readonly onSigned?: (signed: SignedMessage) => Promise<void>;
}

/** What came of it. An exchange never throws: whatever the network does is an outcome. */
export type ExchangeOutcome =
  | {
      readonly kind: 'answered';
      readonly httpStatus: 200;
      /** XML, or nothing. */
      readonly body: string;
      readonly durationMs: number;
      /** The VTN's own clock as its Date header tells it. UTC ms. */
      readonly vtnDate?: number;
      /** Where signatures are verified: what became of it. */
      readonly signature?: SignatureVerdict;
    }
  | {
      readonly kind: 'failed';
      readonly reason: FailureReason;
      readonly httpStatus?: number;
      readonly retryAfterMs?: number;
      /** True only when it is proved that the VTN cannot have read the message. */
      readonly certainlyNotDelivered: boolean;
      /** One sentence for a person, without secrets. */
      readonly detail: string;
      readonly durationMs: number;
    };

/** The way to the VTN. */
export interface Transport {
  exchange(request: ExchangeRequest): Promise<ExchangeOutcome>;
  close(): Promise<void>;
}

/** A message that came in of itself. */
export interface InboundRequest {
  readonly service: OadrServiceName;
  /** The XML as it came. */
  readonly body: string;
  /** Where signatures are verified: what became of it. */
  readonly signature?: SignatureVerdict;
}

/** What is answered to it. */
export interface InboundReply {
  readonly httpStatus: number;
  /** XML, or nothing; where messages are signed, as it is to be signed. */
  readonly body: string;
  /** Told of it as it was signed; it is given when that resolves, and not at all when it rejects. */
  readonly onSigned?: (signed: SignedMessage) => Promise<void>;
}

/** Answers a request; it never rejects. */
export type InboundAnswerer = (request: InboundRequest) => Promise<InboundReply>;

/** What became of requests and connections at a door, counted since it was opened. */
export interface PushCounts {
  /** By the status they were answered with. */
  readonly answered: Readonly<Record<string, number>>;
  /** Connections that did not come to a request: no certificate, a wrong one, ours not taken, or one too many. */
  readonly turnedAway: number;
  /** When a request was last taken, UTC ms; null before the first. */
  readonly lastTakenAt: number | null;
}

/** The door at which the VTN pushes. */
export interface Listener {
  /** Names who answers from now on; with null nobody does, and requests are turned away. */
  answerWith(answerer: InboundAnswerer | null): void;
  /** What came to it; null while nobody is to push. */
  counts?(): PushCounts | null;
}

/** A device that could not tell its registers. */
export interface ReadingFailure {
  readonly quality: BadQuality;
}

/** What a device is told. */
export interface GivenPower {
  /** Draws (positive) or delivers (negative). @unit W */
  readonly demandWatts: number;
  /** Until when, and no longer. UTC ms. */
  readonly validUntil: number;
  /** Who it has to be, where somebody trusts just that device; whoever else is there is told nothing. */
  readonly serial?: string;
}

/** A metered device, and what it can be told to do. */
export interface Device {
  readonly resourceID: string;
  /**
   * The registers at a boundary: now, or from the device's memory when the boundary has passed.
   * @throws an error with a `quality` (ReadingFailure) when it cannot tell.
   */
  read(boundaryAt: number): Promise<MeterRead>;
  /**
   * Draws or delivers until the instant, and no longer.
   * @throws an error with `foundSerial` when another device is there than is meant.
   */
  apply(setpoint: GivenPower): Promise<void>;
  /** Leaves the device to itself. */
  release(): Promise<void>;
  /** Lets go of the way to it. */
  close?(): Promise<void>;
}

/** Where the agent says what happens, for people. Redaction is the sink's concern. */
export interface Journal {
  info(text: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(text: string, fields?: Readonly<Record<string, unknown>>): void;
  error(text: string, fields?: Readonly<Record<string, unknown>>): void;
  debug(text: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Keeps what the planner is asked. */
export interface QuestionKeeper {
  /** Returns at once. `position`: of the fact that asks. */
  keep(position: number, question: QuestionPut): void;
}

/** All doors together: what a run is given of the world. */
export interface Ports {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly chance: Chance;
  readonly transport: Transport;
  /** Absent: nobody pushes to us. */
  readonly listener?: Listener;
  readonly devices: ReadonlyMap<string, Device>;
  readonly planner: Planner;
  /** Absent: what it is asked is found out again by whoever wants to know. */
  readonly questions?: QuestionKeeper;
  readonly journal: Journal;
}

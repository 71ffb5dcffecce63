/**
 * What of a step goes into the log, and when.
 *
 * Everything does, as one append, before anything acts on it; with one exception. A poll that brings nothing is the most
 * frequent thing a VEN does and changes nothing: it is held back until its reply is known, and when nothing came of it, it
 * is only counted. The count is written as one fact when something else happens, or when an hour has passed.
 * A poll that brings something is written in full, before anything acts on what it brought.
 */
import type { Draft } from '../facts/entry.ts';
import { factVersions, type Input } from '../facts/fact.ts';
import { delayOfTimer } from '../facts/timerName.ts';
import type { QuietPollsSummarised } from '../facts/input.ts';
import { responseOf } from '../machines/exchange/replies.ts';
import type { EventLog, Wire } from '../store/eventLog.ts';
import type { AgentState } from '../core/state.ts';
import type { StepInput, StepOutput, StepResult } from '../core/step.ts';

/** How long polls are counted before the count is written. @unit ms */
export const summariseEveryMs = 3_600_000;

/** One step's facts on their way into the log. */
export interface Recording {
  readonly input: StepInput;
  readonly cause: number | null;
  readonly outputs: readonly StepOutput[];
  /** XML of messages: -1 for the input, else the index of the output. */
  readonly wires: readonly { readonly index: number; readonly xml: string }[];
}

interface QuietRun {
  count: number;
  firstAt: number;
  lastAt: number;
  nextPollAt: number;
  lastPollAt: number;
  lastSerial: number;
  roundTripTotalMs: number;
  roundTripMaxMs: number;
  runID: string;
}

/** The delay after which the VTN is polled. */
const pollDelay = 'oadrRequestedOadrPollFreq';

const isPollDue = ({ input }: StepInput): boolean =>
  input.type === 'TimerFired' && delayOfTimer(input.data.timer) === pollDelay;

const isPollSent = (outputs: readonly StepOutput[]): boolean =>
  outputs.length === 1 && outputs[0]?.fact.type === 'SendRequested' && outputs[0].fact.data.purpose === 'poll';

/** A reply that says "nothing" and leads to nothing. */
const isQuietReply = (input: Input, outputs: readonly StepOutput[]): boolean => {
  if (outputs.length > 0) return false;
  if (input.type === 'EmptyReplyReceived') return true;
  if (input.type !== 'MessageReceived' || input.data.message.message !== 'oadrResponse') return false;
  return responseOf(input.data.message)?.responseCode.startsWith('2') ?? false;
};

/** The machines that a quiet poll changes: its summary tells them what they need. */
const polling: ReadonlySet<string> = new Set(['ven', 'exchange']);

/** Whether a step has changed nobody but these. Who sleeps was not asked, and is not woken. */
const changesTheseAlone = (before: AgentState, after: AgentState): boolean =>
  [...before.streams.awake].every(
    ([machine, shelf]) => polling.has(machine) || after.streams.awake.get(machine) === shelf,
  );

const exchangeOf = (input: Input): string | null => ('exchangeID' in input.data ? input.data.exchangeID : null);

export class Recorder {
  readonly #log: EventLog;
  /** A poll, and its signature. */
  #held: { readonly recordings: readonly Recording[]; readonly exchangeID: string } | null = null;
  #quiet: QuietRun | null = null;

  constructor(log: EventLog) {
    this.#log = log;
  }

  /** The position that the next step's input will have. */
  get nextPosition(): number {
    const held = (this.#held?.recordings ?? []).reduce((sum, { outputs }) => sum + 1 + outputs.length, 0);
    return this.summaryPosition + (this.#quiet === null ? 0 : 1) + held;
  }

  /** Whether the log has all that was recorded: no poll is held back, and none is only counted. */
  get holdsNothing(): boolean {
    return this.#held === null && this.#quiet === null;
  }

  /** The position that a summary of quiet polls would have now. */
  get summaryPosition(): number {
    return this.#log.head.position + 1;
  }

  /** Whether a step only begins a poll, or signs the one that is held: it may act without being on disk. */
  mayHold({ input, ...step }: StepInput, outputs: readonly StepOutput[]): boolean {
    if (this.#held === null) return isPollDue({ input, ...step }) && isPollSent(outputs);
    return input.type === 'MessageSigned' && input.data.exchangeID === this.#held.exchangeID && outputs.length === 0;
  }

  /** Holds a poll back until its reply is known. */
  hold(recording: Recording): void {
    const sent = recording.outputs[0]?.fact;
    if (sent?.type === 'SendRequested') this.#held = { recordings: [recording], exchangeID: sent.data.exchangeID };
    else if (this.#held !== null) this.#held = { ...this.#held, recordings: [...this.#held.recordings, recording] };
  }

  /**
   * Whether this step is the quiet end of the poll that is held back: it says nothing, and nobody else has learnt from it, as of a
   * clock that comes to be in doubt.
   */
  endsQuietly({ input }: StepInput, { state, outputs }: StepResult, before: AgentState): boolean {
    const isItsReply = this.#held !== null && exchangeOf(input) === this.#held.exchangeID;
    return isItsReply && isQuietReply(input, outputs) && changesTheseAlone(before, state);
  }

  /** Counts the held poll as quiet. `nextPollAt`: when the next one is due. Returns whether the count should be written now. */
  countQuiet(input: StepInput, nextPollAt: number, lastSerial: number): boolean {
    const roundTripMs = 'roundTripMs' in input.input.data ? input.input.data.roundTripMs : 0;
    const at = input.recordedAt;
    const sentAt = this.#held?.recordings[0]?.input.recordedAt ?? at;
    this.#held = null;
    const run = (this.#quiet ??= {
      count: 0,
      firstAt: sentAt,
      lastAt: at,
      nextPollAt,
      lastPollAt: sentAt,
      lastSerial,
      roundTripTotalMs: 0,
      roundTripMaxMs: 0,
      runID: input.runID,
    });
    run.count += 1;
    run.lastAt = at;
    run.nextPollAt = nextPollAt;
    run.lastPollAt = sentAt;
    run.lastSerial = lastSerial;
    run.roundTripTotalMs += roundTripMs;
    run.roundTripMaxMs = Math.max(run.roundTripMaxMs, roundTripMs);
    return at - run.firstAt >= summariseEveryMs;
  }

  /** Writes what is counted and held, and the recording after it, as one append. Resolves when it is on disk. */
  async record(recording?: Recording): Promise<void> {
    const drafts: Draft[] = [];
    const wires: Wire[] = [];
    if (this.#quiet !== null) drafts.push(summaryDraft(this.#quiet));
    for (const each of this.#held?.recordings ?? []) place(drafts, wires, each);
    if (recording !== undefined) place(drafts, wires, recording);
    this.#quiet = null;
    this.#held = null;
    if (drafts.length > 0) await this.#log.append(drafts, wires);
  }
}

const summaryDraft = ({ runID, ...data }: QuietRun): Draft<'QuietPollsSummarised', QuietPollsSummarised> => ({
  recordedAt: data.lastAt,
  runID,
  direction: 'in',
  stream: 'ven',
  type: 'QuietPollsSummarised',
  version: factVersions.QuietPollsSummarised,
  data,
  cause: null,
  chance: 0,
});

const requestIDOf = (data: object): string | undefined => {
  const message = 'message' in data && typeof data.message === 'object' && data.message !== null ? data.message : null;
  return message !== null && 'requestID' in message && typeof message.requestID === 'string'
    ? message.requestID
    : undefined;
};

/** A step's facts as drafts, for those who record one by itself. */
export const draftsOf = (recording: Recording): readonly Draft[] => {
  const drafts: Draft[] = [];
  place(drafts, [], recording);
  return drafts;
};

/** Lays a step's facts out as drafts: the input, then its outputs, each caused by it. */
const place = (drafts: Draft[], wires: Wire[], { input, cause, outputs, wires: xml }: Recording): void => {
  const offset = drafts.length;
  const { recordedAt, runID, chance } = input;
  const draft = (
    direction: 'in' | 'out',
    stream: string,
    type: keyof typeof factVersions,
    data: object,
    because: number | null,
  ): Draft => {
    const made = { recordedAt, runID, direction, stream, type, version: factVersions[type], data, cause: because };
    const told = direction === 'in' ? { ...made, chance } : made;
    const requestID = requestIDOf(data);
    return requestID === undefined ? told : { ...told, requestID };
  };
  drafts.push(draft('in', input.stream, input.input.type, input.input.data, cause));
  for (const { stream, fact } of outputs) drafts.push(draft('out', stream, fact.type, fact.data, input.position));
  for (const { index, xml: text } of xml) wires.push({ index: offset + 1 + index, xml: text });
};

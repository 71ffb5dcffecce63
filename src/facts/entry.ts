/**
 * The envelope of the log: a fact, and when, where and why it was recorded.
 *
 * An input fact and the output facts it led to are one durable append: `[input, ...outputs]`.
 */

/** The address of a statechart instance: `ven`, `exchange`, `drEvent/{eventID}`, `reportRequest/{reportRequestID}`, `device/{resourceID}`, `watch`, or `agent`. */
export type Stream = string;

/** `in`: the fact came through a port. `out`: a machine concluded it from an input. */
export type EntryDirection = 'in' | 'out';

/** A fact before it has a place in the log. */
export interface Draft<Type extends string = string, Data = unknown> {
  /** UTC milliseconds since the epoch, read from the clock port. */
  readonly recordedAt: number;
  /** The run (process start) that recorded it. */
  readonly runID: string;
  readonly direction: EntryDirection;
  readonly stream: Stream;
  /** The fact's name, past tense: `MessageReceived`. Never renamed. */
  readonly type: Type;
  /** The version of `data`'s shape; an upcaster brings older ones up. */
  readonly version: number;
  readonly data: Data;
  /** The position of the entry that led to this one, or null for a first cause. */
  readonly cause: number | null;
  /** Chance drawn for this input: an unsigned 32-bit seed from which every random choice of the step is derived. Inputs only. */
  readonly chance?: number;
  /** The requestID of the message sent or received, when it has one. */
  readonly requestID?: string;
  /** SHA-256 (hex) of the XML bytes kept beside this entry, when there are any. */
  readonly wireHash?: string;
}

/** A fact in its place. */
export interface Entry<Type extends string = string, Data = unknown> extends Draft<Type, Data> {
  /** Dense from 0. */
  readonly position: number;
  /** SHA-256 (hex) over the previous entry's hash and this entry: the chain that makes a change evident. */
  readonly hash: string;
}

/** An entry but for what its fact says. */
export type Envelope = Omit<Entry, 'data'>;

/**
 * What `@statelyai/inspect` 0.7.2 says on the wire: three messages, of actors, of events and of snapshots.
 *
 * A stream is told as an actor. The lifecycle is the root, since everything follows from it.
 */
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Stream } from '../../facts/entry.ts';
import { addressOf, machines, type MachineID } from '../../machines/machines.ts';
import type { PlainJson } from '../answers/plain.ts';

/** The protocol's version. */
export const protocolVersion = '0.7.2';

/** The actor that all others belong to. */
const rootID = 'ven';

/** A snapshot as the protocol has it. */
export interface SnapshotTold {
  readonly status: string;
  readonly value: unknown;
  readonly context: PlainJson;
  readonly children: Readonly<Record<string, never>>;
  readonly historyValue: Readonly<Record<string, never>>;
  readonly tags: readonly string[];
}

/** An event as the protocol has it. */
export interface EventTold {
  readonly type: string;
  readonly [name: string]: PlainJson;
}

interface Common {
  readonly sessionId: string;
  readonly rootId: string;
  /** Milliseconds, as text. */
  readonly createdAt: string;
  readonly id: null;
  readonly _version: typeof protocolVersion;
}

/** A message of the protocol. */
export type StatelyMessage =
  | (Common & {
      readonly type: '@xstate.actor';
      readonly name: string;
      readonly definition: string;
      readonly parentId?: string;
      readonly snapshot: SnapshotTold;
    })
  | (Common & { readonly type: '@xstate.event'; readonly event: EventTold; readonly sourceId?: string })
  | (Common & { readonly type: '@xstate.snapshot'; readonly event: EventTold; readonly snapshot: SnapshotTold });

/** How contexts, events and names are told: in full, or with everything taken out that is somebody's own. */
export interface Discretion {
  context(context: unknown): PlainJson;
  event(event: { readonly type: string }): EventTold;
  /** The name of a stream. */
  session(stream: Stream): string;
}

const definitions = new Map<MachineID, string>();

/** A machine's configuration as JSON; functions are told by their names. */
export const definitionOf = (machine: MachineID): string => {
  const known = definitions.get(machine);
  if (known !== undefined) return known;
  const { config }: AnyStateMachine = machines[machine];
  const definition = JSON.stringify(config, (_name, value: unknown) =>
    typeof value === 'function' ? { type: value.name === '' ? 'inline' : value.name } : value,
  );
  definitions.set(machine, definition);
  return definition;
};

const snapshotTold = ({ status, value, context, tags }: AnyMachineSnapshot, discretion: Discretion): SnapshotTold => ({
  status,
  value,
  context: discretion.context(context),
  children: {},
  historyValue: {},
  tags: [...tags],
});

const commonOf = (stream: Stream, at: number, discretion: Discretion): Common => ({
  sessionId: discretion.session(stream),
  rootId: rootID,
  createdAt: String(at),
  id: null,
  _version: protocolVersion,
});

/** A stream that is there. */
export const actorMessage = (
  stream: Stream,
  snapshot: AnyMachineSnapshot,
  at: number,
  discretion: Discretion,
): StatelyMessage => ({
  ...commonOf(stream, at, discretion),
  type: '@xstate.actor',
  name: discretion.session(stream),
  definition: definitionOf(addressOf(stream)?.machine ?? 'ven'),
  ...(stream === rootID ? {} : { parentId: rootID }),
  snapshot: snapshotTold(snapshot, discretion),
});

/** Something a stream hears. */
export const eventMessage = (
  stream: Stream,
  event: { readonly type: string },
  at: number,
  discretion: Discretion,
): StatelyMessage => ({
  ...commonOf(stream, at, discretion),
  type: '@xstate.event',
  event: discretion.event(event),
});

/** What a stream is after it. */
export const snapshotMessage = (
  stream: Stream,
  event: { readonly type: string },
  snapshot: AnyMachineSnapshot,
  at: number,
  discretion: Discretion,
): StatelyMessage => ({
  ...commonOf(stream, at, discretion),
  type: '@xstate.snapshot',
  event: discretion.event(event),
  snapshot: snapshotTold(snapshot, discretion),
});

/** Why not: the ways that a machine had for an event, and did not go because a guard said no. */
import type { AnyStateNode, EventObject, MachineContext, TransitionDefinition } from 'xstate';
import type { TransitionTaken } from '../../core/streams.ts';
import type { ApiAnswer } from '../api/paths.ts';
import { transitionID } from '../drawing/readMachine.ts';
import { plain } from './plain.ts';

type Refused = ApiAnswer<'transitions'>['transitions'][number]['refused'][number];
type Seen = Refused['saw'][number];
type Definition = TransitionDefinition<MachineContext, EventObject>;
type Guard = (args: { context: unknown; event: unknown }, params: unknown) => boolean;

/** @limit Values that are told of what a guard looked at. */
const toldValues = 12;

/** What is looked at may be frozen, and then nothing else may be shown in its place: a copy of its outermost layer may. */
const unfrozen = (value: object): object =>
  Array.isArray(value)
    ? [...(value as unknown[])]
    : Object.assign(Object.create(Object.getPrototypeOf(value) as object | null) as object, value);

/** A value behind which every look is noted, by its path. Machines are pure: looking twice changes nothing. */
const watched = (value: unknown, path: string, note: (path: string, value: unknown) => void): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(unfrozen(value), {
    get: (_copy, name) => {
      const inner: unknown = Reflect.get(value, name, value);
      // A list goes through its elements by itself, so that they are looked at; anything else has its own way.
      if (typeof name === 'symbol' && Array.isArray(value)) return inner;
      // What a list or a text can do is no value that a guard decides by.
      if (typeof inner === 'function') return inner.bind(value) as unknown;
      if (typeof name === 'symbol') return inner;
      const innerPath = path === '' ? name : `${path}.${name}`;
      note(innerPath, inner);
      return watched(inner, innerPath, note);
    },
  });
};

/** The innermost of the paths that were looked at. */
const innermostOf = (seen: ReadonlyMap<string, unknown>): readonly Seen[] =>
  [...seen]
    .filter(([path]) => ![...seen.keys()].some((other) => other.startsWith(`${path}.`)))
    .map(([name, value]) => ({ name, value: plain(value) }))
    .slice(0, toldValues);

/** What the guard says, and what it looked at on the way; null where it cannot be asked. */
const asked = (
  { machine, before, event }: TransitionTaken,
  name: string,
  params: unknown,
): { readonly isAllowed: boolean; readonly saw: readonly Seen[] } | null => {
  const guard = (machine.implementations.guards as Readonly<Record<string, Guard | undefined>>)[name];
  if (typeof guard !== 'function') return null;
  const seen = new Map<string, unknown>();
  const note = (path: string, value: unknown): void => void seen.set(path, value);
  try {
    const args = {
      context: watched(before.context, 'context', note),
      event: watched(event, 'event', note),
    };
    return { isAllowed: guard(args, params), saw: innermostOf(seen) };
  } catch {
    return null;
  }
};

const namedGuard = ({ guard }: Definition): { readonly name: string; readonly params: unknown } | null => {
  if (typeof guard === 'string') return { name: guard, params: undefined };
  if (typeof guard === 'object' && 'type' in guard)
    return { name: guard.type, params: 'params' in guard ? guard.params : undefined };
  return null;
};

/** The active states of a snapshot, each before what it lies in. */
const nodesOf = ({ before }: TransitionTaken): readonly AnyStateNode[] =>
  [...(before._nodes as readonly AnyStateNode[])].sort((a, b) => b.path.length - a.path.length);

/** The ways for the event out of active states whose guard said no, the innermost state's first. */
export const refusalsOf = (taken: TransitionTaken): Refused[] =>
  nodesOf(taken).flatMap((node) =>
    (node.transitions.get(taken.event.type) ?? []).flatMap((definition: unknown, place: number): Refused[] => {
      const { target } = definition as Definition;
      const guard = namedGuard(definition as Definition);
      const answer = guard === null ? null : asked(taken, guard.name, guard.params);
      if (guard === null || answer === null || answer.isAllowed) return [];
      return [
        {
          id: transitionID(node, taken.event.type, place),
          source: node.id,
          targets: (target ?? []).map(({ id }) => id),
          guard: guard.name,
          saw: [...answer.saw],
        },
      ];
    }),
  );

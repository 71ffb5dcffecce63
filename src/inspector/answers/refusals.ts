/** Why not: the ways that a machine had for an event, and did not go because a guard said no. */
import type { AnyMachineSnapshot, AnyStateNode, EventObject, MachineContext, TransitionDefinition } from 'xstate';
import { snapshotsOnTheWay, type TransitionTaken } from '../../core/streams.ts';
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
  { machine, event }: TransitionTaken,
  context: unknown,
  name: string,
  params: unknown,
): { readonly isAllowed: boolean; readonly saw: readonly Seen[] } | null => {
  const guard = (machine.implementations.guards as Readonly<Record<string, Guard | undefined>>)[name];
  if (typeof guard !== 'function') return null;
  const seen = new Map<string, unknown>();
  const note = (path: string, value: unknown): void => void seen.set(path, value);
  try {
    const args = {
      context: watched(context, 'context', note),
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
const nodesOf = ({ _nodes }: AnyMachineSnapshot): readonly AnyStateNode[] =>
  [...(_nodes as readonly AnyStateNode[])].sort((a, b) => b.path.length - a.path.length);

/** A way, and whether its guard said no; null where there is no guard, or none that can be asked. */
const answered = (
  taken: TransitionTaken,
  { context }: AnyMachineSnapshot,
  definition: Definition,
): { readonly guard: string; readonly isAllowed: boolean; readonly saw: readonly Seen[] } | null => {
  const guard = namedGuard(definition);
  const answer = guard === null ? null : asked(taken, context, guard.name, guard.params);
  return guard === null || answer === null ? null : { guard: guard.name, ...answer };
};

/** What is told of the ways out of a state that a guard kept closed. `eventType`: empty for ways that wait for no event. */
const closedWays = (
  taken: TransitionTaken,
  snapshot: AnyMachineSnapshot,
  node: AnyStateNode,
  eventType: string,
): Refused[] => {
  const ways: readonly unknown[] = (eventType === '' ? node.always : node.transitions.get(eventType)) ?? [];
  const found: Refused[] = [];
  for (const [place, way] of ways.entries()) {
    const definition = way as Definition;
    const answer = answered(taken, snapshot, definition);
    // Of ways that wait for nothing the first open one is gone at once: the others are not asked.
    if (eventType === '' && (answer === null || answer.isAllowed)) break;
    if (answer === null || answer.isAllowed) continue;
    const targets = (definition.target ?? []).map(({ id }) => id);
    const id = transitionID(node, eventType, place);
    found.push({ id, source: node.id, targets, guard: answer.guard, saw: [...answer.saw] });
  }
  return found;
};

const canDecideAlone = (node: AnyStateNode): boolean =>
  (node.always?.length ?? 0) > 0 || Object.values(node.states).some((inner) => canDecideAlone(inner as AnyStateNode));

/** The ways that wait for no event, out of the states that the event led through or to; each as it was asked last. */
const closedOnTheWay = (taken: TransitionTaken): readonly Refused[] => {
  const { machine, before, after } = taken;
  if (before === after || !canDecideAlone(machine.root)) return [];
  const found = new Map<string, Refused>();
  for (const snapshot of snapshotsOnTheWay(taken))
    for (const node of nodesOf(snapshot))
      for (const refused of closedWays(taken, snapshot, node, '')) found.set(refused.id, refused);
  return [...found.values()];
};

/** The ways out of active states whose guard said no: for the event, the innermost state's first, and then on the way from there. */
export const refusalsOf = (taken: TransitionTaken): Refused[] => [
  ...nodesOf(taken.before).flatMap((node) => closedWays(taken, taken.before, node, taken.event.type)),
  ...closedOnTheWay(taken),
];

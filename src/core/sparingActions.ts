/**
 * XState's `assign` and `enqueueActions` for machines whose actions are arithmetic.
 *
 * XState's own make at every call what any action could ask for: a way to spawn actors, ten ways to enqueue, and a snapshot whose
 * states are worked out anew though an action changes none. These change the context, or nothing where nothing changes, and
 * tell what is emitted. That is a third of what a transition costs.
 * test/core/transition.test.ts holds the two against each other.
 */
import type {
  ActionArgs,
  AnyActorScope,
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  MachineContext,
} from 'xstate';

/** What an action is given. */
type Given = ActionArgs<MachineContext, AnyEventObject, AnyEventObject>;

type Change = Readonly<Record<string, unknown>>;
type ChangeOf = (args: Given, params: unknown) => Change;

/** How XState has an action carried out: the snapshot after it. */
type Resolve = (
  scope: AnyActorScope,
  snapshot: AnyMachineSnapshot,
  args: Given,
  params: unknown,
  action: unknown,
) => readonly [AnyMachineSnapshot, undefined, undefined];

/** What `assign` and `enqueueActions` make. */
interface MadeAction {
  readonly type: string;
  readonly assignment?: Change | ChangeOf;
  readonly collect?: (args: Given & { readonly enqueue: Enqueued }, params: unknown) => void;
}

/** What an action wants, in its order. Machines here want nothing else than these two. */
class Enqueued {
  readonly wanted: ({ readonly change: Change } | { readonly event: unknown })[] = [];

  assign(change: Change): void {
    this.wanted.push({ change });
  }

  emit(event: unknown): void {
    this.wanted.push({ event });
  }
}

const changes = (context: MachineContext, change: Change): boolean => {
  for (const key in change) if (!(key in context) || !Object.is(context[key], change[key])) return true;
  return false;
};

const changed = (snapshot: AnyMachineSnapshot, change: Change): AnyMachineSnapshot =>
  changes(snapshot.context, change) ? { ...snapshot, context: { ...snapshot.context, ...change } } : snapshot;

const valueOf = (part: unknown, args: Given, params: unknown): unknown =>
  typeof part === 'function' ? (part as (args: Given, params: unknown) => unknown)(args, params) : part;

const changeOf = (assignment: Change | ChangeOf, args: Given, params: unknown): Change => {
  if (typeof assignment === 'function') return assignment(args, params);
  const change: Record<string, unknown> = {};
  for (const key in assignment) change[key] = valueOf(assignment[key], args, params);
  return change;
};

const idle = (): void => undefined;

const resolveAssign =
  (assignment: Change | ChangeOf): Resolve =>
  (_scope, snapshot, args, params) => [changed(snapshot, changeOf(assignment, args, params)), undefined, undefined];

const resolveEnqueued =
  (collect: NonNullable<MadeAction['collect']>): Resolve =>
  (scope, snapshot, args, params) => {
    const enqueue = new Enqueued();
    collect({ context: args.context, event: args.event, self: args.self, system: args.system, enqueue }, params);
    let after = snapshot;
    for (const each of enqueue.wanted) {
      if ('change' in each) after = changed(after, each.change);
      else scope.actionExecutor({ type: 'xstate.emit', info: args, params: { event: each.event }, exec: idle });
    }
    return [after, undefined, undefined];
  };

const sparingAction = <Action>(action: Action): Action => {
  const { assignment, collect } = action as MadeAction;
  const resolve =
    assignment !== undefined ? resolveAssign(assignment) : collect !== undefined ? resolveEnqueued(collect) : null;
  return resolve === null ? action : (Object.assign(idle.bind(null), action, { resolve }) as Action);
};

const sparingMachines = new WeakMap<AnyStateMachine, AnyStateMachine>();

/** The machine with sparing actions; its states are the same objects. */
export const sparingMachine = (machine: AnyStateMachine): AnyStateMachine => {
  const known = sparingMachines.get(machine);
  if (known !== undefined) return known;
  const actions = Object.fromEntries(
    Object.entries(machine.implementations.actions).map(([name, action]) => [name, sparingAction(action)]),
  );
  const made: AnyStateMachine = Object.assign(Object.create(Object.getPrototypeOf(machine) as object), machine, {
    implementations: { ...machine.implementations, actions },
  });
  sparingMachines.set(machine, made).set(made, made);
  return made;
};

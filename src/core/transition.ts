/**
 * XState's `transition()` and `initialTransition()`, without the actor that they make and throw away at every call.
 *
 * That actor is more than a third of what a transition costs, and more than half of what a beginning does, for it begins the machine too. It is only there to be handed to actions as `self` and
 * `system`, which actions of pure machines do not touch, so one for each machine is enough. It is never started.
 * test/core/transition.test.ts holds the two against each other.
 */
import {
  createActor,
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
} from 'xstate';
import { sparingMachine } from './sparingActions.ts';

/** What a machine wants done, as data. */
export interface MachineAction {
  readonly type: string;
  readonly params?: unknown;
}

const idle = (): void => undefined;

const actors = new WeakMap<AnyStateMachine, AnyActorScope['self']>();

const actorOf = (machine: AnyStateMachine): AnyActorScope['self'] => {
  const known = actors.get(machine);
  if (known !== undefined) return known;
  const actor = createActor(machine) as AnyActorScope['self'];
  actors.set(machine, actor);
  return actor;
};

/** What snapshots of a machine in the same states have alike; they are never changed, so one of each is enough for all. */
type InCommon = Pick<AnyMachineSnapshot, 'value' | '_nodes' | 'tags'>;

const inCommon = new WeakMap<AnyStateMachine, Map<string, InCommon>>();
const noChildren: AnyMachineSnapshot['children'] = {};
const noHistory: AnyMachineSnapshot['historyValue'] = {};

const isEmpty = (record: object): boolean => {
  for (const _key in record) return false;
  return true;
};

/**
 * A snapshot that was just made, with what it has in common with others held once: a VEN of ten thousand devices has as many
 * snapshots of one machine, in a handful of states. Its next transition is one of sparing actions.
 */
export const sparing = (machine: AnyStateMachine, made: AnyMachineSnapshot): AnyMachineSnapshot => {
  made.machine = sparingMachine(machine);
  const key = made._nodes.map(({ order }) => order).join(' ');
  const known = inCommon.get(machine) ?? new Map<string, InCommon>();
  if (known.size === 0) inCommon.set(machine, known);
  const common = known.get(key);
  if (common === undefined) known.set(key, { value: made.value, _nodes: made._nodes, tags: made.tags });
  else Object.assign(made, common);
  if (isEmpty(made.children)) made.children = noChildren;
  if (isEmpty(made.historyValue)) made.historyValue = noHistory;
  return made;
};

const scopeOf = (machine: AnyStateMachine, execute: AnyActorScope['actionExecutor']): AnyActorScope => {
  const self = actorOf(machine);
  return {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: idle,
    defer: idle,
    emit: idle,
    stopChild: idle,
    actionExecutor: execute,
  };
};

/** What a machine is before its first event; what it wants done by then is let go. */
export const initialOf = (machine: AnyStateMachine, input: object): AnyMachineSnapshot =>
  sparing(machine, machine.getInitialSnapshot(scopeOf(machine, idle), input) as AnyMachineSnapshot);

/** The next snapshot, and what the machine wants done; nothing is executed. @throws what a guard or an action of the machine throws. */
export const transition = (
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  event: EventObject,
): readonly [after: AnyMachineSnapshot, actions: readonly MachineAction[]] => {
  const actions: MachineAction[] = [];
  const scope = scopeOf(machine, (action) => void actions.push(action));
  const after = machine.transition(snapshot, event, scope) as AnyMachineSnapshot;
  return [after === snapshot ? after : sparing(machine, after), actions];
};

/**
 * XState's `transition()`, without the actor that it makes and throws away at every call.
 *
 * That actor is more than a third of what a transition costs. It is only there to be handed to actions as `self` and
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

/** The next snapshot, and what the machine wants done; nothing is executed. @throws what a guard or an action of the machine throws. */
export const transition = (
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  event: EventObject,
): readonly [after: AnyMachineSnapshot, actions: readonly MachineAction[]] => {
  const actions: MachineAction[] = [];
  const self = actorOf(machine);
  const scope: AnyActorScope = {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: idle,
    defer: idle,
    emit: idle,
    stopChild: idle,
    actionExecutor: (action) => void actions.push(action),
  };
  return [machine.transition(snapshot, event, scope) as AnyMachineSnapshot, actions];
};

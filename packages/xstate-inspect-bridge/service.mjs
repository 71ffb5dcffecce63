/**
 * A stream of the VEN as XState 4's devtools know a service: something that can be looked at.
 *
 * It is never interpreted. What its `send` is given goes to the viewer as an event that happened, and nowhere else:
 * @xstate/inspect puts its own function around `send` to hear of events, and lets viewers call it.
 */
import { createMachine, State } from 'xstate';
import { stateOfVersion4 } from './definition.mjs';

const stateOf = (machine, { value, context }) => {
  const state = machine.resolveState(State.from(value, context));
  return state;
};

/** Makes a service of an actor that Stately's protocol tells of. */
export const createService = ({ sessionId, definition, snapshot }) => {
  const machine = createMachine({ predictableActionArguments: true, ...stateOfVersion4(JSON.parse(definition)) });
  const listeners = new Set();
  const stopListeners = new Set();
  return {
    id: sessionId,
    sessionId,
    machine,
    initialState: stateOf(machine, snapshot),
    state: stateOf(machine, snapshot),
    send: () => undefined,
    subscribe(listener) {
      listeners.add(listener);
      return { unsubscribe: () => listeners.delete(listener) };
    },
    onStop(listener) {
      stopListeners.add(listener);
      return this;
    },
    /** Tells the viewer of an event and of the state after it. */
    tell(event, next) {
      this.send(event);
      this.state = Object.assign(stateOf(machine, next), {
        event,
        _event: { name: event.type, data: event, $$type: 'scxml', type: 'external' },
      });
      for (const listener of listeners) listener(this.state);
    },
    stop() {
      for (const listener of stopListeners) listener();
    },
  };
};

/**
 * What a person wants, from whichever door it comes (command line, MQTT, write API): looked over against what the agent knows, and made
 * the input that it is. Whoever asks is told in one sentence why it cannot be.
 */
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { OperatorWish } from '../facts/input.ts';
import type { Arrival } from './arrival.ts';
import { instructionArrival, RefusedInstruction, releaseArrival } from './instructions.ts';
import { optGivenArrival, optTakenBackArrival } from './opts.ts';
import { distrustArrival, trustArrival } from './trust.ts';

/** A command as it came: nothing of it is believed. `type`: the fact that it is to become. */
export interface OperatorCommand {
  readonly type?: unknown;
  readonly [particular: string]: unknown;
}

/** A command that this release does not know. */
export class StrangeCommand extends Error {
  override readonly name = 'StrangeCommand';
}

const wishes: ReadonlySet<unknown> = new Set<OperatorWish>([
  'reregister',
  'registerAfresh',
  'queryRegistration',
  'cancelRegistration',
  'requestEvent',
  'releaseHeldUsage',
  'planAgain',
]);

const askedArrival = ({ wish, deliveryID }: OperatorCommand): Arrival => {
  const which = typeof deliveryID === 'string' ? { deliveryID } : {};
  return { stream: 'agent', input: { type: 'OperatorAsked', data: { wish: wish as OperatorWish, ...which } } };
};

/** Whether the VTN was answered already: what a program says then qualifies the answer, by EiOpt, as "ven opt out EVENTID" does. */
const wasAnswered = (state: AgentState, eventID: string): boolean => {
  const snapshot = snapshotOf(state, `drEvent/${eventID}`, 'drEvent');
  return snapshot?.context.responseRequired === 'always' && ['far', 'near', 'active'].includes(String(snapshot.value));
};

const optArrival = (state: AgentState, now: number, { eventID, optType, by }: OperatorCommand): Arrival => {
  if (typeof eventID !== 'string' || (optType !== 'optIn' && optType !== 'optOut'))
    throw new StrangeCommand(
      'A wish came that this release does not know: use a "ven" of the same release as the agent.',
    );
  if ((by === 'http' || by === 'mqtt') && wasAnswered(state, eventID))
    return optGivenArrival(state, now, { optType, eventID, by });
  const stream = `drEvent/${eventID}`;
  if (state.streams.get(stream) !== undefined)
    return { stream, input: { type: 'OperatorOpted', data: { eventID, optType } } };
  throw new RefusedInstruction(
    `The agent knows no DR event "${eventID}" that one could still opt in or out of: "ven status" names those it knows.`,
  );
};

/**
 * The input that a command is. `by`: which way it came.
 *
 * @throws RefusedInstruction with a sentence for whoever asked; StrangeCommand for one that this release does not know
 */
export const operatorArrival = (state: AgentState, now: number, command: OperatorCommand, by: string): Arrival => {
  const asked = { ...command, by };
  switch (command.type) {
    case 'OperatorInstructed':
      return instructionArrival(state, now, asked);
    case 'OperatorReleased':
      return releaseArrival(state, now, asked);
    case 'OptGiven':
      return optGivenArrival(state, now, asked);
    case 'OptTakenBack':
      return optTakenBackArrival(state, asked);
    case 'DeviceTrusted':
      return trustArrival(state, now, asked);
    case 'DeviceDistrusted':
      return distrustArrival(state, asked);
    default:
      return wishes.has(command['wish']) ? askedArrival(command) : optArrival(state, now, asked);
  }
};

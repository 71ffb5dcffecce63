/**
 * What a person asks of a device, from whichever door it comes: looked over against what the agent knows, and made an input.
 * Whoever asks is told in one sentence why it cannot be.
 */
import type { AgentState } from '../core/state.ts';
import type { Instruction, OneWish, OverrideAction } from '../facts/instructions.ts';
import type { DeviceSettings } from '../facts/settings.ts';
import { dayMs } from '../programme/calendar.ts';
import { isInShadow } from '../reactions/trust.ts';
import { instructionsAt, wishesAt } from '../store/projections/instructions.ts';
import type { Arrival } from './arrival.ts';

/** What is asked for, as it came: nothing of it is believed. */
export interface InstructionAsked {
  /** May be absent where there is only one device. */
  readonly resourceID?: unknown;
  /** Absent: an override. */
  readonly kind?: unknown;
  readonly action?: unknown;
  /** Of a wish: 0 to 1. */
  readonly stateOfCharge?: unknown;
  /** @unit W */
  readonly powerWatts?: unknown;
  /** When it is to lapse; or how long it is to hold. */
  readonly endAt?: unknown;
  readonly forMs?: unknown;
  /** Which way it came. */
  readonly by?: unknown;
}

/** What is taken back: one device's instruction, or all. */
export interface ReleaseAsked {
  /** Absent: overrides. */
  readonly kind?: unknown;
  readonly resourceID?: unknown;
  readonly by?: unknown;
}

/** Something that cannot be asked of a device. */
export class RefusedInstruction extends Error {
  override readonly name = 'RefusedInstruction';
}

/** @limit The longest that a device can be told something; whoever wants more changes the configuration. @unit ms */
export const longestInstructionMs = 31 * dayMs;

const actions: ReadonlySet<unknown> = new Set<OverrideAction>(['charge', 'discharge', 'hold']);

const listed = (devices: readonly DeviceSettings[]): string => devices.map(({ resourceID }) => resourceID).join(', ');

/** What can be told anything: not what is only read. */
const deviceAsked = (state: AgentState, resourceID: unknown): DeviceSettings => {
  const all = state.settings?.devices ?? [];
  if (all.some((each) => each.resourceID === resourceID && each.isReadOnly === true))
    throw new RefusedInstruction(
      `${String(resourceID)} is only read, by its configuration, so it can be told nothing.`,
    );
  const devices = all.filter(({ isReadOnly }) => isReadOnly !== true);
  if (devices.length === 0) throw new RefusedInstruction('There is no device that can be told anything.');
  const [first, ...others] = devices;
  if (resourceID === undefined && first !== undefined && others.length === 0) return first;
  if (resourceID === undefined)
    throw new RefusedInstruction(`There are several devices, so name one of them: ${listed(devices)}.`);
  const found = devices.find((each) => each.resourceID === resourceID);
  if (found !== undefined) return found;
  throw new RefusedInstruction(`There is no device ${JSON.stringify(resourceID)}: there is ${listed(devices)}.`);
};

/** What is told anything at present: not what is in shadow. */
const deviceToTell = (state: AgentState, asked: unknown): DeviceSettings => {
  const device = deviceAsked(state, asked);
  const { resourceID } = device;
  if (!isInShadow(state, resourceID)) return device;
  throw new RefusedInstruction(
    state.settings?.shadow === true
      ? `All devices are in shadow (the setting shadow), so ${resourceID} is told nothing.`
      : `${resourceID} is in shadow, so it is told nothing: "ven devices trust ${resourceID}" first.`,
  );
};

const wattsAsked = (
  asked: unknown,
  action: OverrideAction,
  device: DeviceSettings,
): { readonly powerWatts?: number } => {
  if (asked === undefined) return {};
  if (action === 'hold')
    throw new RefusedInstruction('A device that holds does nothing, so it takes no power: leave it out.');
  if (typeof asked !== 'number' || !Number.isFinite(asked) || asked <= 0)
    throw new RefusedInstruction(`The power ${JSON.stringify(asked)} is none: give a positive number of watts.`);
  const most = action === 'charge' ? device.maxChargeWatts : device.maxDischargeWatts;
  if (asked > most)
    throw new RefusedInstruction(
      `${device.resourceID} can ${action} with ${most} W at most, and ${asked} W were asked for: ask for less, or leave the power out.`,
    );
  return { powerWatts: asked };
};

const endAsked = (
  { endAt, forMs }: InstructionAsked,
  now: number,
): { readonly endAt: number; readonly isForLength: boolean } => {
  if ((endAt === undefined) === (forMs === undefined))
    throw new RefusedInstruction('Say either until when it is to hold or for how long, so that it lapses by itself.');
  const end = typeof forMs === 'number' ? now + forMs : endAt;
  if (typeof end !== 'number' || !Number.isSafeInteger(end))
    throw new RefusedInstruction('The end is no instant: give it in whole milliseconds.');
  if (end <= now)
    throw new RefusedInstruction(
      `The end ${new Date(end).toISOString()} has passed already: name one that is to come.`,
    );
  if (end - now > longestInstructionMs)
    throw new RefusedInstruction(
      `That is longer than ${longestInstructionMs / dayMs} days, the longest that a device can be told something: choose an earlier end, or change the configuration.`,
    );
  return { endAt: end, isForLength: forMs !== undefined };
};

/** Which way a command came, as it may stand in the log. */
export const wayOf = (by: unknown): string => (typeof by === 'string' && /^[a-z]{1,16}$/.test(by) ? by : 'unknown');

const wished = (asked: unknown): asked is OneWish['kind'] => asked === 'leave' || asked === 'keep';

/** The input that a wish is. @throws RefusedInstruction with a sentence for whoever asked */
const wishArrival = (state: AgentState, now: number, kind: OneWish['kind'], asked: InstructionAsked): Arrival => {
  const { resourceID, capacityWattHours = 0 } = deviceAsked(state, asked.resourceID);
  if (capacityWattHours <= 0)
    throw new RefusedInstruction(`${resourceID} stores nothing, so nothing can be kept in it.`);
  const { stateOfCharge = kind === 'leave' ? 1 : undefined } = asked;
  // To keep nothing is a wish too: then the configured reserve may be sold.
  const isLevel = typeof stateOfCharge === 'number' && stateOfCharge <= 1;
  if (!isLevel || !(kind === 'keep' ? stateOfCharge >= 0 : stateOfCharge > 0))
    throw new RefusedInstruction(
      `The level ${JSON.stringify(stateOfCharge)} is none: give a part ${kind === 'keep' ? 'from 0 to 1' : 'above 0 and up to 1'}.`,
    );
  const data = { resourceID, instruction: { kind, stateOfCharge }, ...endAsked(asked, now), by: wayOf(asked.by) };
  return { stream: `device/${resourceID}`, input: { type: 'OperatorInstructed', data } };
};

/** The input that an instruction is. @throws RefusedInstruction with a sentence for whoever asked */
export const instructionArrival = (state: AgentState, now: number, asked: InstructionAsked): Arrival => {
  if (wished(asked.kind)) return wishArrival(state, now, asked.kind, asked);
  const device = deviceToTell(state, asked.resourceID);
  if (!actions.has(asked.action))
    throw new RefusedInstruction(`A device cannot ${JSON.stringify(asked.action)}: say charge, discharge or hold.`);
  const action = asked.action as OverrideAction;
  const instruction: Instruction = { kind: 'override', action, ...wattsAsked(asked.powerWatts, action, device) };
  const { resourceID } = device;
  return {
    stream: `device/${resourceID}`,
    input: {
      type: 'OperatorInstructed',
      data: { resourceID, instruction, ...endAsked(asked, now), by: wayOf(asked.by) },
    },
  };
};

const wishRelease = (state: AgentState, now: number, kind: OneWish['kind'], asked: unknown, by: string): Arrival => {
  const { resourceID } = deviceAsked(state, asked);
  const stands = wishesAt(state.views.instructions, now).some(
    (each) => each.resourceID === resourceID && each.instruction.kind === kind,
  );
  if (!stands) throw new RefusedInstruction(`Nobody wishes ${resourceID} to ${kind}, so there is nothing to cancel.`);
  return { stream: `device/${resourceID}`, input: { type: 'OperatorReleased', data: { resourceID, kind, by } } };
};

/** The input that takes instructions back. @throws RefusedInstruction when there is nothing to take back */
export const releaseArrival = (state: AgentState, now: number, asked: ReleaseAsked): Arrival => {
  const by = wayOf(asked.by);
  if (wished(asked.kind)) return wishRelease(state, now, asked.kind, asked.resourceID, by);
  const standing = instructionsAt(state.views.instructions, now);
  if (asked.resourceID === undefined) {
    if (standing.length === 0) throw new RefusedInstruction('No device is overridden, so there is nothing to release.');
    return { stream: 'agent', input: { type: 'OperatorReleased', data: { by } } };
  }
  const { resourceID } = deviceAsked(state, asked.resourceID);
  if (!standing.some((each) => each.resourceID === resourceID))
    throw new RefusedInstruction(`${resourceID} is not overridden, so there is nothing to release.`);
  return { stream: `device/${resourceID}`, input: { type: 'OperatorReleased', data: { resourceID, by } } };
};

/** A person trusts a device or does not, from whichever door that comes: looked over, and made an input. */
import type { AgentState } from '../core/state.ts';
import type { DeviceSettings } from '../facts/settings.ts';
import { hourMs } from '../programme/calendar.ts';
import { latestState } from '../store/projections/usage.ts';
import { trustIn } from '../store/projections/trust.ts';
import type { Arrival } from './arrival.ts';
import { RefusedInstruction, wayOf } from './instructions.ts';

/** Whom a person trusts, as it came: nothing of it is believed. */
export interface TrustAsked {
  readonly resourceID?: unknown;
  /** Which way it came. */
  readonly by?: unknown;
}

/** @limit A device that was read longer ago is not known to be there. @unit ms */
const seenWithinMs = hourMs;

const deviceNamed = ({ settings }: AgentState, resourceID: unknown): DeviceSettings => {
  const devices = settings?.devices ?? [];
  const found = devices.find((each) => each.resourceID === resourceID);
  if (found !== undefined) return found;
  const names = devices.map((each) => each.resourceID).join(', ');
  throw new RefusedInstruction(`There is no device ${JSON.stringify(resourceID)}: there is ${names || 'none'}.`);
};

/** One that can be trusted. */
const trustable = (state: AgentState, asked: unknown): DeviceSettings => {
  const device = deviceNamed(state, asked);
  const { resourceID, isReadOnly, needsTrust } = device;
  if (isReadOnly === true)
    throw new RefusedInstruction(
      `${resourceID} is only read, by its configuration, so there is nothing to trust it with.`,
    );
  if (needsTrust !== true)
    throw new RefusedInstruction(`${resourceID} is simulated and moves no power, so nobody has to trust it.`);
  return device;
};

/** The input that trusts a device, as it was last read. @throws RefusedInstruction with a sentence for whoever asked */
export const trustArrival = (state: AgentState, now: number, { resourceID: asked, by }: TrustAsked): Arrival => {
  const { resourceID, address = '' } = trustable(state, asked);
  const read = latestState(state.views.usage, resourceID);
  if (read === null || now - read.boundaryAt > seenWithinMs)
    throw new RefusedInstruction(
      `${resourceID} ${read === null ? 'was never read' : `was last read at ${new Date(read.boundaryAt).toISOString()}`}, so nobody knows whether it is there: see to its readings first ("ven devices"), then trust it.`,
    );
  const { serial } = read.status;
  const identity = { address, ...(serial === undefined ? {} : { serial }) };
  return {
    stream: `device/${resourceID}`,
    input: { type: 'DeviceTrusted', data: { resourceID, identity, by: wayOf(by) } },
  };
};

/** The input that ends it. @throws RefusedInstruction with a sentence for whoever asked */
export const distrustArrival = (state: AgentState, { resourceID: asked, by }: TrustAsked): Arrival => {
  const { resourceID } = deviceNamed(state, asked);
  if (trustIn(state.views.trust, resourceID) === null && state.alarms[`trustEnded ${resourceID}`] === undefined)
    throw new RefusedInstruction(`Nobody trusts ${resourceID}, so it is told nothing as it is.`);
  return {
    stream: `device/${resourceID}`,
    input: { type: 'DeviceDistrusted', data: { resourceID, by: wayOf(by) } },
  };
};

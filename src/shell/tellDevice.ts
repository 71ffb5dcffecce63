/** The one way in which a device is told what to do: never in shadow, and never another device than the one that is trusted. */
import type { AgentState } from '../core/state.ts';
import { isInShadow } from '../reactions/trust.ts';
import { trustIn } from '../store/projections/trust.ts';
import { deviceOf } from './patience.ts';
import type { GivenPower, Ports } from './ports.ts';

/** Tells a device its power. @throws what the device says, or that it is in shadow */
export const tellDevice = async (
  ports: Pick<Ports, 'devices'>,
  state: AgentState,
  resourceID: string,
  setpoint: Pick<GivenPower, 'demandWatts' | 'validUntil'>,
): Promise<void> => {
  if (isInShadow(state, resourceID)) throw new Error(`${resourceID} is in shadow, so it is told nothing`);
  const serial = trustIn(state.views.trust, resourceID)?.identity.serial;
  await deviceOf(ports, resourceID).apply({ ...setpoint, ...(serial === undefined ? {} : { serial }) });
};

/** Who is found where another device was trusted, by what the device's driver says. */
export const foundSerialOf = (error: unknown): { readonly foundSerial?: string } =>
  typeof error === 'object' && error !== null && 'foundSerial' in error && typeof error.foundSerial === 'string'
    ? { foundSerial: error.foundSerial }
    : {};

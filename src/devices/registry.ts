/**
 * How a device of each kind is opened. What a kind may be told is said in `shell/settings/deviceKinds.ts`; both tables have the same
 * names, which the compiler sees to. Libraries of a kind are read only when there is one of it.
 */
import { deviceSettingsOf, type DeviceKind } from '../shell/settings/deviceKinds.ts';
import type { Device } from '../shell/ports.ts';
import { following } from './following.ts';
import type { Opening } from './opening.ts';
import { openSimulatedBattery, openSimulatedEv, openSimulatedFlexibleLoad, openSimulatedMeter } from './simulated.ts';

const openers: { readonly [Kind in DeviceKind]: (opening: Opening<Kind>) => Device | Promise<Device> } = {
  simulatedBattery: openSimulatedBattery,
  simulatedEv: openSimulatedEv,
  simulatedFlexibleLoad: openSimulatedFlexibleLoad,
  simulatedMeter: openSimulatedMeter,
  sunspec: async (opening) => (await import('./modbus/sunspecDevice.ts')).openSunspec(opening),
  http: async (opening) => (await import('./http/httpDevice.ts')).openHttp(opening),
  modbus: async (opening) => (await import('./modbus/modbusDevice.ts')).openModbus(opening),
  files: async (opening) => (await import('./files/filesDevice.ts')).openFiles(opening),
  mqtt: async (opening) => (await import('./mqtt/mqttDevice.ts')).openMqtt(opening),
};

/** Opens a device. @throws an error that says what of its settings cannot be, or what about it cannot be reached at all */
export const openDevice = async (opening: Opening): Promise<Device> => {
  const open = openers[opening.device.kind] as (opening: Opening) => Device | Promise<Device>;
  const device = await open(opening);
  return deviceSettingsOf(opening.device).isReadOnly === true ? device : following(device, opening.now);
};

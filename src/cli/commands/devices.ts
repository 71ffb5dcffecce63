import type { Command } from '../command.ts';
import { DATA_OPTIONS, DOCUMENT_OPTIONS, MANY_OPTIONS } from '../optionTables.ts';

/** `ven devices` */
export const devicesCommand: Command = {
  name: 'ven devices',
  summary: 'the devices: what each is, whether it is told what to do, and its last reading',
  help: `
    A device that moves real power is in shadow at first: it is read and planned for, and told nothing. What it would have done
    is in the log, and what that would have brought is told here. "ven devices trust" ends the shadow of one device, for as
    long as it is the same device.

    More than 20 devices are counted first; then those that are not heard from, and so on to those that are well.`,
  options: { ...DOCUMENT_OPTIONS, ...MANY_OPTIONS },
  run: async (given, surroundings) => (await import('../devices/devices.ts')).devices(given, surroundings),
};

/** `ven devices trust` */
export const trustCommand: Command = {
  name: 'ven devices trust',
  summary: 'let a device be told what to do',
  help: `
    From now on the device is told what its plan says; it moves real power. Look at its readings first: power, level and
    direction have to be right. Trust holds for this device, by its address and by what it says that it is; another device in
    its place is told nothing, and there is an alarm. It survives restarts.`,
  options: DATA_OPTIONS,
  operands: [{ placeholder: 'DEVICE', required: true }],
  examples: [['ven devices trust battery', 'let the battery follow its plan']],
  run: async (given, surroundings) => (await import('../devices/devices.ts')).trustDevice(given, surroundings),
};

/** `ven devices distrust` */
export const distrustCommand: Command = {
  name: 'ven devices distrust',
  summary: 'tell a device nothing any more',
  help: `
    The device is left to itself at once, and is in shadow from then on: read and planned for, and told nothing.`,
  options: DATA_OPTIONS,
  operands: [{ placeholder: 'DEVICE', required: true }],
  run: async (given, surroundings) => (await import('../devices/devices.ts')).distrustDevice(given, surroundings),
};

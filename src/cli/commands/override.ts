import type { Command } from '../command.ts';
import { DATA_OPTIONS, DOCUMENT_OPTIONS } from '../optionTables.ts';

/** `ven override` */
export const overrideCommand: Command = {
  name: 'ven override',
  summary: 'tell a device what to do for a time, whatever the plan says',
  help: `
    Tells the running agent that a device is to charge, to discharge or to hold (do nothing) from now on. It ends by itself:
    say until when, or for how long. A new one takes the place of the former; "ven release" ends it at once. It survives
    restarts, "ven status" shows how long it goes on, the plan is made around it, and the VTN is told of a manual override.

    Without --power a device does as much as it can. The price of it stays what it is: what an override costs is in the
    settlement as everything else.`,
  options: {
    device: { placeholder: 'DEVICE', help: 'The resourceID of the device; may be left out where there is only one.' },
    power: { placeholder: 'POWER', help: 'How much: 3kW, 2500W or 2500 (watts); as much as it can if absent.' },
    until: {
      placeholder: 'TIME',
      help: 'Until this time: 18:00, "tomorrow 06:00", sunday (the beginning of it), 2026-11-01T21:00Z.',
    },
    for: { placeholder: 'LENGTH', help: 'For this long: 45min, 2h, 1h30min, 1d.' },
    ...DATA_OPTIONS,
  },
  operands: [{ placeholder: 'charge|discharge|hold', required: true }],
  examples: [
    ['ven override charge --device battery --power 3kW --for 2h', 'charge with 3 kW for two hours'],
    ['ven override hold --device ev --until 06:00', 'leave the vehicle alone until six in the morning'],
  ],
  run: async (given, surroundings) => (await import('../ask/override.ts')).override(given, surroundings),
};

/** `ven override list` */
export const overrideListCommand: Command = {
  name: 'ven override list',
  summary: 'what is overridden, and for how long still',
  help: `
    Each override with its remaining time; "ven release DEVICE" ends it at once. With --json one document a line.`,
  options: DOCUMENT_OPTIONS,
  run: async (given, surroundings) => (await import('../ask/override.ts')).overrideList(given, surroundings),
};

/** `ven release` */
export const releaseCommand: Command = {
  name: 'ven release',
  summary: 'end an override, so that the device follows the plan again',
  help: `
    Takes back what "ven override" told a device, or all devices when none is named.`,
  options: DATA_OPTIONS,
  operands: [{ placeholder: 'DEVICE', required: false }],
  examples: [['ven release battery', 'let the battery follow the plan again']],
  run: async (given, surroundings) => (await import('../ask/override.ts')).release(given, surroundings),
};

import type { Command } from '../command.ts';
import { DATA_OPTIONS, DOCUMENT_OPTIONS } from '../optionTables.ts';

const DEVICE = {
  device: { placeholder: 'DEVICE', help: 'The resourceID of the device; may be left out where there is only one.' },
};

/** `ven wish leave` */
export const wishLeaveCommand: Command = {
  name: 'ven wish leave',
  summary: 'wish a vehicle to be full when it leaves, this once',
  help: `
    A wish is weighed by the plan as those of the configuration are, before them, and is over by itself when it leaves. It survives
    restarts; "ven wish list" says how long it holds and what the plan reaches of it.`,
  options: { with: { placeholder: 'LEVEL', help: 'How full: 80%; full if absent.' }, ...DEVICE, ...DATA_OPTIONS },
  operands: [{ placeholder: 'TIME', required: true }],
  examples: [['ven wish leave "tomorrow 06:00" --with 80%', 'leave at six tomorrow, four fifths full']],
  run: async (given, surroundings) => (await import('../ask/wish.ts')).wishLeave(given, surroundings),
};

/** `ven wish keep` */
export const wishKeepCommand: Command = {
  name: 'ven wish keep',
  summary: 'wish that so much is kept in a device for a time, this once',
  help: `
    Until then this is the device's reserve, in place of the configured one; it is over by itself.`,
  options: {
    until: { placeholder: 'TIME', help: 'Until this time: 18:00, "tomorrow 06:00", sunday (the beginning of it).' },
    ...DEVICE,
    ...DATA_OPTIONS,
  },
  operands: [{ placeholder: 'LEVEL', required: true }],
  examples: [['ven wish keep 80% --until sunday', 'a storm is coming']],
  run: async (given, surroundings) => (await import('../ask/wish.ts')).wishKeep(given, surroundings),
};

/** `ven wish list` */
export const wishListCommand: Command = {
  name: 'ven wish list',
  summary: 'the one-off wishes that stand, and what the plan reaches of them',
  help: `
    Each wish with its remaining time. Where the plan in force cannot meet one, it says how far it comes.`,
  options: DOCUMENT_OPTIONS,
  run: async (given, surroundings) => (await import('../ask/wish.ts')).wishList(given, surroundings),
};

/** `ven wish cancel` */
export const wishCancelCommand: Command = {
  name: 'ven wish cancel',
  summary: 'take a one-off wish back',
  help: `
    The configuration holds again, and the plan is made anew.`,
  options: { ...DEVICE, ...DATA_OPTIONS },
  operands: [{ placeholder: 'leave|keep', required: true }],
  run: async (given, surroundings) => (await import('../ask/wish.ts')).wishCancel(given, surroundings),
};

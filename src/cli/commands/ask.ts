import type { Command } from '../command.ts';
import { DATA_OPTIONS } from '../optionTables.ts';

/** `ven opt` */
export const optCommand: Command = {
  name: 'ven opt',
  summary: 'opt in to a DR event or out of it',
  help: `
    Tells the running agent to answer a DR event otherwise than it would by itself; the VTN hears of it at once, by another
    oadrCreatedEvent. It holds for this event, until another wish. "ven opt out" and "ven opt in" opt by EiOpt: of an event
    after it was answered, for some devices, or of times to come.`,
  options: DATA_OPTIONS,
  operands: [
    { placeholder: 'EVENTID', required: true },
    { placeholder: 'optIn|optOut', required: true },
  ],
  examples: [['ven opt 5f2c4e optOut', 'take no part in that event']],
  run: async (given, surroundings) => (await import('../ask/ask.ts')).opt(given, surroundings),
};

/** `ven register` */
export const registerCommand: Command = {
  name: 'ven register',
  summary: 'let the running agent register anew',
  help: `
    The running agent registers party and reports anew and asks for all DR events, as it does by itself once a day; also after
    "ven cancel". With --fresh it registers as if for the first time, without the registrationID that it has; with --ask it asks
    the VTN first what it offers and whom it takes us for (oadrQueryRegistration), and renews that.`,
  options: {
    fresh: { help: 'Register without the registrationID that the agent has.' },
    ask: { help: 'Ask what the VTN offers before the registration is renewed.' },
    ...DATA_OPTIONS,
  },
  run: async (given, surroundings) => (await import('../ask/ask.ts')).register(given, surroundings),
};

/** `ven cancel` */
export const cancelCommand: Command = {
  name: 'ven cancel',
  summary: 'let the running agent cancel its registration',
  help: `
    The running agent cancels its registration with the VTN and stays away until "ven register". It goes on metering; hours
    that are not reported are owed.`,
  options: DATA_OPTIONS,
  run: async (given, surroundings) => (await import('../ask/ask.ts')).cancel(given, surroundings),
};

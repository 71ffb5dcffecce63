import type { Command } from '../command.ts';
import { DATA_OPTIONS, DOCUMENT_OPTIONS } from '../optionTables.ts';

const TERMS = {
  from: { placeholder: 'TIME', help: 'A time instead of an event, from: now, 17:00, "tomorrow 17:00".' },
  to: { placeholder: 'TIME', help: 'Until: 20:00, "tomorrow 06:00"; without an end if absent.' },
  every: { placeholder: 'day|week', help: 'The same time again, by the local clock.' },
  times: { placeholder: 'COUNT', help: 'How often in all, with --every.' },
  device: { placeholder: 'DEVICE', help: 'Only this device; may be given again. All devices if absent.' },
  class: { placeholder: 'CLASS', help: 'Only the devices of this class (deviceClass of the configuration).' },
  reason: { placeholder: 'REASON', help: 'Why, as optReason has it: economic, emergency, mustRun, …' },
  'market-context': { placeholder: 'URI', help: 'Only for this programme; not for an event.' },
};

const operands = [{ placeholder: 'EVENTID', required: false }];

/** `ven opt out` */
export const optOutCommand: Command = {
  name: 'ven opt out',
  summary: 'opt out of a DR event after it was answered, or of times to come',
  help: `
    Tells the VTN by oadrCreateOpt, and holds the devices in that time from now on. The prices of that time stay known: the other
    hours are planned with them, and all hours are settled. An event is answered optOut only where the time covers all of it.

    A new schedule takes the place of the earlier ones of its kind, whatever their days, as the standard has it: of all of
    them, or with --device of those of that device; --every gives several days in one. Whatever the VTN
    says to it, here it holds until its time is over or "ven opt cancel" takes it back; a VTN that does not answer is told
    again.`,
  options: { ...TERMS, ...DATA_OPTIONS },
  operands,
  examples: [
    ['ven opt out --from 17:00 --to 20:00', 'hold all devices this evening'],
    [
      'ven opt out --from "saturday 17:00" --to 20:00 --every week --times 4 --device ev',
      'four Saturdays without the vehicle',
    ],
    ['ven opt out 5f2c4e --reason emergency', 'take no part in an event that was accepted'],
  ],
  run: async (given, surroundings) => (await import('../ask/opt.ts')).optOut(given, surroundings),
};

/** `ven opt in` */
export const optInCommand: Command = {
  name: 'ven opt in',
  summary: 'opt in to a DR event after it was answered, or to times to come',
  help: `
    Tells the VTN by oadrCreateOpt. Of the devices it asks nothing; where they are out for the same time, they stay out.`,
  options: { ...TERMS, ...DATA_OPTIONS },
  operands,
  run: async (given, surroundings) => (await import('../ask/opt.ts')).optIn(given, surroundings),
};

/** `ven opt list` */
export const optListCommand: Command = {
  name: 'ven opt list',
  summary: 'the opts that hold, and what the VTN said to them',
  help: `
    Each with its optID, which "ven opt cancel" takes.`,
  options: DOCUMENT_OPTIONS,
  run: async (given, surroundings) => (await import('../ask/opt.ts')).optList(given, surroundings),
};

/** `ven opt cancel` */
export const optCancelCommand: Command = {
  name: 'ven opt cancel',
  summary: 'take an opt back',
  help: `
    A schedule is taken back by oadrCancelOpt; of a DR event the VTN is told the opposite, for such an opt cannot be cancelled.
    Here it ends at once; the command waits for what the VTN says, up to half a minute. One that does not answer is told again.`,
  options: DATA_OPTIONS,
  operands: [{ placeholder: 'OPTID', required: true }],
  run: async (given, surroundings) => (await import('../ask/opt.ts')).optCancel(given, surroundings),
};

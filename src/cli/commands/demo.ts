import type { Command } from '../command.ts';
import { INSPECT_OPTION } from '../optionTables.ts';

/** `ven demo` */
export const demoCommand: Command = {
  name: 'ven demo',
  summary: 'live through one programme day in about a minute, on an embedded VTN',
  help: `
    Starts a test VTN on a free port of this machine and runs the agent against it over real HTTP, with time passing
    about two thousand times faster while nobody waits for an answer. You see it register, offer its reports, receive tomorrow's prices at 17:00 Eastern,
    answer, meter every hour, deliver the day's usage report, and at the end a table of the day that is compared with
    what the VTN has booked, and what the day earned beside what was possible with all its prices known.

    A page that shows the agent think is open meanwhile; its address is printed. At the end p keeps it open, and
    "ven inspect DIRECTORY" shows it again later.

    The log it leaves is a log like any other. Ctrl-C ends it at any moment, in good order.`,
  options: {
    data: {
      short: 'd',
      placeholder: 'DIRECTORY',
      help: 'Where to leave the log; a new directory below .demo if absent.',
    },
    lapse: {
      placeholder: 'N',
      help: 'How many times faster than on the wall time passes while nobody waits; 2100 if absent.',
    },
    ...INSPECT_OPTION,
    'no-inspect': { help: 'Do without the inspector, which otherwise is open while the demo runs.' },
    seed: { placeholder: 'NUMBER', help: 'Makes the prices; the same number gives the same prices.' },
  },
  run: async (given, surroundings) => {
    surroundings.stopSignal(); // from here on a signal ends it in good order, also while its libraries are being read
    return (await import('../demo/demo.ts')).demo(given, surroundings);
  },
};

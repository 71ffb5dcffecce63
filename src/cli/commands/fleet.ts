import type { Command } from '../command.ts';
import type { OptionTable } from '../options.ts';

/** For commands of a fleet. */
const FLEET_OPTIONS: OptionTable = {
  config: { short: 'c', placeholder: 'FILE', help: 'The file of the fleet; VEN_FLEET, or fleet.json if absent.' },
};

/** `ven fleet run` */
export const fleetRunCommand: Command = {
  name: 'ven fleet run',
  summary: 'run many VENs in one process, until it is stopped',
  help: `
    Runs every VEN that the file names, each with its own identity, token or certificate, devices and log. They share one
    clock, one LevelDB and the connections to their VTNs. A VEN that fails is begun again, and after too many times held
    until a person has looked at it; the others go on.

    SIGHUP reads the file again: new VENs begin, those that are gone end in good order, those that changed begin anew.
    SIGINT and SIGTERM end all of them in good order.`,
  options: { ...FLEET_OPTIONS },
  examples: [['ven fleet run -c fleet.json', 'all VENs of the file']],
  run: async (given, surroundings) => {
    surroundings.stopSignal();
    return (await import('../fleet/runFleet.ts')).runFleet(given, surroundings);
  },
};

/** `ven fleet demo` */
export const fleetDemoCommand: Command = {
  name: 'ven fleet demo',
  summary: 'live through one programme day with a thousand VENs, on an embedded VTN',
  help: `
    Starts a test VTN on a free port of this machine and runs a thousand VENs against it in this process, over real HTTP and
    with one LevelDB, from the eve of a day until the last has delivered its usage of that day. At the end the ledger of
    each is held against the VTN's books, hour by hour.

    Time passes much faster than on the wall while nobody waits for an answer; each VEN polls every hour of it.`,
  options: {
    vens: { placeholder: 'N', help: 'How many; 1000 if absent.' },
    lapse: { placeholder: 'N', help: 'How many times faster time passes while nobody waits; 2400 if absent.' },
    data: {
      short: 'd',
      placeholder: 'DIRECTORY',
      help: 'Where to leave the logs; a new directory below .demo if absent.',
    },
    seed: { placeholder: 'NUMBER', help: 'Makes the prices; the same number gives the same prices.' },
  },
  run: async (given, surroundings) => {
    surroundings.stopSignal();
    return (await import('../fleet/demoFleet.ts')).demoFleet(given, surroundings);
  },
};

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

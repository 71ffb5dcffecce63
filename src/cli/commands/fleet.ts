import type { Command } from '../command.ts';
import { DATA_OPTIONS } from '../optionTables.ts';
import type { OptionTable } from '../options.ts';

/** For commands of a fleet. */
const FLEET_OPTIONS: OptionTable = {
  config: { short: 'c', placeholder: 'FILE', help: 'The file of the fleet; VEN_FLEET, or fleet.json if absent.' },
  data: {
    short: 'd',
    placeholder: 'DIRECTORY',
    help: 'Instead of the "dataDirectory" of the file: each worker of a machine has one of its own.',
  },
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
    SIGINT and SIGTERM end all of them in good order.

    With --store the logs are in a PostgreSQL database, and this process is one of as many workers as are started with the same
    file, on any machine. Each acts for its share of the VENs; when one dies, the others have its VENs once its lease is over.
    One that cannot reach the database for 60 % of the lease stops acting by itself.`,
  options: {
    ...FLEET_OPTIONS,
    store: DATA_OPTIONS['store'] as OptionTable[string],
    lease: {
      placeholder: 'SECONDS',
      help: 'How long the others wait for a silent worker, 15 if absent; the same for all workers, and longer than a failover of the database.',
    },
    capacity: { placeholder: 'N', help: 'How much of the work this worker takes, beside the others; 1 if absent.' },
  },
  examples: [
    ['ven fleet run -c fleet.json', 'all VENs of the file'],
    ['ven fleet run -c fleet.json --store worker.url', 'a worker of several'],
  ],
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
    Starts a test VTN on a free port of this machine and runs a thousand VENs against it in processes of their own, over real
    HTTP and each with one LevelDB, from half an hour before a day until the last has delivered its usage of that day. At the end the ledger
    of each, as its log has it, is held against the VTN's books, hour by hour; it ends with 1 unless they are equal.

    With --workers their logs are in a PostgreSQL database instead, and at 17:00, when the prices come out, one of the workers is
    killed: the others take over its VENs when its leases have run out. The meters are outside of the workers. Without --store
    a server is made for the demo from the programs that Debian installs, and removed at its end.

    Time passes as fast as the work allows; each VEN polls every hour of it.`,
  options: {
    vens: { placeholder: 'N', help: 'How many; 1000 if absent.' },
    workers: {
      placeholder: 'N',
      help: 'How many processes share the VENs; 3 if absent with --store, and 1 without, whose VENs have as many processes as there are cores.',
    },
    store: {
      placeholder: 'FILE',
      help: 'A file with the connection string of an empty PostgreSQL database, for the logs.',
    },
    lease: {
      placeholder: 'SECONDS',
      help: 'How long the other workers wait for a silent one, 15 if absent; after the kill time passes so that this is half an hour of it.',
    },
    lapse: {
      placeholder: 'N',
      help: 'How many times faster than on the wall time passes at the most; 2400 if absent.',
    },
    data: {
      short: 'd',
      placeholder: 'DIRECTORY',
      help: 'Where to leave what is not in a database; a new directory below .demo if absent.',
    },
    seed: { placeholder: 'NUMBER', help: 'Makes the prices; the same number gives the same prices.' },
  },
  examples: [
    ['ven fleet demo', 'a thousand VENs'],
    ['ven fleet demo --workers 3', 'the same on PostgreSQL, with a worker killed'],
  ],
  run: async (given, surroundings) => {
    surroundings.stopSignal();
    return (await import('../fleet/demo/demoFleet.ts')).demoFleet(given, surroundings);
  },
};

const one = [{ placeholder: 'VEN_ID', required: true }] as const;

/** `ven fleet status` */
export const fleetStatusCommand: Command = {
  name: 'ven fleet status',
  summary: 'how the VENs of a running fleet stand, the worst first',
  help: `
    Counts the VENs by how they stand, and shows those that are not well: quarantined, failing, silent (the VTN has not
    answered for long), unregistered, late (prices that are due have not come), in doubt (of an hour it is not known, or
    denied, that it was taken), alarmed, held. It ends with 1 while any of them is not well.`,
  options: { all: { help: 'Every VEN.' }, json: { help: 'One JSON document, times in UTC ms.' }, ...FLEET_OPTIONS },
  run: async (given, surroundings) => (await import('../fleet/fleetCommands.ts')).fleetStatus(given, surroundings),
};

/** `ven fleet pause` */
export const fleetPauseCommand: Command = {
  name: 'ven fleet pause',
  summary: 'end the run of one VEN in good order until it is released',
  help: `
    The VEN answers what is under way, leaves its devices to themselves and stops. It begins no other run, also after a
    restart of the fleet, until "ven fleet release". The others go on.`,
  options: { because: { placeholder: 'WHY', help: 'What is told to whoever asks.' }, ...FLEET_OPTIONS },
  operands: one,
  run: async (given, surroundings) =>
    (await import('../fleet/fleetCommands.ts')).fleetHold('pause')(given, surroundings),
};

/** `ven fleet drain` */
export const fleetDrainCommand: Command = {
  name: 'ven fleet drain',
  summary: 'end the run of one VEN in good order, because it moves elsewhere',
  help: `
    As "ven fleet pause", and told apart from it: its log may be moved by "ven migrate" to where it is to go on, and it is
    taken out of the file here.`,
  options: { because: { placeholder: 'WHY', help: 'What is told to whoever asks.' }, ...FLEET_OPTIONS },
  operands: one,
  run: async (given, surroundings) =>
    (await import('../fleet/fleetCommands.ts')).fleetHold('drain')(given, surroundings),
};

/** `ven fleet release` */
export const fleetReleaseCommand: Command = {
  name: 'ven fleet release',
  summary: 'let a VEN go on that is quarantined, paused or drained',
  help: 'Begins its run again; of a quarantined one, faults count from nothing.',
  options: { ...FLEET_OPTIONS },
  operands: one,
  run: async (given, surroundings) => (await import('../fleet/fleetCommands.ts')).fleetRelease(given, surroundings),
};

/** `ven fleet reload` */
export const fleetReloadCommand: Command = {
  name: 'ven fleet reload',
  summary: 'let a running fleet read its file again',
  help: 'New VENs begin, those that are gone end in good order, those that changed begin anew; the others notice nothing.',
  options: { ...FLEET_OPTIONS },
  run: async (given, surroundings) => (await import('../fleet/fleetCommands.ts')).fleetReload(given, surroundings),
};

/** `ven fleet ven` */
export const fleetVenCommand: Command = {
  name: 'ven fleet ven',
  summary: 'how one VEN of a running fleet stands',
  help: `
    What "ven fleet status" tells of it, with every alarm that is up. Whatever else is asked of one VEN, the other commands
    answer with --data DIRECTORY --ven VEN_ID. It ends with 1 while the VEN is not well.`,
  options: { json: { help: 'One JSON document, times in UTC ms.' }, ...FLEET_OPTIONS },
  operands: one,
  run: async (given, surroundings) => (await import('../fleet/fleetCommands.ts')).fleetVen(given, surroundings),
};

/** `ven fleet add` */
export const fleetAddCommand: Command = {
  name: 'ven fleet add',
  summary: 'add a VEN to the list of a fleet, and have it begin',
  help: `
    Adds it to the JSON list that "vensFile" names. A fleet that runs begins it; when what it is given cannot be used, the list
    stays as it was. Secrets are given as references: --set vtnUrl=env:NAME, or file:PATH.`,
  options: {
    set: { placeholder: 'NAME=VALUE', multiple: true, help: 'A setting of its own; may be repeated.' },
    group: { placeholder: 'NAME', multiple: true, help: 'A group it belongs to; may be repeated.' },
    ...FLEET_OPTIONS,
  },
  operands: one,
  examples: [['ven fleet add home-7 --group north --set vtnUrl=env:HOME_7_URL', 'begins one more VEN']],
  run: async (given, surroundings) => (await import('../fleet/listCommands.ts')).fleetAdd(given, surroundings),
};

/** `ven fleet remove` */
export const fleetRemoveCommand: Command = {
  name: 'ven fleet remove',
  summary: 'take a VEN out of the list of a fleet, and have it end in good order',
  help: 'Its log stays where it is, and goes on when the VEN is added again.',
  options: { ...FLEET_OPTIONS },
  operands: one,
  run: async (given, surroundings) => (await import('../fleet/listCommands.ts')).fleetRemove(given, surroundings),
};

import type { Command } from '../command.ts';
import { DIRECTORY_OPTIONS, DATA_OPTIONS } from '../optionTables.ts';
import type { OptionTable } from '../options.ts';

/** `ven migrate` */
export const migrateCommand: Command = {
  name: 'ven migrate',
  summary: 'move logs between data directories and a PostgreSQL database',
  help: `
    Moves the log of the data directory into a database, entry for entry as it was sealed, with gaps, XML and what was kept for a
    quick start, and proves the copy whole. With --out, the other way: from the database into a directory. A directory that holds
    data directories is moved log by log, and with --out but without --ven all logs of the database are; one that cannot be moved keeps
    no other from it, and VENs that are not being moved go on meanwhile.

    Of the directory of a fleet all logs are moved while it does not run, and that of one VEN (--ven), once "ven fleet drain" has ended
    it, while the others go on; take it out of the fleet's file then. With --out, a fleet that does not run takes logs into its directory.

    A log in use is refused: stop its agent, or pause the VEN, first. What was moved is left where it was and is a backup from then on,
    so no agent starts on it. A migration that was interrupted goes on where it ended when it is run again; until it has ended, no agent
    starts on either of the two.

    With --schema nothing is moved: the tables are made, or brought up to this release. That takes the owner of the database. Two groups
    of roles are made with them: ven_worker, which appends and can neither change nor take away an entry, and ven_reader, which only reads.`,
  options: {
    schema: { help: 'Make the tables, or bring them up to this release, and nothing else.' },
    out: { placeholder: 'DIRECTORY', help: 'Move from the database into this directory.' },
    store: DATA_OPTIONS['store'] as OptionTable[string],
    ven: { placeholder: 'VEN_ID', help: 'Only the log of this VEN: of the database, or of a fleet’s directory.' },
    json: { help: 'One JSON object for each log.' },
    ...DIRECTORY_OPTIONS,
  },
  examples: [
    ['ven migrate --schema --store owner.url', 'make the tables'],
    ['ven migrate --data /var/lib/ven --store worker.url', 'move a log into the database'],
    ['ven migrate --data /var/lib/ter-fleet --ven VEN_7 --store worker.url', 'move one of a fleet, drained before'],
    ['ven migrate --store worker.url --ven VEN_7 --out /var/lib/ven', 'and back again'],
  ],
  run: async (given, surroundings) => (await import('../migrate/migrate.ts')).migrate(given, surroundings),
};

import type { Command } from '../command.ts';
import {
  DATA_OPTIONS,
  DIRECTORY_DOCUMENT_OPTIONS,
  DOCUMENT_OPTIONS,
  FORMAT_OPTIONS,
  SELECT_OPTIONS,
  VEN_OPTIONS,
} from '../optionTables.ts';
import type { OptionTable } from '../options.ts';

/** `ven log list` */
export const logListCommand: Command = {
  name: 'ven log list',
  summary: 'the entries of the log: what came in, and what was concluded',
  help: `
    Lists entries in their order. An input (▸) is something that came from outside: a message, a timer, a reading. An
    output (◂) is what the machines concluded from it. Without --from, --to or --last, the last thirty.

    A point is a position, a day, or a time. With --json each entry is one line, whole, as the log holds it.`,
  options: {
    ...SELECT_OPTIONS,
    last: { placeholder: 'N', help: 'Only the last N that are like that, or "all".' },
    ...FORMAT_OPTIONS,
    ...DATA_OPTIONS,
  },
  examples: [
    ['ven log list --type AlarmRaised --last all', 'every alarm ever raised'],
    ['ven log list --from "2026-11-01 17:00" --stream drEvent', 'what happened to DR events since'],
  ],
  run: async (given, surroundings) => (await import('../log/list.ts')).logList(given, surroundings),
};

/** `ven log show` */
export const logShowCommand: Command = {
  name: 'ven log show',
  summary: 'one entry whole: its data, what led to it, its XML',
  help: `
    Shows the entry at a position: when it was recorded and by which run, its data, the chain of causes that led to it and
    what follows from it. With --xml also the message as it went over the wire, laid out; the log keeps it byte for byte
    for as long as "xmlRetentionDays" says.`,
  options: { xml: { help: 'The message as it went over the wire.' }, ...DOCUMENT_OPTIONS },
  operands: [{ placeholder: 'POSITION', required: true }],
  examples: [['ven log show 42 --xml', 'entry 42 with its XML']],
  run: async (given, surroundings) => (await import('../log/show.ts')).logShow(given, surroundings),
};

/** `ven log follow` */
export const logFollowCommand: Command = {
  name: 'ven log follow',
  summary: 'each entry as the running agent records it',
  help: `
    Shows entries as they are recorded, until Ctrl-C or the agent's end. With --from it begins there. Polls that bring nothing
    are no entries: they are summed up once an hour.`,
  options: { ...SELECT_OPTIONS, json: { help: 'One JSON object per line.' }, ...DATA_OPTIONS },
  run: async (given, surroundings) => (await import('../log/follow.ts')).logFollow(given, surroundings),
};

/** `ven log where` */
export const logWhereCommand: Command = {
  name: 'ven log where',
  summary: 'where in the log something holds: a state, a price, a level, a fact',
  help: `
    Goes through the log and tells each place where PREDICATE holds, with the values it saw there. A predicate compares words with
    values (= != < <= > >= and ~ for "contains") and joins them with and, or, not and brackets. One that speaks of entries (fact,
    stream, direction, position, requestID, run, hour, data.FIELD) is asked of each entry, with what the agent knew after its step. One
    that speaks only of what the agent knew is told where it begins to hold, and for how long; "on" means that it holds at the end.

    Words of what the agent knew: lifecycle and the other charts (exchange, watch, drEvent, reportRequest, site, device, instruction),
    alarm, price.now, price.next, priced.today, priced.tomorrow, soc, power, planned, online, override, wish, hours.owed and the other
    states of hours. Of words that several things have, any of them is meant, or with [ID] one: soc[battery]. "= unknown" asks for what nobody
    knew.`,
  options: {
    from: SELECT_OPTIONS['from'] as OptionTable[string],
    to: SELECT_OPTIONS['to'] as OptionTable[string],
    limit: { placeholder: 'N', help: 'Only the first N places; a table has at most 1,000.' },
    ...FORMAT_OPTIONS,
    ...DATA_OPTIONS,
  },
  operands: [{ placeholder: 'PREDICATE', required: true }],
  examples: [
    ["ven log where 'lifecycle = backoff'", 'when the VTN was not to be reached, and for how long'],
    ["ven log where 'price.now > 1 and not soc < 20'", 'dear hours with something left to sell'],
    ["ven log where 'fact = SetpointRequested and data.demandWatts < 0'", 'every order to sell'],
  ],
  run: async (given, surroundings) => (await import('../log/where.ts')).logWhere(given, surroundings),
};

/** `ven log fork` */
export const logForkCommand: Command = {
  name: 'ven log fork',
  summary: 'what would have been from a moment on with other settings, and the money',
  help: `
    Lives on from a moment of the log with other settings: whenever the agent asked for a plan, the planner is asked with them as well,
    and the devices follow it by their models. The VTN, its prices, orders of people and the times at which the agent ran are as they
    were recorded. It tells the first thing that would have been otherwise, and the difference in money hour by hour and in sum. All of it
    is reckoned and marked with ~, and nothing is written into the log.

    What plans are made of can be another: preferences.NAME, preferences.devices.ID.NAME, devices.ID.NAME (by resourceID or by place, from 0)
    and site.NAME; "none" takes back what was said. Of other settings nobody knows what the VTN would have answered. "By the models" has the
    settings that were, so that what the models miss is no part of the difference. Of devices in shadow it is told apart what they would have brought.`,
  options: {
    at: { placeholder: 'POINT', help: 'From this position, day or time on.' },
    until: {
      placeholder: 'TIME',
      help: 'Up to this time, or to the end of this day; the end of the day of --at if absent.',
    },
    set: { placeholder: 'NAME=VALUE', multiple: true, help: 'A setting that would have been another.' },
    with: { placeholder: 'FILE', help: 'A configuration file whose preferences, site and devices would have held.' },
    json: { help: 'One JSON document, times in UTC.' },
    ...(({ set: _set, ...rest }) => rest)(DATA_OPTIONS),
  },
  examples: [
    ['ven log fork --at "2026-11-27 00:00" --set preferences.reserve=20%', 'a day with another reserve'],
    ['ven log fork --at 812 --set devices.battery.maxDischargeWatts=3000', 'with a weaker battery from entry 812 on'],
  ],
  run: async (given, surroundings) => (await import('../log/fork.ts')).logFork(given, surroundings),
};

/** `ven log stats` */
export const logStatsCommand: Command = {
  name: 'ven log stats',
  summary: 'how long and how large the log is, and what it is made of',
  help: `
    Counts the entries by their fact, and tells their time, the size on disk and what it is made of, what is left of the
    disk, and what "ven log compact" would let go of.`,
  options: DOCUMENT_OPTIONS,
  run: async (given, surroundings) => (await import('../log/stats.ts')).logStats(given, surroundings),
};

/** `ven log verify` */
export const logVerifyCommand: Command = {
  name: 'ven log verify',
  summary: 'check that no byte of the log was changed',
  help: `
    Looks over every file, walks the whole chain of hashes, every entry and every XML, checks that each entry which is gone
    was let go of by a compaction or repair that says so, and compares every checkpoint with the entries before it. It names
    the first position that differs; the exit code is then 4, and "ven log repair" saves what can be proved.
    "ven replay --verify" checks something else: that the machines would conclude the same today.`,
  options: DOCUMENT_OPTIONS,
  run: async (given, surroundings) => (await import('../log/verify.ts')).logVerify(given, surroundings),
};

/** `ven log compact` */
export const logCompactCommand: Command = {
  name: 'ven log compact',
  summary: 'make the log of a stopped agent shorter',
  help: `
    Lets go of old entries that only drove the machines: timers, quiet polls, setpoints, plans. Prices, readings, what was
    due, sent and acknowledged, registrations, report requests and alarms stay for ever, with the messages that brought
    them; "ven prices", "ven usage" and "ven deliveries" say the same of any day before and after. A compacted log still
    verifies: every gap is sealed by an entry that says what went.

    What is let go of can no longer be replayed. Without --before, what is older than "replayRetentionDays" (400) goes. A
    running agent does that by itself, every day.`,
  options: {
    before: { placeholder: 'DAY', help: 'Entries of before this local day may go.' },
    'keep-xml-days': { placeholder: 'N', help: 'XML older than this goes too; "xmlRetentionDays" if absent.' },
    ...DOCUMENT_OPTIONS,
  },
  examples: [['ven log compact --before 2026-06-01', 'keep of the time before June what settlement needs']],
  run: async (given, surroundings) => (await import('../log/compact.ts')).logCompact(given, surroundings),
};

/** `ven log backup` */
export const logBackupCommand: Command = {
  name: 'ven log backup',
  summary: 'copy the log, also of a running agent, into another directory',
  help: `
    Copies the log as it is at one instant, without disturbing the agent, and proves the copy whole: every file, every hash
    and every XML. The copy can be read like any log ("ven prices --data COPY"). No agent begins on it before "ven log restored"
    has recorded what may have been sent since.`,
  options: {
    out: { placeholder: 'DIRECTORY', help: 'Where the copy goes; a directory that is not there yet.' },
    ...DIRECTORY_DOCUMENT_OPTIONS,
  },
  examples: [['ven log backup --out /mnt/usb/ven-2026-11-02', 'a copy on another disk']],
  run: async (given, surroundings) => (await import('../log/backup.ts')).logBackup(given, surroundings),
};

/** `ven log restored` */
export const logRestoredCommand: Command = {
  name: 'ven log restored',
  summary: 'say that this log is an older copy, so that nothing is sent twice',
  help: `
    To be run once after a backup was put in the place of the log, and before the agent is started. It records that what
    happened between the end of this copy and now is not in it. Hours that may have been reported in that time are in doubt: they are
    neither counted as delivered nor sent again until a person releases them ("ven deliveries --release"). The agent then
    registers anew and asks for all DR events.

    An agent that finds out by itself that its log is an older copy does not start, and names this command.`,
  options: { json: { help: 'One JSON document, times in UTC.' }, ...VEN_OPTIONS },
  run: async (given, surroundings) => (await import('../log/restored.ts')).logRestored(given, surroundings),
};

/** `ven log repair` */
export const logRepairCommand: Command = {
  name: 'ven log repair',
  summary: 'save what can be proved of a damaged log into a new one',
  help: `
    Reads every file of a damaged log as far as it goes, follows the chain of hashes through what is left, and writes what
    it proves into a new log, in a directory of its own. The damaged one is not touched. Entries keep their positions and
    hashes; what is lost leaves a gap, and an entry records what was lost, from where to where, and what was wrong.

    An agent can go on with the new log: it registers anew and asks for all DR events. Hours that may have been reported in
    what is lost are in doubt: they are neither counted as delivered nor sent again until a person releases them.

    Of a log in a database (--store) what stands in its rows is read, while no worker acts for the VEN.`,
  options: {
    out: {
      placeholder: 'DIRECTORY',
      help: 'Where the new log goes; the name of the data directory, or of the VEN of a database, with "-repaired" if absent.',
    },
    'ignore-marks': {
      help: 'Save the database although the files log.json and log.end beside it belong to another time or log.',
    },
    ...DOCUMENT_OPTIONS,
  },
  examples: [['ven log repair --out ~/ven-saved', 'save what can be saved into another directory']],
  run: async (given, surroundings) => (await import('../log/repair.ts')).logRepair(given, surroundings),
};

import type { Command } from '../command.ts';
import { DATA_OPTIONS, DOCUMENT_OPTIONS, FORMAT_OPTIONS, SELECT_OPTIONS } from '../optionTables.ts';

/** `ven log list` */
export const logListCommand: Command = {
  name: 'ven log list',
  summary: 'the entries of the log: what came in, and what was concluded',
  help: `
    Lists entries in their order. An input (▸) is something that came from outside: a message, a timer, a reading. An
    output (◂) is what the machines concluded from it. Without --from, --to or --last, the last thirty.

    A point is a position, a day, or a time. With --json each entry is one line, whole, as the log holds it.`,
  options: { ...SELECT_OPTIONS, last: { placeholder: 'N', help: 'Only the last N that are like that, or "all".' }, ...FORMAT_OPTIONS, ...DATA_OPTIONS },
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

/** `ven log stats` */
export const logStatsCommand: Command = {
  name: 'ven log stats',
  summary: 'how long and how large the log is, and what it is made of',
  help: 'Counts the entries by their fact, and tells their time, the size on disk and what is left of the disk.',
  options: DOCUMENT_OPTIONS,
  run: async (given, surroundings) => (await import('../log/stats.ts')).logStats(given, surroundings),
};

/** `ven log verify` */
export const logVerifyCommand: Command = {
  name: 'ven log verify',
  summary: 'check that no byte of the log was changed',
  help: `
    Walks the whole chain of hashes, every entry and every XML, and names the first position that differs; the exit code is
    then 4. "ven replay --verify" checks something else: that the machines would conclude the same today.`,
  options: DOCUMENT_OPTIONS,
  run: async (given, surroundings) => (await import('../log/verify.ts')).logVerify(given, surroundings),
};

import type { Command } from '../command.ts';
import { DATA_OPTIONS, VEN_OPTIONS } from '../optionTables.ts';

/** `ven bundle` */
export const bundleCommand: Command = {
  name: 'ven bundle',
  summary: 'cut a stretch of the log out, to be looked at elsewhere',
  help: `
    Writes one compressed file with the entries of a stretch, the XML of their messages, and what was known when it begins,
    so that every command that reads a log reads the bundle too (--data FILE), and "ven reproduce" and "ven vtn --replay"
    can show again what happened. Without --from and --to it holds the whole log.

    The token of the VTN's URL, keys, and paths of this machine are in no bundle. With --pseudonymise, identifiers of the VEN,
    the VTN, the registration, devices, DR events and report requests, and names, are replaced everywhere by others of the
    same length, the same for the same; numbers and times stay, and the bundle replays as the log does. With --sign it
    bears a signature of the key that "ven key new" has made.`,
  options: {
    from: { placeholder: 'POINT', help: 'From this position, day or time on.' },
    to: { placeholder: 'POINT', help: 'Up to and with this position, day or time.' },
    out: {
      short: 'o',
      placeholder: 'FILE',
      help: 'Where to write it; named by its days, in this directory, if absent.',
    },
    pseudonymise: { help: 'Replace identifiers and names.' },
    sign: { help: 'Sign it with the key of the data directory.' },
    'vtn-url': VEN_OPTIONS['vtn-url'] ?? { help: '' },
    ...DATA_OPTIONS,
  },
  examples: [
    ['ven bundle --from "2026-11-12 16:00" --to 2026-11-12', 'an evening'],
    [
      'ven bundle --from 2026-11-12 --pseudonymise --sign -o fault.bundle.gz',
      'for somebody who is to know the fault and not the customer',
    ],
  ],
  run: async (given, surroundings) => (await import('../bundle/bundle.ts')).bundle(given, surroundings),
};

/** `ven bundle inspect` */
export const bundleInspectCommand: Command = {
  name: 'ven bundle inspect',
  summary: 'what is in a bundle, before it is sent to anyone',
  help: `
    Reads a bundle from its first byte to its last, checks its chain of hashes, and tells in words and numbers what it holds:
    the time, the facts, the messages by name, every identifier, whether they are pseudonyms, its hashes, and by which key it is
    signed.`,
  options: { json: { help: 'One JSON document, times in UTC.' } },
  operands: [{ placeholder: 'FILE', required: true }],
  examples: [['ven bundle inspect fault.bundle.gz', 'whom and what it names']],
  run: async (given, surroundings) => (await import('../bundle/inspect.ts')).inspect(given, surroundings),
};

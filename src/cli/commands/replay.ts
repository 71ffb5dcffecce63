import type { Command } from '../command.ts';
import { DOCUMENT_OPTIONS } from '../optionTables.ts';

/** `ven replay` */
export const replayCommand: Command = {
  name: 'ven replay',
  summary: 'take all steps of the log once more, and compare what follows',
  help: `
    Feeds the recorded inputs to the machines again and shows how everything then stood: registration, prices in hand, hours
    owed and acknowledged, alarms, where each stream was and what it waited for; at the end of the log, or at any moment of
    the past with --until. With --from it shows what changed since then.

    With --verify it compares every recorded output with the one that is concluded today. A difference is shown side by
    side, with its position and the causes that led to it, and the exit code is 1. Outputs of another version of the
    machines are folded and not compared: what was owed and priced then is what was recorded.

    With --from-wire it reads each message from its XML again, as strictly as that run did, instead of trusting the
    recorded reading; a message that reads differently today is a difference too. Where the XML is gone it says so.`,
  options: {
    verify: { help: 'Compare each output with the recorded one.' },
    'from-wire': { help: 'Read messages from their XML, and compare with the recorded reading.' },
    from: { placeholder: 'POINT', help: 'Compare and show only from this position, day or time on.' },
    until: { placeholder: 'POINT', help: 'Only up to this position, day or time.' },
    ...DOCUMENT_OPTIONS,
  },
  operands: [{ placeholder: 'LOG', required: false }],
  examples: [
    ['ven replay --verify', 'whether the log is what the machines conclude'],
    ['ven replay --until "2026-11-01 17:00"', 'what was known then'],
    ['ven replay /backup/ven --verify --from-wire', 'whether a log kept elsewhere still reads and follows as it did'],
  ],
  run: async (given, surroundings) => (await import('../replay/replay.ts')).replay(given, surroundings),
};

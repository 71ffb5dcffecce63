import type { Command } from '../command.ts';
import { DOCUMENT_OPTIONS } from '../optionTables.ts';

/** `ven replay` */
export const replayCommand: Command = {
  name: 'ven replay',
  summary: 'take all steps of the log once more, and compare what follows',
  help: `
    Feeds the recorded inputs to the machines again and shows where each stream then stands and what it waits for: at the
    end of the log, or at any moment of the past with --until.

    With --verify it compares every recorded output with the one that is concluded today. A difference is shown side by
    side, with its position and its cause, and the exit code is 1. Outputs of another version of the machines are folded
    and not compared.`,
  options: {
    verify: { help: 'Compare each output with the recorded one.' },
    until: { placeholder: 'POINT', help: 'Only up to this position, day or time.' },
    ...DOCUMENT_OPTIONS,
  },
  examples: [
    ['ven replay --verify', 'whether the log is what the machines conclude'],
    ['ven replay --until "2026-11-01 17:00"', 'what was known then'],
  ],
  run: async (given, surroundings) => (await import('../replay/replay.ts')).replay(given, surroundings),
};

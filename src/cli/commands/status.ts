import type { Command } from '../command.ts';
import { DOCUMENT_OPTIONS, MANY_OPTIONS } from '../optionTables.ts';

/** `ven status` */
export const statusCommand: Command = {
  name: 'ven status',
  summary: 'how the VEN stands: registration, prices, devices, hours, alarms',
  help: `
    Tells on one page where the VEN stands with its VTN, the price now and which prices are in hand, what each device does,
    how many hours are acknowledged, owed or in doubt, the alarms with what to do about them, and what is waited for.
    It asks the running agent, or reads the log when none runs. More than 20 devices are counted, and those that need a look are told first.`,
  options: { ...DOCUMENT_OPTIONS, ...MANY_OPTIONS },
  examples: [['ven status --json | jq .alarms', 'the alarms for a monitor']],
  run: async (given, surroundings) => (await import('../status/command.ts')).status(given, surroundings),
};

import type { Command } from '../command.ts';
import { DATA_OPTIONS } from '../optionTables.ts';

/** `ven reload` */
export const reloadCommand: Command = {
  name: 'ven reload',
  summary: 'let the running agent read its configuration again',
  help: `
    The agent reads its configuration file as SIGHUP has it do, and goes on without losing a poll: what you want (preferences),
    the site and the devices hold from now on, and one plan is made with them. What cannot change while it runs is told and left
    as it was. A file that cannot be used changes nothing.`,
  options: DATA_OPTIONS,
  run: async (given, surroundings) => (await import('../ask/reload.ts')).reload(given, surroundings),
};

import type { CommandTable } from '../command.ts';
import { doctorCommand } from './doctor.ts';
import { helpCommand } from './help.ts';

/** All commands, in the order of the help. */
export const COMMANDS: CommandTable = {
  doctor: doctorCommand,
  help: helpCommand(() => COMMANDS),
};

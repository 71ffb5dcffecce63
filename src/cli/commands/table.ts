import type { CommandTable } from '../command.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { helpCommand } from './help.ts';
import { runCommand } from './run.ts';

/** All commands, in the order of the help. */
export const COMMANDS: CommandTable = {
  run: runCommand,
  demo: demoCommand,
  doctor: doctorCommand,
  help: helpCommand(() => COMMANDS),
};

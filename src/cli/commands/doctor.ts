import type { Command } from '../command.ts';
import { VEN_OPTIONS } from '../optionTables.ts';

/** `ven doctor` */
export const doctorCommand: Command = {
  name: 'ven doctor',
  summary: 'check the configuration and the way to the VTN, with advice',
  help: `
    Looks at the configuration, the certificates, the VTN's name, connection, TLS and clock, one after the other,
    and gives each a verdict: good, warning or BAD, with what to do.

    Nothing is sent that the VTN could take for a message: no poll, no registration, and never the token.
    The exit code is 0 when nothing is bad, 3 when it is the configuration, and 5 when it is the way to the VTN.`,
  options: { ...VEN_OPTIONS, json: { help: 'One JSON object per finding.' } },
  examples: [
    ['ven doctor', 'check with the settings of environment and file'],
    ['ven doctor --json | jq .verdict', 'the verdicts alone'],
  ],
  run: async (given, surroundings) => (await import('../doctor/doctor.ts')).doctor(given, surroundings),
};

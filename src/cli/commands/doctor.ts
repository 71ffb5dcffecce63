import type { Command } from '../command.ts';
import { PUSH_OPTIONS, STORE_OPTION, VEN_OPTIONS } from '../optionTables.ts';

/** `ven doctor` */
export const doctorCommand: Command = {
  name: 'ven doctor',
  summary: 'check configuration, log and the way to the VTN, with advice',
  help: `
    Looks at the configuration, the files of secrets, the devices, the certificates, the data directory, the log and what it knows (registration, identifiers, report requests,
    prices, deliveries, alarms, and whether the disk has room for a year), then at the VTN's name, connection, TLS and clock, one after the other, and gives each
    a verdict: good, warning or BAD, with what to do.

    Without --ask nothing is sent that the VTN could take for a message: no poll, no registration, and never the token.
    With --ask it is asked with the token, by oadrQueryRegistration, and by oadrRequestEvent where neither the first nor a VEN
    that runs here tells whether it knows the VEN: nothing is changed by either, and DR events that it offers are left to
    "ven run" to answer. What was not tested is said at the end.

    The exit code is 0 when nothing is bad, 3 when it is the configuration, 4 when it is the log, and 5 when it is the VTN
    or the way to it.`,
  options: {
    ...VEN_OPTIONS,
    ...PUSH_OPTIONS,
    ...STORE_OPTION,
    ven: { placeholder: 'VEN_ID', help: 'Which VEN of a fleet; --config then names the fleet’s file.' },
    ask: { help: 'Ask the VTN whether it takes the token and knows this VEN; nothing is changed by that.' },
    json: { help: 'One JSON object per finding.' },
  },
  examples: [
    ['ven doctor', 'check with the settings of environment and file'],
    ['ven doctor --ask', 'and ask the VTN itself'],
    ['ven doctor -c fleet.json --ven VEN_7', 'the same of one VEN of a fleet'],
    ['ven doctor --json | jq .verdict', 'the verdicts alone'],
  ],
  run: async (given, surroundings) => (await import('../doctor/doctor.ts')).doctor(given, surroundings),
};

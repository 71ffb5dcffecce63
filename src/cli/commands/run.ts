import { useLittleMemory } from '../../adapters/process/littleMemory.ts';
import type { Command } from '../command.ts';
import { INSPECT_OPTION, PUSH_OPTIONS, VEN_OPTIONS } from '../optionTables.ts';

/** `ven run` */
export const runCommand: Command = {
  name: 'ven run',
  summary: 'run the VEN against its VTN, until it is stopped',
  help: `
    Registers with the VTN, offers its reports, polls, answers DR events, reads the meters and reports the usage of
    each day, for as long as it runs. Everything it hears, concludes and sends is in the log of its data directory;
    after any stop, also a power cut, it goes on where it was.

    It writes what happens to the standard error output: readable lines on a terminal, JSON otherwise.
    SIGINT and SIGTERM end it in good order, with exit code 0.

    With --push and --transport-address the VTN pushes, over TLS with certificates on both sides, and is never polled.

    The URL carries a token. On the command line every user of the machine can read it with "ps":
    VEN_VTN_URL_FILE, a systemd credential or the configuration file are better places.`,
  options: {
    ...VEN_OPTIONS,
    ...PUSH_OPTIONS,
    ...INSPECT_OPTION,
    shadow: { help: 'Keep all devices in shadow: plans are made, and no device is told anything.' },
    'new-log': { help: 'Begin a new log although this VEN has had another one: on purpose, and once.' },
    'rename-ven': { help: 'Go on with the log of another venID under the venID given: on purpose, and once.' },
  },
  examples: [
    ['ven run -v my.ven.id -u https://host/token/OpenADR2/Simple/2.0b -n my-ven', 'as the reference client is called'],
    ['VEN_VTN_URL_FILE=/run/secrets/vtn-url ven run -v my.ven.id', 'the URL from a file'],
    ['ven run --push 0.0.0.0:8443 --transport-address https://ven.example:8443', 'pushed to rather than polling'],
  ],
  run: async (given, surroundings) => {
    surroundings.stopSignal(); // from here on a signal ends it in good order, also while its libraries are being read
    useLittleMemory();
    return (await import('../run/run.ts')).run(given, surroundings);
  },
};

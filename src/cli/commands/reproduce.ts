import type { Command } from '../command.ts';
import { DATA_OPTIONS, PUSH_OPTIONS, VEN_OPTIONS } from '../optionTables.ts';

/** `ven reproduce` */
export const reproduceCommand: Command = {
  name: 'ven reproduce',
  summary: 'play the VEN’s half of a bundle against a VTN, and see whether it answers as it did',
  help: `
    Sends the recorded messages of the VEN to the VTN that --vtn names, in their order and at their distances, and compares
    each answer with the recorded one. What the VTN now calls otherwise (a new registrationID, another reportRequestID) goes
    into what is sent next; days are moved so that yesterday's usage is yesterday's. What is not counted as a
    difference is said at the end. The exit code is 0 when every answer is the same, and 1 when one is not.

    Where the recorded VEN was pushed to, the VTN is told to push to --transport-address: what it pushes is compared, and
    answered as it was then; what it does not push within a quarter of a minute of its time never came.

    It registers, reports and answers DR events in the VEN's name: play it against a VTN that is there for tests, and not
    against the one that bills. Polls that brought nothing are not in a log one by one, so they are not sent.`,
  options: {
    vtn: { placeholder: 'URL', help: 'The VTN’s base URL, token included. Nothing is sent anywhere else.' },
    speed: { placeholder: 'N', help: 'Play it N times faster than it was recorded; 1 if absent.' },
    json: { help: 'One JSON object per request.' },
    'allow-plain-http': VEN_OPTIONS['allow-plain-http'] ?? { help: '' },
    'ca-file': VEN_OPTIONS['ca-file'] ?? { help: '' },
    'cert-file': VEN_OPTIONS['cert-file'] ?? { help: '' },
    'key-file': VEN_OPTIONS['key-file'] ?? { help: '' },
    push: {
      placeholder: 'ADDRESS:PORT',
      help: 'For a recording of a VEN that is pushed to: listen here, with the certificate of --cert-file; without one at 127.0.0.1 only.',
    },
    'transport-address': PUSH_OPTIONS['transport-address'] ?? { help: '' },
    config: DATA_OPTIONS['config'] ?? { help: '' },
    set: DATA_OPTIONS['set'] ?? { help: '' },
  },
  operands: [{ placeholder: 'BUNDLE', required: true }],
  examples: [['ven reproduce fault.bundle.gz --vtn "$TEST_VTN" --speed 600', 'ten minutes in a second']],
  run: async (given, surroundings) => (await import('../reproduce/reproduce.ts')).reproduce(given, surroundings),
};

import type { Reasons } from './judge.ts';

const opting =
  'EiOpt is not built: nothing here opts by oadrCreateOpt. That such a message would be written and judged by the rules (test/protocol/rules) is not yet keeping them.';

const all = (reason: string, ...rows: readonly string[]): Reasons =>
  Object.fromEntries(rows.map((row) => [row, reason]));

/** Rows that no test tells, and why. A row leaves this list the moment a test tells it. */
export const none: Reasons = {
  '1.1': 'The five services are there; each is told by rows of its own.',
  '1.3': 'A choice: HTTP.',
  '1.4': 'This VEN takes part in DR events; it never declares itself report-only (6.7).',
  '8.11': 'Seen by `ven`, in the journal and the log; that is for a person to judge. The opt itself is told by 9.12.',
  ...all(opting, '13.7'),
  '10.5': 'What a VTN keeps to; our answers and our opts of an event say the same (10.1).',
  '10.11': 'No opt of ours names a device class, so oadrDeviceClass is left out.',
  '11.22': 'Left out.',
  '12.43': 'Optional, and not offered.',
  '16.455-458': 'Nothing to tell.',
  '16.461': 'Requests name our own reportSpecifierIDs; another one is unknown (452), so 461 cannot arise.',
  '16.464-468': 'Nothing to tell.',
};

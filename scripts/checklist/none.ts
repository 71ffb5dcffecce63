import type { Reasons } from './judge.ts';

/** Rows that no test tells, and why. A row leaves this list the moment a test tells it. */
export const none: Reasons = {
  '1.3': 'A choice: HTTP.',
  '10.5': 'What a VTN keeps to; our answers and our opts of an event say the same (10.1).',
  '11.22':
    'It may be left out, and is: this VEN asks a VTN for no reports (PICS C-3; `ven conformance` skips those cases).',
  '12.43':
    'It may be left out, and is: usage is told as HISTORY_USAGE; who asks for it by its name is answered 461 (16.461).',
  '16.455-458': 'Nothing to tell.',
  '16.464-468': 'Nothing to tell.',
};

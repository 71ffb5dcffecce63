import type { Reasons } from './judge.ts';

const codes =
  'A code answers its fault; that it answers nothing else is told by the other sides of the rows with that fault.';
const tolerances = 'The schema allows it as well: there is nobody to refuse.';
const choices = 'Ours to choose: there is no other side.';
const sayings = 'Said in every such message there is; one without it is not made.';
const absences = 'There is nothing to break: what is absent here is as good as present.';
const orders = 'An order has one side: another order is what that test excludes.';

const all = (reason: string, ...rows: readonly string[]): Reasons =>
  Object.fromEntries(rows.map((row) => [row, reason]));

/** Rows of which tests tell one side, and why there is none of the other. A row leaves this list the moment a test tells it. */
export const oneSided: Reasons = {
  ...all(choices, '1.2', '4.5', '6.22', '7.42', '7.44', '10.22'),
  ...all(absences, '1.21', '9.19', '12.39'),
  '1.4': 'This VEN takes part in DR events: there is none that declares itself report-only (6.7).',
  '1.1': 'A service that were not there would fail every case about it.',
  '1.24':
    'No identifier is too long for us; what is too long for any message is refused by size (test/protocol/hostile).',
  ...all(sayings, '2.4', '11.3', '11.15', '11.17', '11.18', '12.29'),
  ...all(orders, '3.6', '9.16', '12.41', '13.11'),
  '7.37': 'A baseline only informs: nothing about it is refused.',
  '8.11': 'An operator sees a DR event go by or does not; one that shows nothing fails the cases beside this.',
  '8.12':
    'The other side is a VEN that forgets: the simulation kills it at every operation (test/simulation/crashPoints).',
  '11.1': 'It is sent whatever there is to report; there is no case without it.',
  '11.19': 'A reply without a request is every other reply in the tests.',
  '12.31': 'That a changed report is another one lies in its requestID; a second word under one requestID is not made.',
  '12.36': 'One pace for all is what that test excludes.',
  ...all(codes, '16.450', '16.451', '16.452', '16.454', '16.459', '16.460', '16.461', '16.462', '16.463', '16.469'),
  ...all(tolerances, '19.1', '19.4', '19.5', '19.6', '19.7', '19.11', '19.12'),
  '19.15': 'Each class is told from the others by the same tests.',
  '19.20':
    'Any text is an address of that shape; one that is none is refused by the configuration (test/adapters/config).',
};

import type { Untold } from './judge.ts';

const signatures = 'XML signatures (High security) are not built; a later issue.';
const opting = 'EiOpt is not built beyond its messages; a later issue.';
const pushing = 'Push over HTTP is not built; this VEN polls. A later issue.';
const certifying =
  'The TLS suites of certification belong to the certification issue; here Node’s own defaults above TLS 1.2 hold.';
const meantForPush = 'About push; this VEN polls. A later issue.';

const all = (reason: string, texts: Readonly<Record<string, string>>): Record<string, Untold> =>
  Object.fromEntries(Object.entries(texts).map(([row, text]) => [row, { text, reason }]));

/** Rows that no test tells, and why. A row leaves this list the moment a test declares it. */
export const none: Readonly<Record<string, Untold>> = {
  '1.1': {
    text: 'a full VEN has EiEvent, EiOpt, EiReport, EiRegisterParty and OadrPoll',
    reason: 'Four of the five are there and told; EiOpt is a later issue.',
  },
  '1.3': { text: 'HTTP or XMPP', reason: 'A choice: HTTP.' },
  '1.4': {
    text: 'report-only VENs',
    reason: 'This VEN takes part in DR events; it never declares itself report-only (6.7).',
  },
  ...all(pushing, {
    '2.18': 'the base address of a push endpoint',
    '2.20': 'a pushed oadrDistributeEvent',
    '2.21': 'pushed messages answered at once',
    '2.22': 'status codes of a push endpoint',
  }),
  ...all(certifying, {
    '4.7': 'kinds and sizes of keys',
    '4.13': 'the Alliance’s certificate chains',
  }),
  '4.12': {
    text: 'host name checking that can be switched off',
    reason:
      'The name expected of the VTN can be told (`tlsServerName`); switching the check off belongs to the certification issue.',
  },
  '4.3': { text: 'suites of a push endpoint', reason: meantForPush },
  ...all(signatures, {
    '5.1': 'messages without a valid signature are ignored',
    '5.2': 'a detached signature with two references',
    '5.4': 'canonical XML',
    '5.5': 'algorithms',
    '5.6': 'replay protection is sent',
    '5.7': 'replay protection is checked',
    '5.8': 'keys in the signature',
    '5.9': 'qualified Id and Target',
    '5.10': 'transforms and wrapping',
    '5.13': 'signing can be switched per VTN',
    '5.14': 'signatures verified by another tool',
  }),
  '8.11': {
    text: 'an operator sees events and can opt out',
    reason: 'Seen by `ven`, in the journal and the log; that is for a person to judge. The opt itself is told by 9.12.',
  },
  ...all(opting, {
    '10.1': 'an event’s opt state by oadrCreateOpt',
    '10.4': 'no oadrCreateOpt for events that want no answer',
    '10.5': 'what oadrCreateOpt has set stays',
    '10.6': 'resources are a subset of the event’s',
    '10.12': 'open-ended availability',
    '10.13': 'which schedules replace which',
    '10.15': 'opts for events are not cancelled',
    '10.17': 'identifiers of an opt',
    '10.18': 'an opt is stamped when it is sent',
    '10.19': 'reasons of an opt',
    '10.20': 'several windows; errors without a storm of repetitions',
    '10.22': 'precedence is the programme’s',
  }),
  '11.22': { text: 'a VEN may leave out asking the VTN for reports', reason: 'Left out.' },
  '12.19': { text: 'history of now, and of the last half hour', reason: 'Certification’s sample data; a later issue.' },
  '12.43': { text: 'HISTORY_GREENBUTTON', reason: 'Optional, and not offered.' },
  '16.455-458': { text: 'not assigned', reason: 'Nothing to tell.' },
  '16.461': {
    text: 'a report known but not supported',
    reason: 'Requests name our own reportSpecifierIDs; another one is unknown (452), so 461 cannot arise.',
  },
  '16.464-468': { text: 'not assigned', reason: 'Nothing to tell.' },
};

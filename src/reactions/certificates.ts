/** Certificates that end, are over or have not begun, and a VTN that is known by too little: a person must see to it. */
import type { Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import { alarmKey, type AlarmName, type AlarmRaised } from '../facts/alarms.ts';
import type { CertificateSeen, CertificateStanding, RenewalRefused } from '../facts/certificates.ts';
import { venStream } from '../machines/streams.ts';
import { utcDayText } from '../facts/utcDay.ts';

type Raised = Pick<AlarmRaised, 'alarm' | 'text' | 'advice'>;

const owners = { ours: 'Our client certificate', theirs: 'The VTN’s certificate' } as const;

const renewal = {
  ours: 'Have it renewed, tell the VTN’s operator the new fingerprint, and put certificate and key in the places of the former ones: they are taken up without a restart.',
  theirs: 'Ask the VTN’s operator to renew it: nothing is exchanged once it is over.',
} as const;

const endings: Readonly<Partial<Record<CertificateStanding, number>>> = {
  endsWithin60: 60,
  endsWithin30: 30,
  endsWithin7: 7,
};

/** What a person should know of it; null when all is well. @rule 2.0b 516 */
const concernOf = ({ whose, certificate, standing }: CertificateSeen): Raised | null => {
  if (certificate === null || standing === 'good') return null;
  const which = `${owners[whose]} ${certificate.fingerprint}`;
  const days = endings[standing];
  if (days !== undefined)
    return {
      alarm: days > 7 ? 'certificateEnds' : 'certificateEndsSoon',
      text: `${which} ends on ${utcDayText(certificate.validTo)}, within ${days} days.`,
      advice: renewal[whose],
    };
  if (standing === 'expired')
    return {
      alarm: 'certificateInvalid',
      text: `${which} expired on ${utcDayText(certificate.validTo)}: no prices come and no hour is delivered until it is renewed.`,
      advice: renewal[whose],
    };
  return {
    alarm: 'certificateInvalid',
    text: `${which} is valid only from ${utcDayText(certificate.validFrom)} by this machine’s clock.`,
    advice: 'Check this machine’s clock first (NTP): set late, it takes a good certificate for one that has not begun.',
  };
};

const ofCertificates: readonly AlarmName[] = ['certificateEnds', 'certificateEndsSoon', 'certificateInvalid'];

/** Clears what is over, and raises what is new, or is told in other words. */
const alarmsFor = (
  state: AgentState,
  names: readonly AlarmName[],
  subject: string,
  raised: Raised | null,
): readonly Consequence[] => {
  const over = names.filter((alarm) => {
    const text = state.alarms[alarmKey({ alarm, subject })];
    return text !== undefined && !(raised?.alarm === alarm && raised.text === text);
  });
  const isTold = raised !== null && state.alarms[alarmKey({ alarm: raised.alarm, subject })] === raised.text;
  return [
    ...over.map((alarm): Consequence => ({
      stream: venStream,
      fact: { type: 'AlarmCleared', data: { alarm, subject } },
    })),
    ...(raised === null || isTold
      ? []
      : [{ stream: venStream, fact: { type: 'AlarmRaised', data: { ...raised, subject } } } satisfies Consequence]),
  ];
};

const unchecked: Raised = {
  alarm: 'vtnNameUnchecked',
  text: 'The name in the VTN’s certificate is not checked: whoever has any certificate of the authority we trust can be our VTN.',
  advice:
    'Set tlsCheckName to true, or say by tlsVtnFingerprint which certificate the VTN has ("ven fingerprint --vtn" shows it).',
};

/** What follows from a certificate that was seen. */
export const certificateSeen = (state: AgentState, seen: CertificateSeen): readonly Consequence[] => [
  ...alarmsFor(state, ofCertificates, seen.whose, concernOf(seen)),
  ...(seen.whose === 'ours'
    ? []
    : alarmsFor(state, ['vtnNameUnchecked'], seen.whose, seen.line?.knownBy === 'authority' ? unchecked : null)),
];

/** What follows from files that could not be taken up, or can be now. */
export const renewalRefused = ({ isRefused, detail }: RenewalRefused): Consequence => {
  if (!isRefused) return { stream: venStream, fact: { type: 'AlarmCleared', data: { alarm: 'renewalRefused' } } };
  const advice =
    'The former files go on being used until these can be; mend them before the next start, which would fail. "ven key check" looks at certificate and key.';
  const text = `What leads to the VTN was renewed and cannot be used: ${detail}`;
  return { stream: venStream, fact: { type: 'AlarmRaised', data: { alarm: 'renewalRefused', text, advice } } };
};

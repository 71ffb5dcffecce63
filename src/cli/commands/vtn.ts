import type { Command } from '../command.ts';
import { faultNames } from '../vtn/faultNames.ts';

/** `ven vtn` */
export const vtnCommand: Command = {
  name: 'ven vtn',
  summary: 'run the embedded test VTN alone, for people who are writing a VEN',
  help: `
    Listens on this machine only and behaves as the VTNs of NHEC's family do: a token in the path, report requests on
    registration, one price event a day at 17:00 local for the next local day. It prints each request with its answer, and
    a complaint beneath whatever breaks a rule; at the end what it has booked.

    Faults strike by chance, each with its own probability per request: --fault dropAfter=0.05 loses one answer in
    twenty. There are ${Object.keys(faultNames).join(', ')}.

    With --replay it decides nothing: it answers the VEN as the VTN of a bundle answered then, failures included, with the
    names and days of now, and says where the VEN's messages depart from the recorded ones. Recorded requests are answered in
    their order; a poll whose turn it is not brings nothing. At the end of the recording it says so. The exit code is
    then 1 when something departed. What the recorded VTN pushed is pushed again, in its turn, to where the VEN says
    when it registers, and what the VEN says to it is compared likewise.`,
  options: {
    port: { short: 'p', placeholder: 'PORT', help: 'Where to listen; 8000 if absent, 0 takes a free one.' },
    token: { placeholder: 'TOKEN', help: 'The secret part of the path; "auth-token" if absent.' },
    'ven-id': { short: 'v', placeholder: 'VEN_ID', multiple: true, help: 'Admit only this VEN; all if absent.' },
    'poll-freq': { placeholder: 'DURATION', help: 'How often to be polled; PT10S if absent.' },
    'wire-style': { placeholder: 'STYLE', help: '"plain", or "nhec" as the programme’s samples look.' },
    prices: { placeholder: 'FILE', help: 'Prices from a CSV of "start with offset,price" lines; made up if absent.' },
    unit: { placeholder: 'UNIT', help: 'What the prices are in: usd_per_kwh, cents_per_kwh or usd_per_mwh.' },
    seed: { placeholder: 'SEED', help: 'Makes prices, identifiers and chance; the same seed, the same VTN.' },
    'publish-at': {
      placeholder: 'HH:MM',
      help: 'When tomorrow’s prices come out, by the clock of its time zone; 17:00 if absent.',
    },
    'time-zone': { placeholder: 'ZONE', help: 'America/New_York if absent.' },
    lapse: { placeholder: 'N', help: 'Let its time pass N times faster than the wall’s.' },
    fault: { placeholder: 'NAME=CHANCE', multiple: true, help: 'A fault and its probability per request.' },
    'tls-cert': {
      placeholder: 'FILE',
      help: 'PEM of its certificate: it listens over TLS, with the suites of OpenADR.',
    },
    'tls-key': { placeholder: 'FILE', help: 'PEM of the key of that certificate.' },
    'tls-ca': {
      placeholder: 'FILE',
      help: 'PEM of the authorities of VENs’ certificates: only who has one is let in.',
    },
    'sign-cert': { placeholder: 'FILE', help: 'PEM of a certificate: what it says is signed with it.' },
    'sign-key': { placeholder: 'FILE', help: 'PEM of the key of that certificate.' },
    'ven-fingerprint': {
      placeholder: 'FINGERPRINT',
      multiple: true,
      help: 'Take only what is signed by the certificate with this SHA-256 fingerprint; unsigned messages too if absent.',
    },
    'push-cert': { placeholder: 'FILE', help: 'PEM of the certificate that is shown to VENs that are pushed to.' },
    'push-key': { placeholder: 'FILE', help: 'PEM of the key of that certificate.' },
    'push-ca': { placeholder: 'FILE', help: 'PEM of the authorities of those VENs’ certificates.' },
    replay: { placeholder: 'BUNDLE', help: 'Repeat the VTN of this bundle.' },
    polls: { help: 'Print polls that bring nothing too.' },
  },
  examples: [
    ['ven vtn', 'where the reference client looks for it'],
    ['ven vtn --tls-cert vtn.pem --tls-key vtn.key --tls-ca ca.pem', 'for VENs with certificates'],
    ['ven vtn --replay fault.bundle.gz', 'the fault of that evening, to any VEN'],
    ['ven vtn --port 0 --poll-freq PT2S --fault dropAfter=0.1', 'an impatient VTN that loses answers'],
  ],
  run: async (given, surroundings) => {
    surroundings.stopSignal(); // from here on a signal ends it in good order, also while its libraries are being read
    return (await import('../vtn/vtn.ts')).vtn(given, surroundings);
  },
};

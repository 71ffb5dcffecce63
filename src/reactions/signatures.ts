/** Answers that are not taken because nobody knows whose they are: an alarm stands until one is verified again. @rule 2.0b 514 */
import type { Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { SignatureRefused } from '../facts/signatures.ts';
import { verifies } from '../machines/exchange/signing.ts';
import { exchangeStream } from '../machines/streams.ts';
import type { SignatureFault } from '../protocol/signature/faults.ts';

const alarm = 'signatureRefused';

/** What to do, by what was wrong. */
const advices: Readonly<Record<SignatureFault, string>> = {
  missing:
    'Ask the VTN’s operator to sign what it sends, or, where it cannot, set signatures to sign or none and restart.',
  form: 'Its XML is in the log (`ven log show`): send it to the VTN’s operator. Somebody on the way may have changed it.',
  algorithm: 'Ask the VTN’s operator to sign with SHA-256, by an RSA key of 2048 bits or more, or on P-256.',
  key: 'Ask the VTN’s operator, by another way than this one, for the fingerprint of the certificate it signs with, and set vtnSignatureFingerprints to it if it is theirs.',
  certificate: 'Ask the VTN’s operator for its new certificate, and pin that one. Check this machine’s clock, too.',
  altered:
    'Its XML is in the log (`ven log show`): send it to the VTN’s operator. Somebody on the way may have changed it.',
  replayProtect: 'Ask the VTN’s operator to sign a ReplayProtect with each message, as the standard has it.',
  timestamp: 'Compare this machine’s clock (NTP) and the VTN’s; signatureWindowMs says how much they may differ.',
  replayed: 'Somebody may have sent an old answer again. If it goes on, tell the VTN’s operator.',
};

/** An answer is not taken: the exchange has failed, whatever it said. */
export const signatureConcerns = ({ fault, text, service }: SignatureRefused): Consequence => ({
  stream: exchangeStream,
  fact: {
    type: 'AlarmRaised',
    data: {
      alarm,
      text: `${service === undefined ? 'An answer' : 'What was pushed'} was not taken, for it may not be the VTN’s: ${text}`,
      advice: advices[fault],
    },
  },
});

const cleared = (state: AgentState): readonly Consequence[] =>
  state.alarms[alarm] === undefined
    ? []
    : [{ stream: exchangeStream, fact: { type: 'AlarmCleared', data: { alarm } } }];

/** An answer was verified: what was told of others is over. */
export const verifiedAgain = (state: AgentState, isVerified: boolean): readonly Consequence[] =>
  isVerified ? cleared(state) : [];

/** Where signatures are not asked for any more there is nothing to complain of. */
export const signaturesUnderSettings = (state: AgentState): readonly Consequence[] =>
  state.settings !== null && verifies(state.settings) ? [] : cleared(state);

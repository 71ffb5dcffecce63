import type { Checkpoint } from '../store/eventLog.ts';
import type { Entry } from '../facts/entry.ts';
import type { Rewriting } from './rewriting.ts';

/**
 * Signatures under pseudonyms: a certificate says whose it is, and over another text a signature would not hold. So they are left out, and
 * it is said that they were: nobody is to take the one for tampering, or the other for a pseudonym.
 */

/** What stands in the place of a signature, and of a fingerprint. */
const leftOut =
  '<!-- The signature was left out: it would not hold over pseudonyms, and its certificate names its owner. -->';
const unnamed = 'left-out-under-pseudonyms';

const signature = /<((?:[\w.-]+:)?Signature)(?:\s[^>]*)?>[\s\S]*?<\/\1\s*>/g;

const fingerprint = /\b(?:[0-9a-f]{64}|[0-9a-f]{20}|(?:[0-9a-f]{2}:){9,31}[0-9a-f]{2})\b/gi;

/** Facts that tell of signatures, and the alarm about them. */
const tellsOfSignatures = ({ type, data }: Entry): boolean =>
  type === 'MessageSigned' ||
  type === 'SignatureRefused' ||
  JSON.stringify(data).includes('"fingerprint"') ||
  (type === 'AlarmRaised' && (data as { readonly alarm?: unknown }).alarm === 'signatureRefused');

/** The values of a fact or a state without fingerprints; names and everything else stay. */
const unfingerprinted = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replace(fingerprint, unnamed);
  if (Array.isArray(value)) return value.map(unfingerprinted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, unfingerprinted(each)]));
};

/** Whether a value in a state is the text of the alarm. */
const inAlarms = (state: unknown): unknown => {
  if (typeof state !== 'object' || state === null || !('alarms' in state)) return state;
  return { ...state, alarms: unfingerprinted(state.alarms) };
};

/** Leaves signatures out, and the fingerprints of those who signed. */
export const signaturesElided: Rewriting = {
  entry: (entry) =>
    tellsOfSignatures(entry) ? { ...entry, data: unfingerprinted(entry.data) as Entry['data'] } : entry,
  xml: (xml) => (xml.includes('Signature') ? xml.replace(signature, leftOut) : xml),
  checkpoint: (checkpoint: Checkpoint) => ({ ...checkpoint, state: inAlarms(checkpoint.state) }),
};

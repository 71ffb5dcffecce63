/** Recordings of signed messages: what is played of them is not signed again, and whoever plays it is told so. */
import type { EventLog } from '../../store/eventLog.ts';

/** Whether messages of a recording were signed, on either side. */
export const isSignedRecording = async (log: EventLog): Promise<boolean> => {
  for await (const { type, data } of log.read())
    if (type === 'MessageSigned' || type === 'SignatureRefused' || Object.hasOwn(data as object, 'signature'))
      return true;
  return false;
};

/** What becomes of signatures when the VEN's half is played. */
export const playedUnsigned =
  'The recording was signed. What is played is not signed, and the VTN’s signatures are not verified: a VTN that wants signatures refuses it, and each answer differs then.';

/** What becomes of them when the VTN's half is. */
export const repeatedUnsigned =
  'The recording was signed. What is repeated is not signed, what was refused for its signature is not pushed again, and the VEN’s signatures are not verified: let the VEN run with signatures "none" or "sign", or it takes no answer.';

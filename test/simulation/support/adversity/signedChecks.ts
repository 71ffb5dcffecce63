import { isMessage, type Check } from '../check.ts';
import type { Run } from '../run.ts';

/** What must hold where all is signed: on the wire, by the very texts, and in the log. */

/** Whether a VTN complains of the time of our signatures while our clock was set by days. */
export const isOfWrongClock = (
  { signed, plan }: Pick<Run, 'signed' | 'plan'>,
  { rule, text }: { readonly rule: string; readonly text: string },
): boolean => signed !== null && rule === '514' && plan.themes.includes('clock') && text.includes('was signed at');

/** Nothing leaves that was not signed. */
const nothingUnsignedLeaves: Check = ({ run: { signed, wire } }) =>
  signed === null || wire.unsigned === null ? [] : [`24: this left unsigned: ${wire.unsigned.slice(0, 200)}`];

/** What is taken is what the VTN signed, once and in time; what it signed is taken. */
const onlySignedIsTaken: Check = ({ run: { signed, seen } }) => {
  if (signed === null) return [];
  seen.add('all is signed');
  if (signed.refused > 0) seen.add('what was tampered with was refused');
  return [...signed.wronglyTaken, ...signed.wronglyRefused].slice(0, 5).map((sentence) => `25: ${sentence}`);
};

/** The log says of each message by which signature it counts, and none counts twice. */
const takenOnce: Check = ({ run: { signed }, entries }) => {
  if (signed === null) return [];
  const seen = new Set<string>();
  return entries.filter(isMessage).flatMap(({ position, data: { signature } }) => {
    if (signature === undefined) return [`25: the message at ${position} was taken unsigned`];
    const isNew = !seen.has(signature.nonce);
    seen.add(signature.nonce);
    return isNew ? [] : [`25: the message at ${position} counts a second time`];
  });
};

/** When the troubles are over, nobody is told of refused signatures any more. */
const alarmEnds: Check = ({ run: { signed }, entries }) => {
  if (signed === null) return [];
  const last = entries.findLast(
    (entry) =>
      (entry.type === 'AlarmRaised' || entry.type === 'AlarmCleared') && entry.data.alarm === 'signatureRefused',
  );
  return last?.type === 'AlarmRaised' ? [`26: the alarm of ${last.position} stands to the end`] : [];
};

/** All of them. */
export const signedChecks: readonly Check[] = [nothingUnsignedLeaves, onlySignedIsTaken, takenOnce, alarmEnds];

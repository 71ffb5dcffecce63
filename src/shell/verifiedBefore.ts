import type { SignatureTold } from '../facts/signatures.ts';
import { upcast } from '../facts/upcast.ts';
import type { EventLog } from '../store/eventLog.ts';

/** @limit Entries at the end of a log in which verified messages are looked for: far more than a day of them. */
const lookedThrough = 20_000;

/** Facts about messages that came in, whoever began; those that were verified say with which signature. */
const incoming: ReadonlySet<string> = new Set([
  'MessageReceived',
  'MessageRejected',
  'RequestReceived',
  'RequestRejected',
]);

/**
 * Tells what was verified before, so that it does not count a second time after a restart.
 *
 * Only what brought something is in the record; an answer that says that there is nothing is none that anybody would gain
 * by sending it again, beyond what withholding the true one would do.
 */
export const rememberVerified = async (log: EventLog, remember: (told: SignatureTold) => void): Promise<void> => {
  const from = Math.max(log.base.position + 1, log.head.position + 1 - lookedThrough);
  for await (const recorded of log.read({ from })) {
    if (!incoming.has(recorded.type)) continue;
    const { data } = upcast(recorded);
    if ('signature' in data && data.signature !== undefined) remember(data.signature);
  }
};

import type { EiResponse } from '../../protocol/elements/eiResponse.ts';
import type { Purpose } from '../../facts/output.ts';
import type { MessageName, OadrMessage } from '../../protocol/payload.ts';
import { durationMs, parseDuration } from '../../protocol/types/duration.ts';

/** How our requests are answered, and what an answer means for the lifecycle. */

/** The eiResponse of a message that has one. */
export const responseOf = (message: OadrMessage): EiResponse | null =>
  'eiResponse' in message && message.eiResponse !== undefined ? message.eiResponse : null;

/** A month from here has 31 days, a year 366. UTC ms. */
const beforeALeapDay = Date.UTC(2028, 0, 1);

/** Whether a reply accepts what was asked: a code of 2xx. @rule 2.0b §8.7 */
export const accepts = (message: OadrMessage): boolean => responseOf(message)?.responseCode.startsWith('2') ?? false;

/** Whether a reply says that the VTN does not know us or what we speak of. @rule 2.0b 517 */
export const saysUnknown = (message: OadrMessage): boolean =>
  ['452', '463'].includes(responseOf(message)?.responseCode ?? '');

/** A VTN that lost its memory may answer anything with this. */
export const asksReregistration = (message: OadrMessage): boolean => message.message === 'oadrRequestReregistration';

/**
 * What each request may be answered with, beside oadrResponse and oadrRequestReregistration, which answer anything.
 * Null: whatever comes is looked at, because the VTN may hand out the next item on every occasion. @rule 2.0b Annex C
 */
const typedReplies: Readonly<Record<Purpose, readonly MessageName[] | null>> = {
  query: ['oadrCreatedPartyRegistration'],
  registration: ['oadrCreatedPartyRegistration'],
  metadata: ['oadrRegisteredReport'],
  requestEvent: ['oadrDistributeEvent'],
  poll: null,
  answer: null,
  report: ['oadrUpdatedReport'],
  cancel: ['oadrCanceledPartyRegistration'],
  opt: ['oadrCreatedOpt', 'oadrCanceledOpt'],
};

/** Whether a message can be the reply to a request of this purpose. */
export const repliesTo = (purpose: Purpose, message: OadrMessage): boolean =>
  message.message === 'oadrResponse' ||
  message.message === 'oadrRequestReregistration' ||
  (typedReplies[purpose]?.includes(message.message) ?? true);

/** What answers requests of other kinds and asks for nothing: after a poll it is out of place. */
const answersOfOthers: ReadonlySet<MessageName> = new Set([
  'oadrUpdatedReport',
  'oadrCreatedPartyRegistration',
  'oadrCanceledPartyRegistration',
  'oadrCreatedOpt',
  'oadrCanceledOpt',
]);

/** Whether a message can be no reply to a poll: the reply that was meant is lost, and with it what it may have brought. */
export const repliesToNoPoll = ({ message }: OadrMessage): boolean => answersOfOthers.has(message);

/**
 * The VTN's poll frequency, however long, or null when it names none, zero or nonsense (`PTS`, placeholder text).
 *
 * It is kept as asked: a VTN that wants to be polled every three days is never polled faster. Months and years are counted
 * long rather than short.
 * @unit ms
 */
export const pollFreqMs = (oadrRequestedOadrPollFreq: string | undefined): number | null => {
  const parts = oadrRequestedOadrPollFreq === undefined ? undefined : parseDuration(oadrRequestedOadrPollFreq);
  if (oadrRequestedOadrPollFreq === undefined || parts === undefined) return null;
  const ms = durationMs(oadrRequestedOadrPollFreq, beforeALeapDay);
  return ms > 0 ? ms : null;
};

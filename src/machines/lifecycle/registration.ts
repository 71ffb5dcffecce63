import type { Output } from '../../facts/fact.ts';
import type { OadrCreatedPartyRegistration } from '../../protocol/messages/oadrCreatedPartyRegistration.ts';
import type { OadrMessage } from '../../protocol/payload.ts';
import { newID } from '../moment.ts';
import { accepts, pollFreqMs, responseOf } from '../exchange/replies.ts';
import { signs } from '../exchange/signing.ts';
import { ownVenID, replyTo, want, type Conclusion, type VenArgs } from './lifecycle.ts';
import { refusedByCode } from './refusals.ts';

/** Getting registered, staying it, and ceasing to be. @rule 2.0b 402-407 */

/** The VTN's word on our registration, asked for by either request. */
export const registrationReply = (args: VenArgs): OadrCreatedPartyRegistration | null => {
  const reply = replyTo('registration', args) ?? replyTo('query', args);
  return reply?.message === 'oadrCreatedPartyRegistration' ? reply : null;
};

/** A registration is confirmed by a 2xx with a registrationID; 2xx without one is how OpenLEADR refuses. @rule 2.0b 403 */
export const confirms = (reply: OadrCreatedPartyRegistration): boolean =>
  accepts(reply) && (reply.registrationID ?? '') !== '';

/** Whether the reply to our registration confirms it. */
export const isConfirmed = (args: VenArgs): boolean => {
  const reply = replyTo('registration', args);
  return reply?.message === 'oadrCreatedPartyRegistration' && confirms(reply);
};

/** The VTN gave us another identity than we had, or is another one: it has forgotten us, and our report requests with us. */
export const identityChanged = (args: VenArgs): boolean => {
  const reply = registrationReply(args);
  const { registrationID, venID, vtnID } = args.context;
  return (
    reply !== null &&
    (reply.vtnID !== vtnID ||
      (reply.registrationID !== undefined && reply.registrationID !== registrationID) ||
      (reply.venID !== undefined && reply.venID !== venID))
  );
};

/** Asks what the VTN offers. @rule 2.0b 404 */
export const queryRegistration = ({ event }: VenArgs): Conclusion => ({
  tell: [want('query', { message: 'oadrQueryRegistration', requestID: newID(event, 'oadrQueryRegistration') })],
  change: { queryIsUnanswered: true },
});

/**
 * New: without registrationID, with a venID only if it was handed out. Renewed: with both. Each says whether we poll, or where the
 * VTN is to push: one of the two holds for a registration, until the next. @rule 2.0b 402, 406, 500
 */
export const createPartyRegistration = (args: VenArgs): Conclusion => {
  const { context, event } = args;
  const registrationID = context.bootstrap === 'anew' ? null : context.registrationID;
  const knowsVenID = registrationID !== null || event.settings.preallocatedVenID;
  const { transportAddress = null } = event.settings;
  const message: OadrMessage = {
    message: 'oadrCreatePartyRegistration',
    requestID: newID(event, 'oadrCreatePartyRegistration'),
    ...(registrationID === null ? {} : { registrationID }),
    ...(knowsVenID ? { venID: ownVenID(args) } : {}),
    oadrProfileName: '2.0b',
    oadrTransportName: 'simpleHttp',
    oadrReportOnly: false,
    oadrXmlSignature: signs(event.settings),
    oadrVenName: event.settings.venName,
    ...(transportAddress === null ? {} : { oadrTransportAddress: transportAddress }),
    oadrHttpPullModel: transportAddress === null,
  };
  return { tell: [want('registration', message)] };
};

/** Where the registration that is confirmed has the VTN push: the setting may be another by now. */
const askedToPushTo = ({ event }: VenArgs): string | null => {
  const asked = event.type === 'reply.received' ? event.wanted.message : null;
  return asked?.message === 'oadrCreatePartyRegistration' ? (asked.oadrTransportAddress ?? null) : null;
};

/**
 * A VTN may give us another venID than it had handed out, and is then spoken with under that one; a person is told until the
 * two agree. Where none was handed out, the one that it gives is what was asked for. @rule 2.0b 402, 403
 */
const assignedConcern = ({ event: { settings } }: VenArgs, venID: string): Output => {
  const named = { alarm: 'identityMismatch', subject: 'venID assigned' } as const;
  if (!settings.preallocatedVenID || venID === settings.venID) return { type: 'AlarmCleared', data: named };
  const text = `The VTN registered us as venID ${venID}, and the configuration says ${settings.venID}.`;
  const advice =
    'We speak as the VTN says, and refuse what it sends to the other. Ask its operator which one is meant; if it is that of the VTN, set it as venID and start once with `ven run --rename-ven`.';
  return { type: 'AlarmRaised', data: { ...named, text, advice } };
};

/** Takes over who the VTN says we are, who it is, and how often it wants to be polled. @rule 2.0b 403 */
export const recordRegistration = (args: VenArgs): Conclusion => {
  const reply = registrationReply(args);
  if (reply === null) return {};
  const registrationID = reply.registrationID ?? '';
  const venID = reply.venID ?? ownVenID(args);
  const { vtnID } = reply;
  const requestedPollFreqMs = pollFreqMs(reply.oadrRequestedOadrPollFreq);
  const renewed = registrationID === args.context.registrationID;
  const pace = requestedPollFreqMs === null ? {} : { requestedPollFreqMs };
  const pushedTo = askedToPushTo(args);
  const where = pushedTo === null ? {} : { transportAddress: pushedTo };
  return {
    tell: [
      { type: 'Registered', data: { registrationID, venID, vtnID, ...pace, renewed, ...where } },
      assignedConcern(args, venID),
    ],
    change: {
      registrationID,
      venID,
      vtnID,
      requestedPollFreqMs,
      asksFirst: false,
      queryIsUnanswered: false,
      leaveIsInDoubt: false,
      unanswered: 0,
      ...(pushedTo === (args.context.pushedTo ?? null) ? {} : { pushedTo }),
    },
  };
};

/** What a reply that does not register us says, in words. */
const refusalOf = (args: VenArgs): { readonly responseCode: string; readonly responseDescription: string } => {
  const { event } = args;
  const message = event.type === 'reply.received' ? event.message : null;
  const response = message === null ? null : responseOf(message);
  const responseCode = response?.responseCode ?? 'none';
  if (registrationReply(args) !== null && responseCode.startsWith('2')) {
    return { responseCode, responseDescription: 'there is no registrationID in the reply' };
  }
  return { responseCode, responseDescription: response?.responseDescription ?? message?.message ?? 'an empty reply' };
};

/** A VTN that does not take a fresh registration of a VEN that it has: what we have is renewed instead. */
export const recordFreshRefusal = (args: VenArgs): Conclusion => ({
  tell: [{ type: 'RegistrationRefused', data: refusalOf(args) }],
  change: { bootstrap: 'full' },
});

/** Notes a refusal, tells a person, and asks the VTN first next time when it found an identifier invalid. */
export const recordRefusal = (args: VenArgs): Conclusion => {
  const { responseCode, responseDescription } = refusalOf(args);
  return {
    tell: [
      { type: 'RegistrationRefused', data: { responseCode, responseDescription } },
      {
        type: 'AlarmRaised',
        data: {
          alarm: 'registrationRefused',
          text: `The VTN refused the registration of venID ${ownVenID(args)} with ${responseCode} (${responseDescription}).`,
          advice: 'Check the venID, the venName and the URL with the VTN’s operator; the VEN tries again by itself.',
        },
      },
    ],
    change: {
      failures: args.context.failures + 1,
      unanswered: 0,
      failure: null,
      asksFirst: responseCode === '452',
    },
  };
};

/** A VTN that still has our registration while we lost it wants it renewed, and refuses a new one; a refused query tells nothing. @rule 2.0b 404 */
export const takeUpRegistration = (args: VenArgs): Conclusion => {
  const reply = registrationReply(args);
  const isOurs = reply !== null && confirms(reply) && (reply.venID ?? ownVenID(args)) === ownVenID(args);
  const registrationID = isOurs ? (reply.registrationID ?? null) : args.context.registrationID;
  return { tell: refusedByCode(args), change: { registrationID, queryIsUnanswered: false } };
};

/** Forgets the registration: the VTN cancelled it, we did, or the VTN has lost it. @rule 2.0b 407 */
export const endRegistration = ({ event }: VenArgs): Conclusion => {
  const isOurWish = event.type === 'reply.received' && event.wanted.purpose === 'cancel';
  const by = event.type === 'registration.cancelled' ? 'vtn' : isOurWish ? 'ven' : 'lost';
  return {
    tell: [{ type: 'RegistrationEnded', data: { by } }],
    change: {
      registrationID: null,
      venID: null,
      vtnID: null,
      requestedPollFreqMs: null,
      requestsFreshSince: null,
      bootstrap: 'full',
      wantsRegistration: by !== 'ven',
    },
  };
};

/** Takes our leave of the VTN. @rule 2.0b §8.4.1 */
export const cancelPartyRegistration = (args: VenArgs): Conclusion => {
  const { registrationID } = args.context;
  if (registrationID === null) return {};
  const requestID = newID(args.event, 'oadrCancelPartyRegistration');
  return {
    tell: [
      want('cancel', { message: 'oadrCancelPartyRegistration', requestID, registrationID, venID: ownVenID(args) }),
    ],
  };
};

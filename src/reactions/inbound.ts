/** What the VTN pushes: the same is heard as what a poll brings, and answered in the same exchange. */
import { tell, type Consequence } from '../core/consequence.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { RequestReceived, RequestRejected } from '../facts/input.ts';
import { isReplyTo } from '../machines/inbound.ts';
import type { SignatureRefused } from '../facts/signatures.ts';
import type { Moment } from '../machines/moment.ts';
import type { Wanted } from '../machines/wanted.ts';
import { exchangeStream, inboundStream, venStream } from '../machines/streams.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import { pushesArrive } from './pushes.ts';
import { isRegistered, receive } from './receive.ts';
import { signatureConcerns, verifiedAgain } from './signatures.ts';
import { growthConcerns, readAgain, unreadableAlarm } from './unreadable.ts';

/** A pushed message that decodes. */
export const requestReceived = (
  state: AgentState,
  { bytes, exchangeID, message, signature }: RequestReceived,
): readonly Consequence[] => [
  ...verifiedAgain(state, signature !== undefined),
  ...readAgain(state, message),
  ...growthConcerns(state, message, { bytes, isAsked: false }),
  ...pushesArrive(state),
  tell(inboundStream, { type: 'request.came', exchangeID, message, isRegistered: isRegistered(state) }),
];

/** A pushed body that cannot be read; its sender is told by the status, and people by an alarm. */
export const requestRejected = ({ exchangeID, kind, message, text, path }: RequestRejected): readonly Consequence[] => [
  tell(inboundStream, { type: 'request.refused', exchangeID, httpStatus: 406 }),
  unreadableAlarm(message, `A message that the VTN pushed is ${kind} and was refused: ${text} (${path}).`),
];

/** A pushed body that may not be the VTN's: who sent it is told nothing but that. @rule 2.0b 514 */
export const pushedSignatureRefused = (data: SignatureRefused): readonly Consequence[] => [
  tell(inboundStream, { type: 'request.refused', exchangeID: data.exchangeID, httpStatus: 403 }),
  signatureConcerns(data),
];

/** A request is heard; when all that follows from it has been said, it is answered. */
export const requestTaken = (state: AgentState, moment: Moment, message: OadrMessage): readonly Consequence[] => [
  ...receive(state, moment, 'push', message),
  tell(venStream, { type: 'vtn.heard' }),
  tell(inboundStream, { type: 'request.heard' }),
];

/** Whether a message is the reply to the request that is being heard. Only an answer can be: a poll looks no further, and wakes nothing that sleeps. */
const isReplyInHand = (state: AgentState, { purpose, message }: Wanted): boolean => {
  if (purpose !== 'answer') return false;
  const inHand = snapshotOf(state, 'inbound', 'inbound')?.context.inHand ?? null;
  return inHand !== null && isReplyTo(inHand.message, message);
};

/** A message that somebody wants sent: to the line, or as the reply to the request that is being heard. @rule 2.0b Tab. 2 */
export const messageWanted = (state: AgentState, wanted: Wanted): Consequence =>
  isReplyInHand(state, wanted)
    ? tell(inboundStream, { type: 'reply.wanted', message: wanted.message })
    : tell(exchangeStream, { type: 'exchange.wanted', wanted });

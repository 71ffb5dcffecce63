/** What is done without the part that is broken, each thing by itself. */
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { Input } from '../facts/fact.ts';
import type { Moment } from '../machines/moment.ts';
import { exchangeStream, inboundStream } from '../machines/streams.ts';
import { answering } from './answers.ts';

/** An exchange whose reply nobody could hear has failed: what was asked is asked again after a pause. */
const notHeard = (exchangeID: string, detail: string): Consequence =>
  tell(exchangeStream, {
    type: 'exchange.failed',
    exchangeID,
    failure: { reason: 'unreadable', certainlyNotDelivered: false, detail },
  });

/** A message that we fail on is answered so; everything else goes to those who can take it. */
export const stepFailed = (
  state: AgentState,
  moment: Moment,
  input: Input,
  why: string,
  usual: () => readonly Consequence[],
): readonly Consequence[] => {
  switch (input.type) {
    case 'TimerFired':
      return [];
    case 'MessageReceived': {
      const detail = `this program failed on ${input.data.message.message}: ${why}`;
      const fault = { responseCode: '459', why: 'this VEN could not process the message' };
      return [
        notHeard(input.data.exchangeID, detail),
        { signal: { type: 'exchange.wanted', wanted: answering(state, moment, fault) } },
      ];
    }
    case 'RequestReceived':
    case 'RequestRejected': {
      const { exchangeID } = input.data;
      return [{ stream: inboundStream, fact: { type: 'ReplyRequested', data: { exchangeID, httpStatus: 500 } } }];
    }
    case 'MessageRejected':
    case 'SignatureRefused':
    case 'EmptyReplyReceived':
    case 'ExchangeFailed':
      return [notHeard(input.data.exchangeID, `this program failed on the outcome: ${why}`)];
    default:
      return usual();
  }
};

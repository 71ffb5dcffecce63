import type { Input } from '../facts/fact.ts';
import type { MessageReceived } from '../facts/input.ts';
import type { DecodeResult } from '../protocol/payload.ts';

/** What is known of a reply beside its text. */
export type ReplyTold = Pick<MessageReceived, 'exchangeID' | 'roundTripMs' | 'clockOffsetMs' | 'signature' | 'bytes'>;

/** The input that a reply is, once it was read: a message, or its refusal. */
export const replyInput = (result: DecodeResult, { exchangeID, ...told }: ReplyTold): Input => {
  if (!result.ok) {
    const signature = told.signature === undefined ? {} : { signature: told.signature };
    return { type: 'MessageRejected', data: { exchangeID, ...result.refusal, ...signature } };
  }
  const deviations = [...new Set(result.deviations.map(({ rule }) => rule))];
  return { type: 'MessageReceived', data: { exchangeID, message: result.message, deviations, ...told } };
};

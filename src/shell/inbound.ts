/**
 * Requests that the VTN pushes: read, taken as inputs, and answered once the reply is on disk.
 *
 * Nothing is remembered here but who waits: what was answered before, the machines know.
 */
import type { Input } from '../facts/fact.ts';
import type { RequestReceived } from '../facts/input.ts';
import type { ReplyRequested } from '../facts/output.ts';
import { inboundStream } from '../machines/streams.ts';
import type { DecodeResult } from '../protocol/payload.ts';
import { lengthIfLarge } from '../protocol/types/messageSize.ts';
import type { Arrival } from './arrival.ts';
import type { InboundReply, InboundRequest, SignedMessage } from './ports.ts';
import type { ReplyReader } from './replyReader.ts';

/** The input that a pushed request is, once it was read: a message, or its refusal. */
export const requestInput = (
  result: DecodeResult,
  { bytes, exchangeID, service, ...signed }: Pick<RequestReceived, 'exchangeID' | 'service' | 'signature' | 'bytes'>,
): Input => {
  if (!result.ok) return { type: 'RequestRejected', data: { exchangeID, service, ...result.refusal, ...signed } };
  const large = bytes === undefined ? {} : { bytes };
  const deviations = [...new Set(result.deviations.map(({ rule }) => rule))];
  return {
    type: 'RequestReceived',
    data: { exchangeID, service, message: result.message, deviations, ...signed, ...large },
  };
};

/** Nobody is there who could hear. */
const nobody: InboundReply = { httpStatus: 503, body: '' };

/** What the requests of one run need of it. */
export interface InboundSurroundings {
  readonly runID: string;
  readonly replies: ReplyReader;
  readonly isStrict: () => boolean;
  /** How many resources this VEN has: a VTN may name each of them. */
  readonly resources: () => number;
  /** Takes an arrival, and resolves when it is recorded. */
  readonly record: (arrival: Arrival) => Promise<void>;
}

/** The requests of one run. */
export class Inbound {
  readonly #surroundings: InboundSurroundings;
  readonly #waiting = new Map<string, (reply: InboundReply) => void>();
  #serial = 0;
  #isOpen = true;

  constructor(surroundings: InboundSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Takes a request; resolves with its reply once that is on disk. */
  async hear(request: InboundRequest): Promise<InboundReply> {
    if (!this.#isOpen) return nobody;
    const { runID, record } = this.#surroundings;
    this.#serial += 1;
    const exchangeID = `${runID}.in.${this.#serial}`;
    const input = this.#read(request, exchangeID);
    return new Promise((resolve) => {
      this.#waiting.set(exchangeID, resolve);
      record({ input, stream: inboundStream, xml: request.body }).catch(() => this.#give(exchangeID, nobody));
    });
  }

  /** Gives the reply to whoever waits for it; `body` is its message as XML. */
  reply({ exchangeID, httpStatus }: ReplyRequested, body = ''): void {
    const onSigned = ({ xml, told }: SignedMessage): Promise<void> =>
      this.#surroundings.record({
        stream: inboundStream,
        xml,
        input: { type: 'MessageSigned', data: { exchangeID, purpose: 'answer', ...told } },
      });
    this.#give(exchangeID, { httpStatus, body, onSigned });
  }

  /** Hears nothing more, and leaves nobody waiting. */
  close(): void {
    this.#isOpen = false;
    for (const exchangeID of [...this.#waiting.keys()]) this.#give(exchangeID, nobody);
  }

  #give(exchangeID: string, reply: InboundReply): void {
    this.#waiting.get(exchangeID)?.(reply);
    this.#waiting.delete(exchangeID);
  }

  #read({ service, body, signature }: InboundRequest, exchangeID: string): Input {
    const { replies, isStrict, resources } = this.#surroundings;
    const large = lengthIfLarge(body, resources());
    if (signature === undefined)
      return requestInput(replies.read(body, isStrict(), false, resources()), { exchangeID, service, ...large });
    if (signature.isValid)
      return requestInput(replies.read(signature.signed, isStrict(), true, resources()), {
        exchangeID,
        service,
        signature: signature.told,
        ...large,
      });
    const { fault, text } = signature;
    return { type: 'SignatureRefused', data: { exchangeID, fault, text, roundTripMs: 0, service } };
  }
}

/** What stands between whoever is pushed to and the agent: signatures first, then the veil, as on the way to the VTN. */
import type { InboundAnswerer, InboundReply, Signatures, SignatureVerdict } from '../../shell/ports.ts';
import type { MessageVeil } from '../secrets/messageVeil.ts';

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A message on which the verifier itself fails is not taken either. */
const verdictOf = async (signatures: Signatures, body: string): Promise<SignatureVerdict> => {
  try {
    return await signatures.verify(body);
  } catch (error) {
    return { isValid: false, fault: 'form', text: `The message could not be verified: ${sentenceOf(error)}.` };
  }
};

/** A reply that cannot be signed is not given: the VTN asks again. */
const signedReply = async (signatures: Signatures, reply: InboundReply): Promise<InboundReply> => {
  try {
    const signed = await signatures.sign(reply.body);
    await reply.onSigned?.(signed);
    return { httpStatus: reply.httpStatus, body: signed.xml };
  } catch {
    return { httpStatus: 503, body: '' };
  }
};

/** Verifies what is pushed, and signs what is answered last, when that is on record. @rule 2.0b 514 */
export const signedAnswerer =
  (answerer: InboundAnswerer, signatures: Signatures): InboundAnswerer =>
  async ({ service, body }) => {
    const signature = signatures.verifies ? { signature: await verdictOf(signatures, body) } : {};
    const reply = await answerer({ service, body, ...signature });
    return signatures.signs && reply.body !== '' ? signedReply(signatures, reply) : reply;
  };

/** Lets no secret in: whatever is decided or recorded of what is pushed has passed here. */
export const veiledAnswerer =
  (answerer: InboundAnswerer, veil: MessageVeil): InboundAnswerer =>
  async ({ service, body, signature }) => {
    const hidden = signature?.isValid === true ? { ...signature, signed: veil.hide(signature.signed) } : signature;
    const reply = await answerer({
      service,
      body: veil.hide(body),
      ...(hidden === undefined ? {} : { signature: hidden }),
    });
    const { onSigned } = reply;
    return {
      httpStatus: reply.httpStatus,
      body: veil.restore(reply.body),
      ...(onSigned === undefined ? {} : { onSigned: ({ xml, told }) => onSigned({ xml: veil.hide(xml), told }) }),
    };
  };

import type { OadrMessage } from '../protocol/payload.ts';
import { answerOf } from './answer.ts';
import type { AnswerParts, VtnAnswer } from './answer.ts';
import type { Fault } from './faults/faults.ts';
import type { Tampering } from './faults/tampering.ts';
import { cutShort, malformed, oversized, withoutRequiredElement } from './faults/spoiling.ts';

/** What delivery needs to know. */
export interface DeliveryContext {
  readonly at: number;
  readonly faults: readonly Fault[];
  readonly encode: (message: OadrMessage) => string;
  /** What was answered to the last request of this kind; absent for the first. */
  readonly previous?: VtnAnswer;
  /** Writes a message so that its signature does not hold; absent where nothing is signed. */
  readonly tampered?: (message: OadrMessage, how: Tampering) => string;
}

const xmlType = { 'Content-Type': 'application/xml; charset=utf-8' };
const textType = { 'Content-Type': 'text/plain; charset=utf-8' };
const htmlType = { 'Content-Type': 'text/html; charset=utf-8' };

const portalPage =
  '<!DOCTYPE html>\n<html><head><title>Welcome to our network</title></head><body><p>Please sign in to go on.</p></body></html>\n';

const found = <Name extends Fault['do']>(
  faults: readonly Fault[],
  ...names: readonly Name[]
): Extract<Fault, { readonly do: Name }> | undefined =>
  faults.find((fault): fault is Extract<Fault, { readonly do: Name }> =>
    (names as readonly string[]).includes(fault.do),
  );

const common = ({
  at,
  faults,
}: DeliveryContext): { readonly delayMs: number; readonly headers: Readonly<Record<string, string>> } => ({
  delayMs: found(faults, 'delay')?.delayMs ?? 0,
  headers: { Date: new Date(at + (found(faults, 'wrongClock')?.offsetMs ?? 0)).toUTCString() },
});

const parts = (context: DeliveryContext, changes: Partial<AnswerParts>): AnswerParts => {
  const { delayMs, headers } = common(context);
  return {
    connection: 'answered',
    status: 200,
    delayMs,
    processed: true,
    write: () => '',
    ...changes,
    headers: { ...headers, ...changes.headers },
  };
};

const statusParts = (fault: Extract<Fault, { readonly do: 'status' }>): Partial<AnswerParts> => ({
  status: fault.status,
  processed: fault.processed ?? false,
  headers: {
    ...textType,
    ...(fault.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(fault.retryAfterSeconds) }),
  },
  write: () => `This is a ${fault.status} for a test.\n`,
});

const redirectParts = (fault: Extract<Fault, { readonly do: 'redirect' }>): Partial<AnswerParts> => ({
  status: fault.status ?? 307,
  processed: false,
  headers: { ...textType, Location: fault.location ?? 'http://127.0.0.1:9/elsewhere' },
});

/** What befalls a request before the VTN has acted on it. */
const partsBefore = (fault: Fault): Partial<AnswerParts> | undefined => {
  switch (fault.do) {
    case 'dropBefore':
      return { connection: 'closed', processed: false };
    case 'resetBefore':
      return { connection: 'reset', processed: false };
    case 'hangBefore':
      return { connection: 'hanging', processed: false };
    case 'html':
      return { processed: false, headers: htmlType, write: () => portalPage };
    case 'redirect':
      return redirectParts(fault);
    case 'status':
      return fault.processed === true ? undefined : statusParts(fault);
    default:
      return undefined;
  }
};

/** The text of the answer before, letter for letter. */
const partsAgain = (fault: Fault, { previous }: DeliveryContext): Partial<AnswerParts> | undefined =>
  fault.do !== 'previousAnswer' || previous?.message === undefined
    ? undefined
    : { processed: false, headers: xmlType, message: previous.message, write: () => previous.body };

/** The answer to a request that the VTN never acts on, when a fault says so. */
export const answerBefore = (context: DeliveryContext): VtnAnswer | undefined => {
  for (const fault of context.faults) {
    const changes = partsBefore(fault) ?? partsAgain(fault, context);
    if (changes !== undefined) return answerOf(parts(context, changes));
    if (fault.do === 'answer')
      return answerOf(
        parts(context, {
          processed: false,
          headers: xmlType,
          message: fault.message,
          write: () => context.encode(fault.message),
        }),
      );
  }
  return undefined;
};

/** What befalls the answer after the VTN has acted. */
const partsAfter = (
  fault: Fault,
  whole: () => string,
  tampered?: (how: Tampering) => string,
): Partial<AnswerParts> | undefined => {
  switch (fault.do) {
    case 'tampered':
      return tampered === undefined ? undefined : { headers: xmlType, write: () => tampered(fault.how) };
    case 'dropAfter':
      return { connection: 'closed' };
    case 'resetAfter':
      return { connection: 'reset' };
    case 'hangAfter':
      return { connection: 'hanging' };
    case 'status':
      return statusParts(fault);
    case 'truncated':
      return { connection: 'cutShort', headers: xmlType, write: () => cutShort(whole()) };
    case 'slowLoris':
      return { connection: 'trickling', headers: xmlType, write: whole };
    case 'malformed':
      return { headers: xmlType, write: () => malformed(whole()) };
    case 'schemaInvalid':
      return { headers: xmlType, write: () => withoutRequiredElement(whole()) };
    case 'oversized':
      return { headers: xmlType, write: () => oversized(whole()) };
    case 'empty':
      return { headers: xmlType };
    case 'body':
      return { headers: { 'Content-Type': fault.contentType ?? 'application/xml' }, write: () => fault.body };
    default:
      return undefined;
  }
};

/** The answer to a request that the VTN has acted on. */
export const answerAfter = (context: DeliveryContext, message: OadrMessage | undefined): VtnAnswer => {
  const whole = (): string => (message === undefined ? '' : context.encode(message));
  const { tampered } = context;
  const spoilt =
    message === undefined || tampered === undefined ? undefined : (how: Tampering) => tampered(message, how);
  for (const fault of context.faults) {
    const changes = partsAfter(fault, whole, spoilt);
    if (changes !== undefined) return answerOf(parts(context, changes));
  }
  return answerOf(parts(context, { headers: xmlType, write: whole, ...(message === undefined ? {} : { message }) }));
};

/** The answer to a text that is no message: a transport error, as this family sends it. @rule 2.0b 9.1.5 */
export const answerRefused = (context: DeliveryContext, status: number, text: string): VtnAnswer =>
  answerOf(parts(context, { status, processed: false, headers: textType, write: () => `${text}\n` }));

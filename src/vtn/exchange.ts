import { decodePayload, encodePayload, xmlLimitsFor } from '../protocol/payload.ts';
import type { DecodeResult, MessageName, OadrMessage } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import { SignatureRefusal } from '../protocol/signature/faults.ts';
import { checkOutgoing } from '../protocol/rules.ts';
import { altered } from './faults/alterations.ts';
import type { VtnAnswer } from './answer.ts';
import type { Chronicle } from './chronicle.ts';
import { answerAfter, answerBefore, answerRefused } from './delivery.ts';
import type { DeliveryContext } from './delivery.ts';
import { disturb } from './faults/disturbances.ts';
import { forgiveDues, owe } from './dues.ts';
import type { Fault, Faults } from './faults/faults.ts';
import { remembering } from './remembering.ts';
import { belongsTo, serve, venIDOf } from './services/services.ts';
import { tamperedWith } from './faults/tampering.ts';
import { carelessly } from './faults/unwritable.ts';
import { dressedLikeNhec } from './wireStyle.ts';
import { usualResources } from './settings.ts';
import type { KnownVen, VtnWorld } from './world.ts';

type Decode = (text: string) => DecodeResult;

const readerFor = (resources: number): Decode =>
  remembering((text) => decodePayload(text, { strict: true, limits: xmlLimitsFor(resources) }));

/** VTNs of the usual size read what each of them hears again and again once. */
const usualReader = readerFor(usualResources);

type Read = { readonly message: OadrMessage } | { readonly refusal: string; readonly status: 400 | 403 };

/** What of a message is signed, where it is to be; one that is not its sender's is not looked at. @rule 2.0b 514 */
export const verified = ({ settings: { signing }, complain, now }: VtnWorld, request: string): string | null => {
  if (signing?.verifies !== true) return request;
  try {
    return signing.verify(request, now());
  } catch (error) {
    if (!(error instanceof SignatureRefusal)) throw error;
    complain('514', error.message);
    return null;
  }
};

/** Reads a body strictly, and complains about whatever is not as the schema and the rules want it. */
const read = (decoded: Decode, world: VtnWorld, request: string | OadrMessage): Read => {
  const { complain } = world;
  if (typeof request !== 'string') return { message: request };
  if (request.includes('schemaLocation')) complain('45', 'The body speaks of schemaLocation, which nobody may send.');
  const signed = verified(world, request);
  if (signed === null) return { refusal: 'The signature of the message does not count.', status: 403 };
  const result = decoded(signed);
  if (!result.ok) {
    complain('XSD', `${result.refusal.text} (${result.refusal.path})`);
    return { refusal: `${result.refusal.path}: ${result.refusal.text}`, status: 400 };
  }
  for (const deviation of result.deviations) complain(deviation.rule, deviation.text, venIDOf(result.message));
  return { message: result.message };
};

/** A finding as the rules write it: row of the checklist, rule in brackets, sentence. */
const findingShape = /^\S+ \(([^)]+)\): (.*)$/s;

/** Complains about what the message alone shows to be against the rules. */
const judge = ({ complain }: VtnWorld, message: OadrMessage): void => {
  for (const finding of checkOutgoing(message)) {
    const [, rule = '48', text = finding] = findingShape.exec(finding) ?? [];
    complain(rule, text, venIDOf(message));
  }
};

/** Something went wrong with a request that was not the VEN's fault: it may try again soon, and owes nothing the sooner for it. */
const forgive = (ven: KnownVen | undefined): void => {
  if (ven === undefined) return;
  forgiveDues(ven);
  if (ven.lastPoll !== undefined) ven.lastPoll = { ...ven.lastPoll, mayFollowAtOnce: true };
};

const served = (world: VtnWorld, request: OadrMessage, faults: readonly Fault[]): OadrMessage | undefined => {
  const venID = venIDOf(request);
  const reregister = faults.some((fault) => fault.do === 'requestReregistration');
  if (reregister && request.message !== 'oadrCreatePartyRegistration')
    return { message: 'oadrRequestReregistration', venID: venID ?? '' };
  const answer = serve(world, request);
  const isRepeated = faults.some((fault) => fault.do === 'duplicatePolled') && request.message === 'oadrPoll';
  if (isRepeated && answer !== undefined && answer.message !== 'oadrResponse')
    world.vens.get(request.venID)?.queue.unshift(answer);
  return answer === undefined ? undefined : faults.reduce(altered, answer);
};

/** Answers one request that could be read. */
const answered = (
  world: VtnWorld,
  service: OadrServiceName,
  message: OadrMessage,
  context: DeliveryContext,
): VtnAnswer => {
  const venID = venIDOf(message) ?? '';
  judge(world, message);
  for (const fault of context.faults) disturb(world, fault, world.vens.get(venID));
  const answer = answerBefore(context) ?? answerAfter(context, served(world, message, context.faults));
  world.moods.asksForUsage = true;
  const ven = world.vens.get(venID);
  if (context.faults.length > 0) forgive(ven);
  if (ven !== undefined && answer.message !== undefined && answer.processed) owe(ven, answer.message, message);
  if (!belongsTo(service, message))
    world.complain('511', `The ${message.message} was sent to ${service}, where it does not belong.`, venID);
  return answer;
};

const encoderOf = ({ settings }: VtnWorld): ((message: OadrMessage) => string) => {
  const isToBeSigned = settings.signing?.signs === true;
  const encode = carelessly(
    settings.wireStyle === 'nhec'
      ? (message) => dressedLikeNhec(encodePayload(message))
      : (message) => encodePayload(message, { isToBeSigned }),
  );
  // That there is nothing is said at every poll.
  const encodeResponse = remembering((response) => encode(JSON.parse(response) as OadrMessage));
  return (message) => (message.message === 'oadrResponse' ? encodeResponse(JSON.stringify(message)) : encode(message));
};

/** How a VTN writes its messages: as its style is, signed last, where it signs; and what may become of them then. */
export const writingOf = (world: VtnWorld): Pick<DeliveryContext, 'encode' | 'tampered'> => {
  const { now } = world;
  const { signing } = world.settings;
  const encode = encoderOf(world);
  if (signing?.signs !== true) return { encode };
  let last = '';
  return {
    encode: (message) => (last = signing.sign(encode(message), now())),
    tampered: (message, how) => tamperedWith(how, { xml: encode(message), at: now(), last, signing }),
  };
};

/** Answers requests: reads them, lets faults strike, serves them, and remembers what went over the wire. */
export const openExchange = (world: VtnWorld, faults: Faults, chronicle: Chronicle, writing = writingOf(world)) => {
  const { resources } = world.settings;
  const decoded = resources === usualResources ? usualReader : readerFor(resources);
  let requests = 0;
  const answers = new Map<MessageName, VtnAnswer>();

  const note = (service: OadrServiceName, answer: VtnAnswer, struck: readonly Fault[], request?: OadrMessage): void => {
    const venID = request === undefined ? undefined : venIDOf(request);
    chronicle.note({
      number: (requests += 1),
      at: world.now(),
      service,
      ...(venID === undefined ? {} : { venID }),
      ...(request === undefined ? {} : { request }),
      ...(answer.message === undefined ? {} : { answer: answer.message }),
      status: answer.status,
      connection: answer.connection,
      processed: answer.processed,
      faults: struck.map((fault) => fault.do),
    });
  };

  return (service: OadrServiceName, request: string | OadrMessage): VtnAnswer => {
    world.board.advance(world.now());
    const result = read(decoded, world, request);
    const message = 'message' in result ? result.message : undefined;
    const struck = faults.draw(world.now(), service, message?.message);
    const previous = message === undefined ? undefined : answers.get(message.message);
    const context = { at: world.now(), faults: struck, ...writing, ...(previous === undefined ? {} : { previous }) };
    const answer =
      'message' in result
        ? answered(world, service, result.message, context)
        : answerRefused(context, result.status, result.refusal);
    note(service, answer, struck, message);
    if (message !== undefined) answers.set(message.message, answer);
    return answer;
  };
};

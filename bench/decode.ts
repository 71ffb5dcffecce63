import { decodePayload, encodePayload, type OadrMessage } from '../src/protocol/payload.ts';
import { builderOf, parseBare } from './support/bareXml.ts';
import { atLeast, rateFigure, type Figure, type Subject } from './support/figure.ts';
import { measurePair, repeatedFor, type Paired } from './support/measure.ts';
import { payloads } from './support/payloads.ts';

/** @unit ms */
const roundMs = 60;
const rounds = 15;

const pair = (subject: () => void, floor: () => void): Promise<Paired> =>
  measurePair(repeatedFor(roundMs, subject), repeatedFor(roundMs, floor), rounds);

const decoded = (xml: string): OadrMessage => {
  const result = decodePayload(xml);
  if (!result.ok) throw new Error(`A payload that should be measured is refused: ${result.refusal.text}`);
  return result.message;
};

/** A text with another eventID each time: a DR event that was read before is not read anew. */
const textsLike = (xml: string): (() => string) => {
  let texts = 0;
  return () => xml.replace(/<\/(?:\w+:)?eventID>/, (end) => `${(texts += 1)}${end}`);
};

const decodeFigure = async (what: string, xml: string, goal?: number): Promise<Figure> => {
  const next = textsLike(xml);
  const paired = await pair(
    () => void decoded(next()),
    () => void parseBare(next()),
  );
  return rateFigure(
    `decode ${what}`,
    'messages',
    'bare XMLParser',
    paired,
    goal === undefined ? undefined : atLeast(paired.ratio * 100, goal, '%'),
  );
};

const encodeFigure = async (what: string, message: OadrMessage): Promise<Figure> => {
  const build = builderOf(encodePayload(message));
  return rateFigure(
    `encode ${what}`,
    'messages',
    'bare xmlbuilder2',
    await pair(
      () => void encodePayload(message),
      () => void build(),
    ),
  );
};

const kilobytes = (xml: string): string => `${Math.round(xml.length / 1_000)} KB`;

/** Reading is checked, typed and validated; the floor only parses. */
export const decode: Subject = {
  name: 'decode',
  title: 'Messages: whole decoding and encoding, beside the bare parser and builder',
  measure: async () => {
    const { event, usageReport, quietReply, origin } = await payloads();
    console.log(`(Messages: ${origin}.)`);
    return [
      await decodeFigure(`the ${kilobytes(event)} price event`, event, 70),
      await encodeFigure(`the ${kilobytes(usageReport)} usage report of 24 hours`, decoded(usageReport)),
      await decodeFigure(`the ${kilobytes(usageReport)} usage report of 24 hours`, usageReport),
      await decodeFigure('the reply to a quiet poll', quietReply),
    ];
  },
};

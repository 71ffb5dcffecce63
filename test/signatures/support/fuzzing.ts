/** Signed messages, mutated: whatever is taken must say what was signed. */
import { SignatureRefusal } from '../../../src/protocol/signature/faults.ts';
import { decodePayload, encodePayload, type OadrMessage } from '../../../src/protocol/payload.ts';
import { sameContent } from '../../../src/machines/sameContent.ts';
import { TrustedSigners, type SigningKey } from '../../../src/signatures/certificates.ts';
import { SeenNonces } from '../../../src/signatures/seenNonces.ts';
import { signXml } from '../../../src/signatures/signXml.ts';
import { verifyXml } from '../../../src/signatures/verifyXml.ts';
import { createRandom, type Random } from '../../../src/vtn/random.ts';

const messages: readonly OadrMessage[] = [
  { message: 'oadrPoll', venID: 'my.ven' },
  {
    message: 'oadrResponse',
    eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: 'r-1' },
    venID: 'my.ven',
  },
  {
    message: 'oadrCreatedPartyRegistration',
    eiResponse: { responseCode: '200', requestID: 'r-2' },
    registrationID: 'reg-1',
    venID: 'my.ven',
    vtnID: 'vtn',
    oadrProfiles: [{ oadrProfileName: '2.0b', oadrTransports: ['simpleHttp'] }],
    oadrRequestedOadrPollFreq: 'PT10S',
  },
];

/** What came of mutants. */
export interface FuzzTally {
  mutants: number;
  /** Taken, because what was signed is as it was. */
  taken: number;
  readonly refused: Record<string, number>;
  /** What must not be: a sentence each, with the seed that leads to it. */
  readonly faults: string[];
}

/** Texts that mean something to XML, to signatures or to their verifiers. */
const pieces: readonly [string, ...string[]] = [
  '<!-- x -->',
  '<![CDATA[x]]>',
  '<?x y?>',
  '&amp;',
  '&#120;',
  '&lt;',
  '<x/>',
  '<ei:venID>evil</ei:venID>',
  ' ',
  '\n',
  '\r',
  '\t',
  ' Id="oadrSignedObject"',
  ' ID="prop"',
  ' xml:id="prop"',
  ' xmlns:ei="urn:x"',
  ' xmlns="urn:x"',
  'Id="x"',
  '#prop',
  '#oadrSignedObject',
  '""',
  'http://www.w3.org/2000/09/xmldsig#sha1',
  'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  '<ds:Object/>',
  '<ds:Object Id="o"><oadr:oadrSignedObject/></ds:Object>',
  '</oadr:oadrSignedObject>',
  '<oadr:oadrSignedObject>',
  '\u0000',
  '\uFEFF',
  'é',
  'evil',
];

const tokensOf = (xml: string): readonly string[] => xml.match(/<[^>]*>|[^<]+/g) ?? [];

/** The start and the end of one element, by its own tags. */
const elementAt = (tokens: readonly string[], start: number): number => {
  const name = /^<([\w:.-]+)[^>]*[^/]>$/.exec(tokens[start] ?? '')?.[1];
  if (name === undefined) return start;
  const end = tokens.indexOf(`</${name}>`, start);
  return end === -1 ? start : end;
};

const mutations: readonly ((xml: string, random: Random, other: string) => string)[] = [
  // A character is another.
  (xml, random) => {
    const at = random.integer(0, xml.length - 1);
    const code = random.integer(32, 126);
    return xml.slice(0, at) + String.fromCharCode(code) + xml.slice(at + 1);
  },
  // A character is gone, or a piece comes in.
  (xml, random) => {
    const at = random.integer(0, xml.length - 1);
    return xml.slice(0, at) + xml.slice(at + 1);
  },
  (xml, random) => {
    const at = random.integer(0, xml.length);
    return xml.slice(0, at) + random.pick(pieces) + xml.slice(at);
  },
  // A piece between two tokens, where it is well-formed more often.
  (xml, random) => {
    const tokens = [...tokensOf(xml)];
    tokens.splice(random.integer(1, tokens.length), 0, random.pick(pieces));
    return tokens.join('');
  },
  // An element is gone, doubled, moved, or taken from another message.
  (xml, random) => {
    const tokens = [...tokensOf(xml)];
    const from = random.integer(1, tokens.length - 1);
    tokens.splice(from, elementAt(tokens, from) - from + 1);
    return tokens.join('');
  },
  (xml, random) => {
    const tokens = [...tokensOf(xml)];
    const from = random.integer(1, tokens.length - 1);
    const element = tokens.slice(from, elementAt(tokens, from) + 1);
    tokens.splice(random.integer(1, tokens.length), 0, ...element);
    return tokens.join('');
  },
  (xml, random) => {
    const tokens = [...tokensOf(xml)];
    const from = random.integer(1, tokens.length - 1);
    const element = tokens.splice(from, elementAt(tokens, from) - from + 1);
    tokens.splice(random.integer(1, tokens.length), 0, ...element);
    return tokens.join('');
  },
  (xml, random, other) => {
    const tokens = [...tokensOf(xml)];
    const theirs = tokensOf(other);
    const from = random.integer(1, theirs.length - 1);
    const element = theirs.slice(from, elementAt(theirs, from) + 1);
    const at = random.integer(1, tokens.length - 1);
    const until = random.chance(0.5) ? at : elementAt(tokens, at) + 1;
    tokens.splice(at, until - at, ...element);
    return tokens.join('');
  },
  // A quoted value is that of another place.
  (xml, random) => {
    const values = [...xml.matchAll(/"[^"]*"/g)];
    const [a, b] = [random.integer(0, values.length - 1), random.integer(0, values.length - 1)].map((at) => values[at]);
    if (a === undefined || b === undefined) return xml;
    return xml.slice(0, a.index) + b[0] + xml.slice(a.index + a[0].length);
  },
];

const at = Date.UTC(2026, 5, 10, 12);

/** Mutates signed messages so many times, from a seed. */
export const fuzzed = (key: SigningKey, count: number, seed: number): FuzzTally => {
  const signed = messages.map((message, index) => ({
    message,
    nonce: `nonce-${index}`,
    xml: signXml(encodePayload(message, { isToBeSigned: true }), key, { at, nonce: `nonce-${index}` }).xml,
  }));
  const signers = new TrustedSigners(key.certificate.toString(), []);
  const tally: FuzzTally = { mutants: 0, taken: 0, refused: {}, faults: [] };
  for (let number = 0; number < count; number += 1) {
    const random = createRandom(seed, 'mutants', number);
    const original = signed[random.integer(0, signed.length - 1)] as (typeof signed)[number];
    const other = signed[random.integer(0, signed.length - 1)] as (typeof signed)[number];
    let xml = original.xml;
    for (let times = random.integer(1, 3); times > 0; times -= 1)
      xml = (mutations[random.integer(0, mutations.length - 1)] as (typeof mutations)[number])(xml, random, other.xml);
    tally.mutants += 1;
    try {
      const { message, told } = verifyXml(
        xml,
        { signers, windowMs: 60_000, seen: new SeenNonces(), isStrict: false },
        at,
      );
      const decoded = decodePayload(message);
      const meant = signed.find(({ nonce }) => nonce === told.nonce);
      const isTrue =
        decoded.ok &&
        meant !== undefined &&
        sameContent(decoded.message, meant.message) &&
        Date.parse(told.timestamp) === at;
      if (isTrue) tally.taken += 1;
      else tally.faults.push(`seed ${seed}, mutant ${number} was taken for what nobody signed: ${xml}`);
    } catch (error) {
      if (error instanceof SignatureRefusal) tally.refused[error.fault] = (tally.refused[error.fault] ?? 0) + 1;
      else tally.faults.push(`seed ${seed}, mutant ${number} broke the verifier (${String(error)}): ${xml}`);
    }
    if (tally.faults.length > 10) break;
  }
  return tally;
};

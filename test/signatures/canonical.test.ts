import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload } from '../../src/protocol/payload.ts';
import { envelopedSignature, exclusiveC14n } from '../../src/protocol/signature/names.ts';
import { canonicalOf, readWritten, type CanonicalForm } from '../../src/protocol/signature/canonicalText.ts';
import { TrustedSigners } from '../../src/signatures/certificates.ts';
import { provedTexts } from '../../src/signatures/provedTexts.ts';
import { SeenNonces } from '../../src/signatures/seenNonces.ts';
import { signXml } from '../../src/signatures/signXml.ts';
import { verifyXml } from '../../src/signatures/verifyXml.ts';
import { dressedLikeNhec } from '../../src/vtn/wireStyle.ts';
import { anyMessage } from '../protocol/support/arbitraries.ts';
import { forged, type Forgery } from './support/forge.ts';
import { judgedCanonical, judgedTexts } from './support/judge.ts';
import { keyFor, rsaKeyOf } from './support/signing.ts';
import { triesOf } from '../support/leftOut.ts';

const at = Date.UTC(2026, 5, 10, 12);
const keys = [rsaKeyOf('vtn'), keyFor('vtn')] as const;

/** Characters that XML, its canonical form or a parser of an older mind treats in a way of its own. */
const oddText = fc
  .array(fc.constantFrom('a', ' ', '&', '<', '>', '"', "'", '\t', '\n', '\r', ']]>', 'é', '\u0085', '\u2028', '😀'), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

const messageIn = (xml: string): unknown => {
  const read = decodePayload(xml);
  return read.ok ? read.message : null;
};

describe('what we sign', () => {
  it('given any message in any style, then the library takes it, and finds the very texts that we signed and would verify', () => {
    const whole = fc.record({
      message: anyMessage,
      oddity: oddText,
      isDressed: fc.boolean(),
      key: fc.constantFrom(...keys),
    });
    fc.assert(
      fc.property(whole, ({ message, oddity, isDressed, key }) => {
        const odd = 'venID' in message ? { ...message, venID: `v${oddity}` } : message;
        const plain = encodePayload(odd, { isToBeSigned: !isDressed });
        const unsigned = isDressed ? dressedLikeNhec(plain) : plain;
        const { xml } = signXml(unsigned, key, { at, nonce: 'once' });
        const judged = judgedTexts(xml, key.certificate.publicKey);
        expect(judged).toHaveLength(2);
        expect(provedTexts(xml, key.certificate.publicKey, true)).toEqual(judged);
        expect(messageIn(judged?.[0] ?? '')).toEqual(messageIn(unsigned));
      }),
      { seed: 41, numRuns: triesOf(60) },
    );
  });

  it('given no message in its envelope, or what is no text of an encoder, then nothing is signed', () => {
    const message = encodePayload({ message: 'oadrPoll', venID: 'v' }, { isToBeSigned: true });
    const spoilt = [
      'OK',
      '<a>',
      message.replace(/ oadr:Id="[^"]*"/, ''),
      message.replace('<oadr:oadrPoll', '<!-- x --><oadr:oadrPoll'),
      message.replace('<oadr:oadrPoll', '<?x y?><oadr:oadrPoll'),
      message.replace('>v<', '><![CDATA[v]]><'),
      message.slice(0, -3),
      encodePayload({ message: 'oadrPoll', venID: 'v' }, { bare: true }),
    ];
    for (const xml of spoilt) expect(() => signXml(xml, keys[0], { at, nonce: 'n' }), xml).toThrow(/cannot be signed/);
  });
});

describe('what others sign', () => {
  it.each<[string, Partial<Forgery>]>([
    ['as the standard has it', {}],
    ['behind the message', { place: 'append' }],
    ['in exclusive C14N', { canonical: exclusiveC14n }],
    ['over all but the signature', { target: '/*', isEmptyUri: true, transforms: [envelopedSignature] }],
  ])('given a message that the library signed %s, then its texts are proved without it', (_how, more) => {
    for (const key of keys) {
      const xml = forged({ key, at, ...more });
      const judged = judgedTexts(xml, key.certificate.publicKey);
      expect(judged).toHaveLength(2);
      expect(provedTexts(xml, key.certificate.publicKey, false)).toEqual(judged);
    }
  });

  it('given what only a parser can say the meaning of, then the library is asked, and takes it as before', () => {
    const [key] = keys;
    const signers = new TrustedSigners('', [key.fingerprint]);
    const xml = forged({ key, at });
    for (const odd of [xml.replace('my.ven', 'my<!-- x -->.ven'), xml.replace('my.ven', 'my.<![CDATA[ven]]>')]) {
      expect(provedTexts(odd, key.certificate.publicKey, false)).toBeNull();
      const { message } = verifyXml(odd, { signers, windowMs: 60_000, seen: new SeenNonces(), isStrict: false }, at);
      expect(decodePayload(message)).toMatchObject({ ok: true, message: { venID: 'my.ven' } });
    }
  });
});

/** A document with prefixes that come, go and are bound anew, an Id on each element, and odd texts. */
const prefixes = ['', 'a', 'b', 'zz'];
const uris = ['urn:1', 'urn:2', 'urn:3'];

interface Drawn {
  readonly declares: readonly (readonly [string, string])[];
  readonly prefix: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly content: readonly (Drawn | string)[];
}

const { drawn } = fc.letrec<{ drawn: Drawn }>((tie) => ({
  drawn: fc.record({
    declares: fc.uniqueArray(fc.tuple(fc.constantFrom(...prefixes), fc.constantFrom(...uris)), {
      selector: ([prefix]) => prefix,
      maxLength: 3,
    }),
    prefix: fc.constantFrom(...prefixes),
    attributes: fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'y', 'a:x', 'b:y', 'zz:w'), oddText), {
      selector: ([name]) => name,
      maxLength: 3,
    }),
    content: fc.array(fc.oneof({ maxDepth: 4, withCrossShrink: true }, oddText, tie('drawn')), { maxLength: 4 }),
  }),
}));

const reference = (character: string): string => `&#${character.codePointAt(0)};`;

/** Line ends that only XML 1.1 has are written by reference, as our signer does; the library would change them. */
const writtenText = (text: string): string =>
  text.replace(/[&<\u0085\u2028]|]]>/g, (found) => (found === ']]>' ? ']]&gt;' : reference(found)));

const writtenValue = (text: string): string => text.replace(/[&<"\u0085\u2028\t\n\r]/g, reference);

/** As XML, each element with an Id of its own, and no prefix unbound. */
const written = (
  { declares, prefix, attributes, content }: Drawn,
  bound: ReadonlySet<string>,
  ids: string[],
): string => {
  const within = new Set([...bound, ...declares.map(([each]) => each)]);
  const id = `i${ids.length}`;
  ids.push(id);
  const name = within.has(prefix) && prefix !== '' ? `${prefix}:e` : 'e';
  const declarations = declares.map(([each, uri]) => ` xmlns${each === '' ? '' : `:${each}`}="${uri}"`);
  const values = attributes
    .filter(([each]) => !each.includes(':') || within.has(each.split(':')[0] ?? ''))
    .map(([each, value]) => ` ${each}="${writtenValue(value)}"`);
  const inner = content.map((each) => (typeof each === 'string' ? writtenText(each) : written(each, within, ids)));
  const tag = `${name}${declarations.join('')}${values.join('')} Id="${id}"`;
  return inner.length === 0 ? `<${tag}/>` : `<${tag}>${inner.join('')}</${name}>`;
};

/** Two prefixes of one namespace give two attributes one name: no well-formed document has that. */
const isWellFormed = (xml: string): boolean => {
  const read = readWritten(xml);
  const all = [...(read?.byId.values() ?? [])];
  return all.every(({ attributes, namespaces }) => {
    const names = attributes.map(({ name }) => {
      const [local = '', prefix] = name.split(':').reverse();
      return `${prefix === undefined ? '' : (namespaces.get(prefix) ?? '')} ${local}`;
    });
    return new Set(names).size === names.length;
  });
};

describe('a canonical text of our own', () => {
  it.each<CanonicalForm>(['inclusive', 'exclusive'])(
    'given any document and any element of it, then it is the library’s, in the %s form',
    (form) => {
      fc.assert(
        fc.property(drawn, (root) => {
          const ids: string[] = [];
          const xml = written(root, new Set(['']), ids);
          fc.pre(isWellFormed(xml));
          const { byId } = readWritten(xml) ?? { byId: new Map<string, never>() };
          expect(byId.size).toBe(ids.length);
          for (const id of ids) {
            const element = byId.get(id);
            const own = element === undefined ? null : canonicalOf(element, form);
            expect(own, `${id} of ${xml}`).toBe(judgedCanonical(xml, id, form));
          }
        }),
        { seed: 42, numRuns: triesOf(150) },
      );
    },
  );
});

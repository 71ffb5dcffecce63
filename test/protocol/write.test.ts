import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EncodeError, type XmlWriter } from '../../src/protocol/xml/codec.ts';
import { defaultXmlLimits } from '../../src/protocol/types/xmlLimits.ts';
import { ei, emix, nameOf, oadr, strm, xmlNamespace, type Name } from '../../src/protocol/xml/names.ts';
import type { XmlElement } from '../../src/protocol/xml/element.ts';
import { parseXml } from '../../src/protocol/xml/parse.ts';
import { writeXml, writtenByLibrary } from '../../src/protocol/xml/write.ts';
import { triesOf } from '../support/leftOut.ts';

interface Drawn {
  readonly name: Name;
  readonly attributes: readonly (readonly [Name, string])[];
  readonly content: readonly (Drawn | string)[];
}

/** Texts with all that is markup, white space or more than sixteen bits, and nothing that XML cannot hold. */
const legalText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '&',
        '<',
        '>',
        '"',
        "'",
        '\r',
        '\n',
        '\t',
        ' ',
        '&amp;',
        '&#9;',
        ']]>',
        'é',
        '\u{1F50B}',
        '\uFFFD',
      ),
      fc.string({ maxLength: 5 }).map((text) => text.replace(/[^\t\n\r -~]/g, '')),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const ours = fc.constantFrom<Name>(oadr('oadrPoll'), ei('venID'), emix('marketContext'), strm('intervals'));
const strangers = fc
  .tuple(fc.constantFrom('', 'urn:a', 'urn:b'), fc.constantFrom('x', 'longer-name', 'naïve'))
  .map(([namespace, local]) => nameOf(namespace, local));

const drawn = (names: fc.Arbitrary<Name>, attributeNames: fc.Arbitrary<Name>): fc.Arbitrary<Drawn> =>
  fc.letrec<{ element: Drawn }>((tie) => ({
    element: fc.record({
      name: names,
      attributes: fc.uniqueArray(fc.tuple(attributeNames, legalText), {
        maxLength: 3,
        // The library writes one of two attributes that differ by their namespace alone; no profile has such.
        selector: ([{ local }]) => local,
      }),
      content: fc.array(fc.oneof({ maxDepth: 3 }, legalText, tie('element')), { maxLength: 4 }),
    }),
  })).element;

const write = ({ name, attributes, content }: Drawn, writer: XmlWriter): void => {
  writer.open(name);
  for (const [attribute, value] of attributes) writer.attribute(attribute, value);
  for (const item of content) {
    if (typeof item === 'string') writer.text(item);
    else write(item, writer);
  }
  writer.close();
};

const written = (document: Drawn): string => writeXml((writer) => write(document, writer));

const tree = (name: Name, attributes: readonly (readonly [Name, string])[], content: readonly unknown[]): unknown => ({
  name: `{${name.namespace}}${name.local}`,
  attributes: attributes.map(([{ namespace, local }, value]) => `{${namespace}}${local}=${value}`).sort(),
  content,
});

const readTree = ({ name, attributes, content }: XmlElement): unknown =>
  tree(
    name,
    (attributes ?? []).map((each) => [each.name, each.value] as const),
    content.map((item) => (typeof item === 'string' ? item : readTree(item))),
  );

/** Texts that stand side by side are one; white space alone is none to our reader. */
const drawnTree = ({ name, attributes, content }: Drawn): unknown => {
  const joined: unknown[] = [];
  for (const item of content) {
    const before = joined.at(-1);
    if (typeof item !== 'string') joined.push(drawnTree(item));
    else if (typeof before === 'string') joined[joined.length - 1] = before + item;
    else joined.push(item);
  }
  const said = joined.filter((item) => typeof item !== 'string' || /[^\t\n ]/.test(item));
  return tree(name, attributes, said);
};

const read = (text: string): unknown => readTree(parseXml(text, defaultXmlLimits));

describe('a document', () => {
  const plain = fc.oneof(ours, fc.constantFrom(nameOf('', 'schemaVersion'), nameOf(xmlNamespace, 'lang')));

  it('in our namespaces is read as it was written', () => {
    fc.assert(
      fc.property(drawn(ours, plain), (document) => {
        expect(read(written(document))).toEqual(drawnTree(document));
      }),
      { numRuns: triesOf(200) },
    );
  });

  it('with namespaces of strangers is read as it was written', () => {
    const any = fc.oneof(ours, strangers);
    fc.assert(
      fc.property(drawn(any, fc.oneof(plain, strangers)), (document) => {
        expect(read(written(document))).toEqual(drawnTree(document));
      }),
      { numRuns: triesOf(200) },
    );
  });
});

describe('a document whose form was written before', () => {
  const plain = fc.oneof(ours, fc.constantFrom(nameOf('', 'schemaVersion'), nameOf(xmlNamespace, 'lang')));
  const word = fc.string({ maxLength: 5 }).map((text) => text.replace(/[^ -~]/g, ''));

  /** The same document with other words in it. */
  const withWords = (document: Drawn, other: string): Drawn => ({
    ...document,
    attributes: document.attributes.map(([name]) => [name, other] as const),
    content: document.content.map((item) => (typeof item === 'string' ? other : withWords(item, other))),
  });

  it('is written as the library writes it, character for character, whatever words are in it', () => {
    fc.assert(
      fc.property(drawn(fc.oneof(ours, strangers), fc.oneof(plain, strangers)), word, (document, other) => {
        for (const each of [document, withWords(document, other), document])
          expect(written(each)).toBe(writtenByLibrary((writer) => write(each, writer)));
      }),
      { numRuns: triesOf(200) },
    );
  });

  it('may be longer than any form that is kept', () => {
    const many: Drawn = {
      name: oadr('oadrPoll'),
      attributes: [],
      content: Array.from({ length: 3_000 }, () => ({ name: ei('venID'), attributes: [], content: ['a'] })),
    };
    expect(written(many)).toBe(writtenByLibrary((writer) => write(many, writer)));
  });
});

describe('what XML cannot hold', () => {
  const withText = (text: string): Drawn => ({ name: oadr('oadrPoll'), attributes: [], content: [text] });

  it.each(['\u0000', '\u0007', '\u001B', '\uFFFE', '\uFFFF', '\uD800', '\uDC00x'])('is refused as text: %j', (text) => {
    expect(() => written(withText(text))).toThrow(EncodeError);
  });

  it('is refused in an attribute, and as a name', () => {
    const attributes = [[nameOf('', 'id'), '\u0001']] as const;
    expect(() => written({ ...withText(''), attributes })).toThrow(EncodeError);
    expect(() => written({ ...withText(''), name: nameOf('urn:a', 'a b') })).toThrow(EncodeError);
    expect(() => written({ ...withText(''), attributes: [[nameOf('', 'a="'), '']] })).toThrow(EncodeError);
  });
});

describe('a long list of elements', () => {
  /** The same document whether the writer writes lists in a way of its own, or element by element. */
  const ofList = (items: readonly Drawn[], inForms: boolean): string =>
    writtenByLibrary((writer) => {
      const codec = {
        decode: () => items[0] as Drawn,
        encode: ({ attributes, content }: Drawn, to: XmlWriter) => {
          for (const [attribute, value] of attributes) to.attribute(attribute, value);
          for (const item of content) {
            if (typeof item === 'string') to.text(item);
            else write(item, to);
          }
        },
      };
      writer.open(oadr('oadrPoll'));
      if (inForms) writer.list?.(ei('venID'), codec, items);
      else
        for (const item of items) {
          writer.open(ei('venID'));
          codec.encode(item, writer);
          writer.close();
        }
      writer.close();
    });

  it('is written in forms as it is element by element, character for character', () => {
    const plain = fc.oneof(ours, fc.constantFrom(nameOf('', 'schemaVersion'), nameOf(xmlNamespace, 'lang')));
    const simple = fc.record({
      name: fc.constant(ei('venID')),
      attributes: fc.constant([] as const),
      content: fc.array(
        fc.oneof(
          fc.string({ maxLength: 4 }).map((text) => text.replace(/[^ -~]/g, '')),
          fc.constant('\ue0010\ue001'),
          fc.constant('\ue000'),
        ),
        { maxLength: 2 },
      ),
    });
    const any = fc.oneof(simple, drawn(fc.oneof(ours, strangers), fc.oneof(plain, strangers)));
    fc.assert(
      fc.property(fc.array(any, { minLength: 8, maxLength: 30 }), (items) => {
        expect(ofList(items, true)).toBe(ofList(items, false));
      }),
      { numRuns: triesOf(100) },
    );
  });
});

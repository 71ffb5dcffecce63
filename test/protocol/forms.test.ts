import { describe, expect, it } from 'vitest';
import { accepted, refused } from './support/expect.ts';
import { enveloped, namespaces, poll, priceEvent } from './support/texts.ts';

const plain = { message: 'oadrPoll', venID: 'VEN_1' };
const OADR = 'http://openadr.org/oadr-2.0b/2012/07';
const EI = 'http://docs.oasis-open.org/ns/energyinterop/201110';

const withPrefixes = (names: Readonly<Record<string, string>>): string =>
  poll.replace(/\b(oadr|ei)(?=[:=])/g, (prefix) => names[prefix] ?? prefix);

/** One poll, written in all the ways XML has of writing it; none of them is a departure from anything. */
const samePoll: Readonly<Record<string, string>> = {
  'as we would write it': poll,
  'with a declaration': `<?xml version="1.0" encoding="utf-8"?>\n${poll}`,
  'with a declaration in single quotes, standalone': `<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>${poll}`,
  'with a byte order mark': `\uFEFF${poll}`,
  'with OpenADR as default namespace': `<oadrPayload xmlns="${OADR}"><oadrSignedObject><oadrPoll xmlns:e="${EI}" e:schemaVersion="2.0b"><e:venID>VEN_1</e:venID></oadrPoll></oadrSignedObject></oadrPayload>`,
  'with default namespaces declared locally': `<oadrPayload xmlns="${OADR}"><oadrSignedObject><oadrPoll xmlns:e="${EI}" e:schemaVersion="2.0b"><venID xmlns="${EI}">VEN_1</venID></oadrPoll></oadrSignedObject></oadrPayload>`,
  'with prefixes that mean something else elsewhere': withPrefixes({ oadr: 'ei', ei: 'oadr' }),
  'with numbered prefixes': withPrefixes({ oadr: 'ns2', ei: 'ns13' }),
  'with a prefix bound anew inside': `<a:oadrPayload xmlns:a="${OADR}"><a:oadrSignedObject><a:oadrPoll xmlns:b="${EI}" b:schemaVersion="2.0b"><a:venID xmlns:a="${EI}">VEN_1</a:venID></a:oadrPoll></a:oadrSignedObject></a:oadrPayload>`,
  'with comments everywhere': `<!-- a -->${poll.replaceAll('><', '><!-- > "quoted\' <x> --><').replace('VEN_1', 'VEN<!-- in the middle -->_1')}<!-- z -->`,
  'with instructions everywhere': `<?style sheet="it's"?>${poll.replaceAll('><', '><?x \'odd " quotes ?><')}<?end?>`,
  'with CDATA': poll.replace('VEN_1', '<![CDATA[VEN_1]]>'),
  'with CDATA and text': poll.replace('VEN_1', 'V<![CDATA[EN]]>_1'),
  'with numeric references': poll.replace('VEN_1', '&#86;&#x45;&#x4e;_1'),
  'with white space between all tags': poll.replaceAll('><', '>\r\n\t <'),
  'with white space inside tags': poll
    .replaceAll('<ei:venID>', '<ei:venID\n\t>')
    .replaceAll('</ei:venID>', '</ei:venID  >')
    .replace('ei:schemaVersion="2.0b"', "\n ei:schemaVersion\n=\n'2.0b'\n"),
  'with the schema location': poll.replace(
    '<oadr:oadrPayload',
    `<oadr:oadrPayload xsi:schemaLocation="${OADR} oadr_20b.xsd"`,
  ),
  'with a type said aloud': poll.replace(
    '<ei:venID>',
    '<ei:venID xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:string">',
  ),
  'with an Id but no signature': poll.replace(
    '<oadr:oadrSignedObject>',
    '<oadr:oadrSignedObject oadr:Id="oadrSignedObject">',
  ),
};

describe('a poll is the same', () => {
  // @row +19.2
  it.each(Object.entries(samePoll))('%s', (_, xml) => {
    expect(accepted(xml, true)).toEqual({ message: plain, rules: [], deviations: [] });
  });

  it.each(Object.entries(samePoll))('as bytes, %s', (_, xml) => {
    expect(accepted(new TextEncoder().encode(xml), true).message).toEqual(plain);
  });
});

describe('names are namespaces and local names', () => {
  // @row -19.2
  it('a prefix alone makes no OpenADR', () => {
    expect(refused(poll.replace('http://openadr.org/oadr-2.0b/2012/07', 'urn:else'))).toMatchObject({
      kind: 'notOpenADR',
      path: '/oadrPayload',
    });
  });

  it('the right local name in the wrong namespace is a stranger', () => {
    expect(refused(enveloped('oadrPoll', '<oadr:venID>VEN_1</oadr:venID>'))).toMatchObject({
      kind: 'invalid',
      message: 'oadrPoll',
    });
  });

  // @row -19.2
  it('two elements of one local name in two namespaces do not mix', () => {
    const xml = enveloped('oadrPoll', '<x:venID xmlns:x="urn:x">other</x:venID><ei:venID>VEN_1</ei:venID>');
    expect(accepted(xml)).toMatchObject({ message: plain, rules: ['19.19'] });
  });

  it('a message without any namespace is no message', () => {
    expect(refused('<oadrPoll><venID>VEN_1</venID></oadrPoll>')).toMatchObject({
      kind: 'unknownMessage',
      message: 'oadrPoll',
    });
  });

  it('a prefix that is not declared is no XML', () => {
    expect(refused('<oadr:oadrPoll/>').kind).toBe('notXml');
    expect(refused(poll.replace('<ei:venID>', '<ei:venID q:a="1">')).kind).toBe('notXml');
  });

  it('an attribute stands once, under whatever prefix', () => {
    expect(refused(`<a xmlns:x="urn:a" xmlns:y="urn:a" x:b="1" y:b="2"/>`).kind).toBe('notXml');
  });

  it('names of objects in JavaScript are strangers like others', () => {
    for (const name of ['hasOwnProperty', 'toString', 'valueOf', 'then']) {
      const xml = enveloped('oadrPoll', `<${name}>x</${name}><ei:venID ${name}="y">VEN_1</ei:venID>`);
      expect(accepted(xml)).toMatchObject({ message: plain, rules: ['19.19'] });
    }
  });

  it('a name that attacks JavaScript objects is not read', () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      expect(refused(enveloped('oadrPoll', `<${name}>x</${name}><ei:venID>VEN_1</ei:venID>`)).kind).toBe('hostile');
      expect(refused(enveloped('oadrPoll', `<ei:venID ${name}="x">VEN_1</ei:venID>`)).kind).toBe('hostile');
    }
  });
});

describe('text is text', () => {
  const venID = (text: string): unknown => accepted(enveloped('oadrPoll', `<ei:venID>${text}</ei:venID>`)).message;

  it.each([
    ['numbers keep their zeros', '0012', '0012'],
    ['exponents are not calculated', '1e5', '1e5'],
    ['booleans stay words', 'true', 'true'],
    ['references are resolved once', '&amp;lt;', '&lt;'],
    ['CDATA is not resolved at all', '<![CDATA[&amp;<x>]]>', '&amp;<x>'],
    ['a no-break space belongs to the name', '&#160;a&#160;', '\u00a0a\u00a0'],
    ['white space inside stays', 'a  b', 'a  b'],
    ['white space around goes', '\n\t a \r\n', 'a'],
    ['other scripts pass', 'Grüße 𝄞 日本', 'Grüße 𝄞 日本'],
    ['an angle bracket before the end stays', '5 > 3 >', '5 > 3 >'],
  ])('%s', (_, text, expected) => {
    expect(venID(text)).toEqual({ message: 'oadrPoll', venID: expected });
  });
});

describe('types said aloud', () => {
  const unit = (xml: string): unknown => {
    const { message } = accepted(priceEvent({ unit: xml }), true);
    return message.message === 'oadrDistributeEvent'
      ? message.oadrEvent[0]?.eiEvent.eiEventSignals.eiEventSignal[0]?.itemBase
      : undefined;
  };
  const content =
    '<power:itemDescription>RealPower</power:itemDescription><power:itemUnits>W</power:itemUnits><scale:siScaleCode>k</scale:siScaleCode>' +
    '<power:powerAttributes><power:hertz>60</power:hertz><power:voltage>120</power:voltage><power:ac>true</power:ac></power:powerAttributes>';

  it('an abstract power with its type is that power', () => {
    expect(unit(`<power:powerItem xsi:type="power:PowerRealType">${content}</power:powerItem>`)).toEqual(
      unit(`<power:powerReal>${content}</power:powerReal>`),
    );
  });

  it('an abstract power without it is taken as no unit, with a remark', () => {
    expect(accepted(priceEvent({ unit: `<power:powerItem>${content}</power:powerItem>` })).rules).toContain('XSD');
  });
});

describe('a signature', () => {
  const signature =
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>';

  it('in front of the signed object is passed by without remark', () => {
    expect(accepted(poll.replace('<oadr:oadrSignedObject>', `${signature}<oadr:oadrSignedObject>`), true)).toEqual({
      message: plain,
      rules: [],
      deviations: [],
    });
  });

  it('an Id that is none is tolerated, one that is says nothing about a signature', () => {
    const withId = (id: string): string =>
      poll.replace('<oadr:oadrSignedObject>', `<oadr:oadrSignedObject oadr:Id="${id}">`);
    expect(accepted(withId(' signedObject '), true).rules).toEqual([]);
    expect(accepted(withId('1 2')).rules).toEqual(['19.22']);
    refused(withId('1 2'), { strict: true });
  });

  // @row +5.11 -5.11
  it('behind it is tolerated', () => {
    const behind = poll.replace('</oadr:oadrSignedObject>', `</oadr:oadrSignedObject>${signature}`);
    expect(accepted(behind).message).toEqual(plain);
    refused(behind, { strict: true });
  });
});

describe('the envelope', () => {
  const signed = (inside: string): string => `<oadr:oadrPayload ${namespaces}>${inside}</oadr:oadrPayload>`;
  const message = '<oadr:oadrPoll ei:schemaVersion="2.0b"><ei:venID>VEN_1</ei:venID></oadr:oadrPoll>';

  // @row +1.5 -1.5
  it('holds one message', () => {
    expect(refused(signed('<oadr:oadrSignedObject/>')).text).toContain('empty');
    expect(refused(signed(`<oadr:oadrSignedObject>${message}${message}</oadr:oadrSignedObject>`)).text).toContain(
      '2 messages',
    );
    expect(
      refused(
        signed(
          `<oadr:oadrSignedObject>${message}</oadr:oadrSignedObject><oadr:oadrSignedObject>${message}</oadr:oadrSignedObject>`,
        ),
      ).kind,
    ).toBe('invalid');
  });

  it('may lack the signed object, as a tolerance', () => {
    expect(accepted(signed(message))).toMatchObject({ message: plain, rules: ['19.1'] });
  });

  it('tells a message of 2.0a from nonsense', () => {
    expect(refused('<oadrPoll xmlns="http://openadr.org/oadr-2.0a/2012/07"/>').kind).toBe('unknownMessage');
    expect(refused('<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>').kind).toBe('notOpenADR');
  });
});

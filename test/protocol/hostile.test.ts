import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload } from '../../src/protocol/payload.ts';
import { defaultXmlLimits } from '../../src/protocol/types/xmlLimits.ts';
import { distributeEvent, oadrEventOf } from '../support/drEventMessages.ts';
import { accepted, refused } from './support/expect.ts';
import { enveloped, namespaces, poll, priceEvent } from './support/texts.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const nested = (depth: number): string => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;

describe('what is not XML is refused, and the place is named', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['white space', ' \r\n\t ', 'empty'],
    ['a byte order mark', '\uFEFF', 'empty'],
    ['plain text', 'Bad Gateway', 'line 1'],
    ['JSON', '{"error":"unauthorized"}', 'line 1'],
    ['an HTML page', '<html><body><h1>502 Bad Gateway</h1></body></html>', 'HTML page'],
    ['an HTML page with a doctype', '<!DOCTYPE html>\n<html lang="en"><head></head></html>', 'HTML page'],
    ['an HTML page in old dress', '<!doctype HTML PUBLIC "-//IETF//DTD HTML 2.0//EN"><html><hr></html>', 'HTML page'],
    ['two roots', `${poll}${poll}`, 'well-formed'],
    ['text behind the root', `${poll}trailing`, 'well-formed'],
    ['text in front of the root', `leading${poll}`, 'well-formed'],
    ['a declaration that is not at the start', ` <?xml version="1.0"?>${poll}`, 'well-formed'],
    ['a message broken off', poll.slice(0, -20), 'well-formed'],
    ['tags that cross', '<a><b></a></b>', 'well-formed'],
    ['an attribute twice', '<a b="1" b="2"/>', 'well-formed'],
    ['an attribute without quotes', '<a b=1/>', 'well-formed'],
    ['an attribute without value', '<a b/>', 'well-formed'],
    ['a bare ampersand', enveloped('oadrPoll', '<ei:venID>a & b</ei:venID>'), 'well-formed'],
    ['an entity nobody declared', enveloped('oadrPoll', '<ei:venID>&nbsp;</ei:venID>'), 'entity'],
    ['an angle bracket in an attribute', '<a b="<"/>', 'well-formed'],
    ['the end of CDATA in text', '<a>]]></a>', 'well-formed'],
    ['two dashes in a comment', '<a><!-- -- --></a>', 'well-formed'],
    ['a control character', '<a>\u0007</a>', 'well-formed'],
    ['a null character', '<a>\u0000</a>', 'well-formed'],
    ['a control character by reference', '<a>&#7;</a>', 'well-formed'],
    ['a control character in XML 1.1', '<?xml version="1.1"?><a>&#7;</a>', 'well-formed'],
    ['half a character by reference', '<a>&#xD800;</a>', 'well-formed'],
    ['a character beyond Unicode', '<a>&#x110000;</a>', 'well-formed'],
    ['an empty reference', '<a>&#;</a>', 'well-formed'],
    ['a prefix without namespace', '<a xmlns:b=""/>', 'declared for no namespace'],
    ['the reserved prefix bound elsewhere', '<a xmlns:xml="urn:x"/>', 'cannot be declared'],
    ['a name of three parts', '<a:b:c xmlns:a="urn:x" xmlns:b="urn:y"/>', 'prefix'],
  ])('%s', (_, text, reason) => {
    const refusal = refused(text);
    expect(refusal.kind).toBe('notXml');
    expect(refusal.text).toContain(reason);
    expect(refusal.responseCode).toBe('459');
  });

  it('the line and column are those of the text as it came', () => {
    expect(refused(`<a>\n   <b>\n   </c>\n</a>`).text).toMatch(/line 3, column \d/);
  });

  it('a message that broke off still tells what it was', () => {
    expect(refused(poll.slice(0, poll.indexOf('VEN_1')))).toMatchObject({
      path: '/oadrPayload/oadrSignedObject/oadrPoll/venID',
      message: 'oadrPoll',
    });
  });
});

describe('encodings other than UTF-8 are refused, and say why', () => {
  const utf16 = (text: string, mark: boolean): Uint8Array => {
    const units = Uint16Array.from(`${mark ? '\uFEFF' : ''}${text}`, (character) => character.charCodeAt(0));
    return new Uint8Array(units.buffer);
  };
  const swapped = (body: Uint8Array): Uint8Array => body.map((_, index) => body[index ^ 1] ?? 0);

  it.each([
    ['UTF-16 with its mark', utf16(poll, true), 'UTF-16'],
    ['UTF-16 without', utf16(poll, false), 'UTF-16'],
    ['UTF-16 the other way round', swapped(utf16(poll, true)), 'UTF-16'],
    ['Latin-1 that is declared', bytes(`<?xml version="1.0" encoding="ISO-8859-1"?>${poll}`), 'ISO-8859-1'],
    ['Latin-1 that is not', Uint8Array.from([...bytes('<a>'), 0xe9, ...bytes('</a>')]), 'not valid UTF-8'],
    [
      'a character written too long',
      Uint8Array.from([...bytes('<a>'), 0xc0, 0xbc, ...bytes('</a>')]),
      'not valid UTF-8',
    ],
    [
      'half a surrogate pair',
      Uint8Array.from([...bytes('<a>'), 0xed, 0xa0, 0x80, ...bytes('</a>')]),
      'not valid UTF-8',
    ],
    ['a character broken off', Uint8Array.from([...bytes(poll), 0xf0, 0x9d]), 'not valid UTF-8'],
  ])('%s', (_, body, reason) => {
    const refusal = refused(body);
    expect(refusal.kind).toBe('notXml');
    expect(refusal.text).toContain(reason);
  });

  it('UTF-8 by its other names is UTF-8', () => {
    for (const name of ['utf-8', 'UTF8', 'us-ascii']) accepted(`<?xml version="1.0" encoding="${name}"?>${poll}`);
  });
});

describe('what is made to do harm is refused before it can', () => {
  const laughs = Array.from({ length: 9 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`).join(
    '',
  );

  it.each([
    ['a billion laughs', `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]><a>&l9;</a>`],
    ['a quadratic blow-up', `<!DOCTYPE a [<!ENTITY x "${'x'.repeat(50_000)}">]><a>${'&x;'.repeat(5000)}</a>`],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['an external subset', '<!DOCTYPE a SYSTEM "http://169.254.169.254/x.dtd"><a/>'],
    ['a document type that is harmless', `<!DOCTYPE oadrPayload>${poll}`],
  ])('%s', (_, text) => {
    expect(refused(text)).toMatchObject({ kind: 'hostile', responseCode: '459' });
    expect(refused(text).text).toContain('DOCTYPE');
  });

  it.each([
    ['a deep text', nested(33), '33 deep|32 deep'],
    ['a very deep text', nested(100_000), 'deep'],
    ['many elements', `<a>${'<b/>'.repeat(200_000)}</a>`, 'elements and attributes'],
    [
      'many attributes',
      `<a ${Array.from({ length: 200_000 }, (_, index) => `b${index}=""`).join(' ')}/>`,
      'elements and attributes',
    ],
    ['many numeric references', `<a>${'&#65;'.repeat(200_000)}</a>`, 'characters'],
    ['a long text', `<a>${'x'.repeat(64 * 1024 + 1)}</a>`, 'characters'],
    ['a long CDATA', `<a><![CDATA[${'x'.repeat(64 * 1024 + 1)}]]></a>`, 'characters'],
    ['a long attribute', `<a b="${'x'.repeat(64 * 1024 + 1)}"/>`, 'characters'],
    ['a long name', `<${'a'.repeat(257)}/>`, 'name of 257 characters'],
    ['a long name of an attribute', `<a ${'b'.repeat(1000)}="" />`, 'name of 1000 characters'],
    ['a large body', `<a>${`<b>${'x'.repeat(21)}</b>`.repeat(160_000)}</a>`, 'bytes'],
    ['a large body of large characters', `<a>${`<b>${'日本'.repeat(6)}</b>`.repeat(100_000)}</a>`, 'bytes'],
  ])('%s', (_, text, reason) => {
    expect(refused(text)).toMatchObject({ kind: 'hostile' });
    expect(refused(text).text).toMatch(new RegExp(reason));
    expect(refused(bytes(text)).text).toMatch(new RegExp(reason));
  });

  it('the limits are those that were given', () => {
    expect(refused(poll, { limits: { maxBytes: 100 } }).text).toContain('100');
    expect(refused(poll, { limits: { maxDepth: 3 } }).text).toContain('3 deep');
    expect(refused(poll, { limits: { maxNodes: 5 } }).text).toContain('5');
    expect(refused(poll, { limits: { maxTextLength: 4 } }).kind).toBe('hostile');
  });

  it('namespaces declared by the thousand cost no more than their number', () => {
    const declarations = Array.from({ length: 9000 }, (_, index) => `xmlns:p${index}="urn:${index}"`).join(' ');
    expect(refused(`<a ${declarations}>${'<b xmlns:x="urn:x" x:y=""/>'.repeat(3600)}</a>`).kind).toBe('notOpenADR');
  });

  it('a text at its limits passes', () => {
    expect(refused(nested(defaultXmlLimits.maxDepth)).kind).toBe('notOpenADR');
    expect(refused(`<a>${'<b/>'.repeat(defaultXmlLimits.maxNodes - 1)}</a>`).kind).toBe('notOpenADR');
  });

  it('an error shows only a little of what it found', () => {
    expect(
      refused(enveloped('oadrPoll', '<ei:venID>a</ei:venID>', `ei:schemaVersion="${'z'.repeat(5000)}"`), {
        strict: true,
      }).text.length,
    ).toBeLessThan(300);
  });
});

describe('a real week passes', () => {
  it('seven days of 15-minute prices, as NHEC’s VTN writes them, are within the limits', () => {
    const interval = (index: number): string =>
      `\n${' '.repeat(32)}<ei:interval>\n${' '.repeat(36)}<xcal:dtstart><xcal:date-time>2022-07-28T00:00:01.000000Z</xcal:date-time></xcal:dtstart>` +
      `\n${' '.repeat(36)}<xcal:duration><xcal:duration>PT15M</xcal:duration></xcal:duration>` +
      `\n${' '.repeat(36)}<uid xmlns="urn:ietf:params:xml:ns:icalendar-2.0"><text>${index}</text></uid>` +
      `\n${' '.repeat(36)}<ei:signalPayload><ei:payloadFloat><ei:value>${(index / 7).toFixed(6)}</ei:value></ei:payloadFloat></ei:signalPayload></ei:interval>`;
    const { message } = accepted(
      priceEvent({ duration: 'P7D', interval: Array.from({ length: 672 }, (_, index) => interval(index)).join('') }),
    );
    if (message.message !== 'oadrDistributeEvent') throw new Error(message.message);
    const intervals = message.oadrEvent[0]?.eiEvent.eiEventSignals.eiEventSignal[0]?.intervals;
    expect(intervals).toHaveLength(672);
    expect(intervals?.[671]).toEqual({
      dtstart: '2022-07-28T00:00:01Z',
      duration: 'PT15M',
      uid: '671',
      signalPayload: [{ payloadFloat: '95.857143' }],
    });
  });
});

describe('numbers that are none are refused', () => {
  const price = (value: string): string =>
    priceEvent({
      interval: `<ei:interval><ei:signalPayload><ei:payloadFloat><ei:value>${value}</ei:value></ei:payloadFloat></ei:signalPayload></ei:interval>`,
    });

  it.each([
    'NaN',
    'INF',
    '-INF',
    'Infinity',
    '-Infinity',
    '1e400',
    '1e999999999',
    '1e-999999999',
    '0,12',
    '0x10',
    '',
    ' ',
    '1 2',
    '12p',
    '--1',
    '١٢',
  ])('%j is no price', (value) => {
    const refusal = refused(price(value));
    expect(refusal).toMatchObject({
      kind: 'invalid',
      responseCode: '454',
      message: 'oadrDistributeEvent',
      requestID: 'None',
    });
    expect(refusal.path).toMatch(/signalPayload\/payloadFloat\/value$/);
  });

  it.each(['0', '-0.5', '+1', '.5', '5.', '1e0', '1E-3', '0.10000000000000000001', '-12.340'])(
    '%j is one, digit for digit',
    (value) => {
      expect(JSON.stringify(accepted(price(value), true).message)).toContain(JSON.stringify(value));
    },
  );
});

describe('a message in a message', () => {
  it('is refused where a text is expected', () => {
    expect(refused(enveloped('oadrPoll', `<ei:venID>${poll}</ei:venID>`)).path).toBe(
      '/oadrPayload/oadrSignedObject/oadrPoll/venID',
    );
  });

  it('the decoder says so rather than failing, whatever it is given', () => {
    for (const input of [
      `<oadr:oadrPayload ${namespaces}/>`,
      '<a xmlns="http://openadr.org/oadr-2.0b/2012/07"/>',
      '<oadrPoll xmlns="http://openadr.org/oadr-2.0b/2012/07"/>',
    ]) {
      expect(decodePayload(input).ok).toBe(false);
    }
  });
});

describe('a text too long within a list of DR events', () => {
  const list = (write: (xml: string) => string) => {
    const events = ['calm', 'verbose'].map((eventID) =>
      oadrEventOf({ eventID, descriptor: { vtnComment: `of ${eventID}` } }),
    );
    return decodePayload(write(encodePayload(distributeEvent(events))), { itemByItem: true });
  };
  const long = 'x'.repeat(100_000);

  it('costs nothing where it is a comment', () => {
    const read = list((xml) => xml.replace('of verbose', long));
    expect(read).toMatchObject({ ok: true, deviations: [{ rule: '19' }] });
    if (!read.ok || read.message.message !== 'oadrDistributeEvent') throw new Error('The list was not read.');
    expect(read.message.oadrEvent.map(({ eiEvent }) => eiEvent.eventDescriptor.vtnComment)).toEqual([
      'of calm',
      undefined,
    ]);
    expect(read.message.unreadable).toBeUndefined();
  });

  it('costs nothing where it describes a response', () => {
    const read = list((xml) =>
      xml.replace(
        /(<ei:responseCode>200<[/]ei:responseCode>)/,
        `$1<ei:responseDescription>${long}</ei:responseDescription>`,
      ),
    );
    expect(read).toMatchObject({ ok: true, deviations: [{ rule: '19' }] });
  });

  it('costs its event and no other where it is anything else', () => {
    const read = list((xml) => xml.replace(/(verbose[^]*?<ei:eventStatus>)[a-z]+/, `$1${long}`));
    if (!read.ok || read.message.message !== 'oadrDistributeEvent') throw new Error('The list was not read.');
    expect(read.message.oadrEvent.map(({ eiEvent }) => eiEvent.eventDescriptor.eventID)).toEqual(['calm']);
    expect(read.message.unreadable).toMatchObject([{ eventID: 'verbose', modificationNumber: 0 }]);
  });
});

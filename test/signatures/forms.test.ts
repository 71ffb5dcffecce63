import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload } from '../../src/protocol/payload.ts';
import type { SignatureFault } from '../../src/protocol/signature/faults.ts';
import { SignatureRefusal } from '../../src/protocol/signature/faults.ts';
import {
  ecdsaSha256,
  exclusiveC14n,
  envelopedSignature,
  inclusiveC14n,
  rsaSha256,
} from '../../src/protocol/signature/names.ts';
import { fingerprintOf, TrustedSigners, type SigningKey } from '../../src/signatures/certificates.ts';
import { SeenNonces } from '../../src/signatures/seenNonces.ts';
import { signXml } from '../../src/signatures/signXml.ts';
import { verifyXml, type VerifyingTerms } from '../../src/signatures/verifyXml.ts';
import { issue } from '../support/certificates.ts';
import { validateAgainstXsd, xsdIsPresent } from '../support/xsd.ts';
import { forged, propertyAround, replayProtect, type Forgery } from './support/forge.ts';
import { keyFor, rsaKeyOf } from './support/signing.ts';

const now = Date.UTC(2026, 5, 10, 12);
const rsa = rsaKeyOf('vtn');
const ec = keyFor('vtn');

const termsFor = (key: SigningKey, more: Partial<VerifyingTerms> = {}): VerifyingTerms => ({
  signers: new TrustedSigners('', [key.fingerprint]),
  windowMs: 60_000,
  seen: new SeenNonces(),
  isStrict: false,
  ...more,
});

const faultOf = (xml: string, terms = termsFor(rsa), at = now): SignatureFault | 'none' => {
  try {
    verifyXml(xml, terms, at);
    return 'none';
  } catch (error) {
    if (error instanceof SignatureRefusal) return error.fault;
    throw error;
  }
};

const good = (more: Partial<Forgery> = {}): string => forged({ key: rsa, at: now, ...more });

const stranger = rsaKeyOf('stranger');

const keyInfoWith = (...keys: readonly SigningKey[]): string =>
  `<ds:X509Data>${keys.map(({ certificate }) => `<ds:X509Certificate>${certificate.raw.toString('base64')}</ds:X509Certificate>`).join('')}</ds:X509Data>`;

const unsigned = encodePayload({ message: 'oadrPoll', venID: 'my.ven' }, { isToBeSigned: true });

describe('a message that we sign', () => {
  // @row +5.2 +5.4 +5.5 +5.6 +5.8 +5.9
  it.each([
    ['RSA', rsa, 'xmldsig-more#rsa-sha256', 'RSAKeyValue'],
    ['ECDSA on P-256', ec, 'xmldsig-more#ecdsa-sha256', 'ECKeyValue'],
  ])(
    'given a key for %s, when it signs, then the signature stands first, over message and ReplayProtect, in inclusive C14N with SHA-256, valid by the schema',
    (_kind, key, algorithm, keyValue) => {
      const { xml, told } = signXml(unsigned, key, { at: now, nonce: 'once' });
      expect(xml.indexOf('<ds:Signature ')).toBeLessThan(xml.indexOf('<oadr:oadrSignedObject'));
      expect(xml.match(/URI="#[^"]*"/g)).toEqual(['URI="#oadrSignedObject"', 'URI="#prop"']);
      expect(xml.match(/(?:CanonicalizationMethod|Transform) Algorithm="[^"]*"/g)).toEqual(
        ['CanonicalizationMethod', 'Transform', 'Transform'].map((each) => `${each} Algorithm="${inclusiveC14n}"`),
      );
      expect(xml).toContain(algorithm);
      expect(xml).toContain(keyValue);
      expect(xml).toContain('<ds:X509Certificate>');
      expect(xml).toContain('oadr:Id="oadrSignedObject"');
      expect(xml).toContain('<dsp:timestamp>2026-06-10T12:00:00.000Z</dsp:timestamp><dsp:nonce>once</dsp:nonce>');
      expect(xml.toLowerCase()).not.toContain('sha1"');
      if (xsdIsPresent) expect(validateAgainstXsd(xml)).toEqual([]);
      const verified = verifyXml(xml, termsFor(key, { isStrict: true }), now);
      expect(verified.told).toEqual(told);
      expect(decodePayload(verified.message)).toMatchObject({ ok: true, message: { venID: 'my.ven' }, deviations: [] });
    },
  );

  it('given a raw ECDSA signature, then its two numbers have 32 bytes each, however small they are', () => {
    for (let count = 0; count < 20; count += 1) {
      const { xml } = signXml(unsigned, ec, { at: now, nonce: `${count}` });
      const [, value = ''] = /<ds:SignatureValue>([^<]*)/.exec(xml) ?? [];
      expect(Buffer.from(value, 'base64').length).toBe(64);
    }
  });
});

describe('a message that others sign', () => {
  // @row +5.7 +5.10 +5.14
  it.each<[string, Partial<Forgery>]>([
    ['as the standard has it', {}],
    ['behind the signed object', { place: 'append' }],
    ['in C14N with comments', { canonical: `${inclusiveC14n}#WithComments` }],
    ['in exclusive C14N', { canonical: exclusiveC14n }],
    [
      'over the whole payload without the signature',
      { target: '/*', isEmptyUri: true, transforms: [envelopedSignature] },
    ],
    ['without a certificate in KeyInfo', { keyInfo: '<ds:KeyName>vtn</ds:KeyName>' }],
    ['with its certificate behind another in KeyInfo', { keyInfo: keyInfoWith(stranger, rsa) }],
  ])('given one %s, then it is taken, and what is read is what was signed', (_how, more) => {
    const signers = new TrustedSigners(rsa.certificate.toString(), []);
    const { message } = verifyXml(good(more), termsFor(rsa, { signers }), now);
    expect(decodePayload(message)).toMatchObject({ ok: true, message: { message: 'oadrPoll', venID: 'my.ven' } });
    expect(message).not.toContain('Signature');
  });

  // @row -5.4
  it('given exclusive C14N, when we are strict, then it is refused', () => {
    expect(faultOf(good({ canonical: exclusiveC14n }), termsFor(rsa, { isStrict: true }))).toBe('algorithm');
  });

  it('given a text split by comments and by CDATA, then what is read is what was signed: without comments', () => {
    const xml = good({ message: { message: 'oadrPoll', venID: 'my.ven' } }).replace(
      'my.ven',
      'my<!-- x -->.v<![CDATA[en]]>',
    );
    const { message } = verifyXml(xml, termsFor(rsa), now);
    expect(message).toContain('<ei:venID>my.ven</ei:venID>');
  });
});

const between = (xml: string, from: string, to: string): string =>
  xml.slice(xml.indexOf(from), xml.indexOf(to) + to.length);

const signedObjectIn = (xml: string): string => between(xml, '<oadr:oadrSignedObject', '</oadr:oadrSignedObject>');

/** Moves the signed part away and puts another in its place. */
const wrapped = (place: (whole: string, evil: string, signed: string) => string): string => {
  const whole = good();
  const signed = signedObjectIn(whole);
  const evil = signed.replace('my.ven', 'evil.ven');
  return place(whole, evil, signed);
};

describe('a message that is not its sender’s, or not as it was signed', () => {
  const property = (timestamp: string, nonce: string) => propertyAround(replayProtect(timestamp, nonce));
  const cases: readonly (readonly [string, SignatureFault, () => string])[] = [
    ['no signature at all', 'missing', () => unsigned],
    ['no XML', 'form', () => 'OK'],
    ['a bare message', 'missing', () => encodePayload({ message: 'oadrPoll', venID: 'my.ven' }, { bare: true })],
    ['a changed value', 'altered', () => good().replace('my.ven', 'my.vem')],
    [
      'a changed value of the signature',
      'altered',
      () =>
        good().replace(
          /(<ds:SignatureValue>)(.)/,
          (_all, tag: string, first: string) => tag + (first === 'A' ? 'B' : 'A'),
        ),
    ],
    [
      'a changed digest',
      'altered',
      () =>
        good().replace(
          /(<ds:DigestValue>)(.)/,
          (_all, tag: string, first: string) => tag + (first === 'A' ? 'B' : 'A'),
        ),
    ],
    ['a changed nonce', 'altered', () => good({ nonce: 'abcd' }).replace('abcd', 'abce')],
    ['a changed timestamp', 'altered', () => good().replace('12:00:00.000Z', '12:00:01.000Z')],
    ['another attribute', 'altered', () => good().replace('schemaVersion="2.0b"', 'schemaVersion="2.0a"')],
    ['an element added', 'altered', () => good().replace('</oadr:oadrPoll>', '<ei:venID>b</ei:venID></oadr:oadrPoll>')],
    [
      'the signed part inside of ds:Object, another in its place',
      'form',
      () =>
        wrapped((whole, evil, signed) =>
          whole
            .replace(signed, evil.replace('oadr:Id="oadrSignedObject"', ''))
            .replace('</ds:Signature>', `<ds:Object>${signed}</ds:Object></ds:Signature>`),
        ),
    ],
    [
      'two signed objects',
      'form',
      () =>
        wrapped((whole, evil, signed) =>
          whole.replace(signed, evil.replace('oadr:Id="oadrSignedObject"', 'oadr:Id="b"') + signed),
        ),
    ],
    [
      'the signed object in a stranger’s element',
      'form',
      () =>
        wrapped((whole, evil, signed) =>
          whole.replace(signed, `<x xmlns="urn:x">${signed}</x>${evil.replace('oadr:Id="oadrSignedObject"', '')}`),
        ),
    ],
    [
      'the signed object under another root',
      'form',
      () =>
        wrapped(
          (whole, _evil, signed) => `<x>${whole.replace('<?xml version="1.0" encoding="UTF-8"?>', '')}${signed}</x>`,
        ),
    ],
    ['an Id given twice', 'form', () => good().replace('<oadr:oadrPoll ', '<oadr:oadrPoll Id="oadrSignedObject" ')],
    [
      'an Id given twice in another spelling',
      'form',
      () => good().replace('<oadr:oadrPoll ', '<oadr:oadrPoll ID="oadrSignedObject" '),
    ],
    [
      'an unsigned element beside the message',
      'form',
      () =>
        good().replace(
          '</oadr:oadrPayload>',
          '<oadr:oadrPoll><ei:venID>b</ei:venID></oadr:oadrPoll></oadr:oadrPayload>',
        ),
    ],
    [
      'an unsigned text beside the message',
      'form',
      () => good().replace('</oadr:oadrPayload>', 'text</oadr:oadrPayload>'),
    ],
    ['two signatures', 'form', () => good().replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, (all) => all + all)],
    [
      'a signature within the signed object',
      'form',
      () =>
        good().replace(
          '</oadr:oadrPoll>',
          '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></oadr:oadrPoll>',
        ),
    ],
    [
      'a second SignedInfo',
      'form',
      () => good().replace(/<ds:SignedInfo>[\s\S]*<\/ds:SignedInfo>/, (all) => all + all),
    ],
    ['a reference to elsewhere', 'form', () => good().replace('URI="#prop"', 'URI="http://127.0.0.1/x"')],
    ['a reference to nothing', 'form', () => good().replace('URI="#prop"', 'URI="#nothing"')],
    ['a reference that reads as a query', 'form', () => good().replace('URI="#prop"', 'URI="#xpointer(/)"')],
    [
      'no reference to the message',
      'form',
      () => good({ target: "/*/*[local-name(.)='Signature']/*[@Id='prop']", signsProperty: false }),
    ],
    ['a part of the message only', 'form', () => good({ target: "//*[local-name(.)='oadrPoll']" })],
    ['RSA with SHA-1', 'algorithm', () => good({ signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' })],
    ['ECDSA, under an RSA certificate', 'algorithm', () => good().replace(rsaSha256, ecdsaSha256)],
    ['digests of SHA-1', 'algorithm', () => good({ digest: 'http://www.w3.org/2000/09/xmldsig#sha1' })],
    [
      'digests of MD5',
      'algorithm',
      () => good().replaceAll('http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmldsig-more#md5'),
    ],
    ['an HMAC', 'algorithm', () => good({ isHmac: true, signature: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1' })],
    [
      'a transform by XSLT',
      'algorithm',
      () =>
        good().replace(
          `Transform Algorithm="${inclusiveC14n}"`,
          'Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"',
        ),
    ],
    [
      'a transform by XPath',
      'algorithm',
      () =>
        good().replace(
          `<ds:Transform Algorithm="${inclusiveC14n}"/>`,
          `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>1</ds:XPath></ds:Transform>`,
        ),
    ],
    [
      'three transforms',
      'algorithm',
      () => good().replace(`<ds:Transform Algorithm="${inclusiveC14n}"/>`, (all) => all + all + all),
    ],
    ['a stranger’s key', 'key', () => forged({ key: stranger, at: now })],
    [
      'a stranger’s key under our sender’s certificate',
      'altered',
      () =>
        forged({
          key: stranger,
          at: now,
          keyInfo: keyInfoWith(rsa),
        }),
    ],
    [
      'a stranger’s key under both certificates',
      'altered',
      () => forged({ key: stranger, at: now, keyInfo: keyInfoWith(stranger, rsa) }),
    ],
    ['nine certificates', 'form', () => good({ keyInfo: keyInfoWith(...Array.from({ length: 9 }, () => rsa)) })],
    [
      // Each would be looked for and hashed: a thousand took more than half a minute.
      'a thousand references',
      'form',
      () =>
        good().replace(/<ds:Reference URI="#oadrSignedObject">[\s\S]*?<\/ds:Reference>/, (all) => all.repeat(1_000)),
    ],
    [
      'a certificate that is none',
      'key',
      () => good({ keyInfo: '<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>' }),
    ],
    ['no ReplayProtect', 'replayProtect', () => good({ property: propertyAround('<x xmlns="urn:x"/>') })],
    ['a ReplayProtect that is not signed', 'replayProtect', () => good({ signsProperty: false })],
    [
      'two of them',
      'form',
      () => good({ property: property('2026-06-10T12:00:00Z', 'a') + property('2026-06-10T12:00:00Z', 'b') }),
    ],
    ['one without a nonce', 'replayProtect', () => good({ property: property('2026-06-10T12:00:00Z', '') })],
    ['one with a timestamp that is none', 'replayProtect', () => good({ property: property('yesterday', 'a') })],
    ['one of an hour ago', 'timestamp', () => good({ property: property('2026-06-10T11:00:00Z', 'a') })],
    ['one of an hour ahead', 'timestamp', () => good({ property: property('2026-06-10T13:00:00Z', 'a') })],
    [
      'a DOCTYPE',
      'form',
      () => good().replace('<oadr:oadrPayload', '<!DOCTYPE oadrPayload [<!ENTITY x "y">]><oadr:oadrPayload'),
    ],
  ];

  // @row -5.1 -5.2 -5.5 -5.6 -5.8 -5.9 -5.10 -5.14
  it.each(cases)('given %s, then it is refused: %s', (_what, fault, xml) => {
    expect(faultOf(xml())).toBe(fault);
  });

  // @row -5.5
  it('given a key that is too short, or on another curve, then it does not count although it is pinned', () => {
    expect(() => keyFor('vtn', { key: 'rsa1024' })).toThrow(/too short to sign with: it must have 2048/);
    expect(() => keyFor('vtn', { key: 'secp384r1' })).toThrow(/secp384r1 signs no OpenADR message/);
    const short = issue({ subject: 'vtn', key: 'rsa1024', validFrom: now - 1e9, validTo: now + 1e9 });
    const certificate = new X509Certificate(short.certificate);
    const key = { ...rsa, key: short.privateKey, certificate, fingerprint: fingerprintOf(certificate) };
    expect(faultOf(forged({ key, at: now }), termsFor(key))).toBe('algorithm');
  });

  it('given a certificate that is over, or not valid yet, then it does not count although it is pinned', () => {
    const old = keyFor('vtn', { validFrom: now - 10_000_000, validTo: now - 1_000_000 });
    expect(faultOf(forged({ key: old, at: now }), termsFor(old))).toBe('certificate');
    expect(faultOf(forged({ key: old, at: now - 5_000_000 }), termsFor(old), now - 5_000_000)).toBe('none');
  });

  it('given the same message again, then it is refused as replayed, and thousands later still', () => {
    const terms = termsFor(ec, { windowMs: 3_600_000 });
    const xml = forged({ key: ec, at: now });
    expect(faultOf(xml, terms)).toBe('none');
    expect(faultOf(xml, terms)).toBe('replayed');
    for (let count = 0; count < 8_000; count += 1) terms.seen.isNew(ec.fingerprint, `${count}`);
    expect(faultOf(xml, terms)).toBe('replayed');
  });

  it('given a message that is refused, then its nonce is not taken down: the true one still counts', () => {
    const terms = termsFor(rsa);
    const xml = good();
    expect(faultOf(xml.replace('my.ven', 'my.vem'), terms)).toBe('altered');
    expect(faultOf(xml, terms, now + 3_600_000)).toBe('timestamp');
    expect(faultOf(xml, terms)).toBe('none');
  });

  it('given the fingerprint as the standard shows it, or with colons, then it pins the same certificate', () => {
    const whole = rsa.fingerprint;
    for (const pinned of [whole.toUpperCase(), whole.slice(-20), whole.replace(/..(?!$)/g, '$&:')])
      expect(faultOf(good(), termsFor(rsa, { signers: new TrustedSigners('', [pinned]) }))).toBe('none');
    for (const pinned of [whole.slice(0, 20), whole.slice(-18), ''])
      expect(faultOf(good(), termsFor(rsa, { signers: new TrustedSigners('', [pinned]) }))).toBe('key');
  });
});

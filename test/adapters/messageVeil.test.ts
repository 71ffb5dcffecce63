import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTokenLike, MessageVeil } from '../../src/adapters/secrets/messageVeil.ts';
import { unsplit } from '../../src/adapters/secrets/secretForms.ts';
import { CANARY, CANARY_PATH, expectNoCanary } from '../support/canary.ts';

const veilFor = (prefix: string, open = ''): MessageVeil => {
  const veil = new MessageVeil(open);
  veil.add(prefix);
  return veil;
};
const veil = veilFor(CANARY_PATH);
const around = (text: string): string => `<a><b>before ${text} after</b></a>`;
const inXml = CANARY.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const numbered = (radix: 10 | 16): string =>
  [...CANARY].map((sign) => `&#${radix === 16 ? 'x' : ''}${sign.charCodeAt(0).toString(radix)};`).join('');

describe('a message of the VTN', () => {
  it.each([
    ['as it is', inXml],
    ['as in the URL', CANARY_PATH],
    ['in small letters', CANARY_PATH.toLowerCase()],
    ['in capitals', CANARY_PATH.toUpperCase()],
    ['percent-encoded twice', encodeURIComponent(CANARY_PATH)],
    ['percent-encoded throughout', [...Buffer.from(CANARY)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['by decimal numbers', numbered(10)],
    ['by hexadecimal numbers', numbered(16)],
    ['with one letter by its number', inXml.replace('n', '&#110;')],
    ['split by a comment', inXml.replace('nary', 'n<!-- x -->ary')],
    ['split by an instruction', inXml.replace('nary', 'n<?x y?>ary')],
    ['split by CDATA', `<![CDATA[${CANARY.slice(0, 9)}]]>${inXml.slice(9)}`],
    ['whole in CDATA', `<![CDATA[${CANARY}]]>`],
    ['in JSON', JSON.stringify(CANARY).slice(1, -1)],
    ['in base64', Buffer.from(CANARY).toString('base64')],
    ['as a query writes it', encodeURIComponent(CANARY).replaceAll('%20', '+')],
  ])('holds the token no more, %s', (_form, text) => {
    const hidden = veil.hide(around(text));
    expect(hidden).toMatch(/^<a><b>before .*\*\*\*.* after<\/b><\/a>$/);
    expectNoCanary(unsplit(hidden).replace(/&#x?[0-9a-f]+;/gi, ''));
    expect(hidden).not.toContain(text);
  });

  it('is left as it is, comments and all, where no token is in it', () => {
    const xml = '<?xml version="1.0"?><!-- canary --><a><![CDATA[x & y]]><?p i?></a>';
    expect(veil.hide(xml)).toBe(xml);
  });

  it('is read in time that grows with its length, whatever is in it', () => {
    for (const piece of ['<!--', '<![CDATA[', 'c<!--', '%25', '&#0000', 'canary-7f3a!tok', '<?'])
      expect(veil.hide(piece.repeat(100_000)).length).toBeGreaterThan(0);
  });
});

describe('what has to be given back', () => {
  it('is given back as it was, whatever stands around the token', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -;=?-~]{0,20}$/), fc.stringMatching(/^[ -;=?-~]{0,20}$/), (before, after) => {
        const said = `<e>${before.replaceAll('&', '&amp;')} ${inXml} ${after.replaceAll('&', '&amp;')}</e>`;
        expect(veil.restore(veil.hide(said))).toBe(said);
      }),
    );
  });

  it('is told apart where several secrets are known, the former token among them', () => {
    const rotating = veilFor('t0ken-of-yesterday');
    rotating.add('t0ken-of-today');
    rotating.add('t0ken-of-today-and-tomorrow');
    const said = '<e>t0ken-of-yesterday and t0ken-of-today-and-tomorrow and t0ken-of-today</e>';
    expect(rotating.hide(said)).not.toMatch(/t0ken|tomorrow/);
    expect(rotating.restore(rotating.hide(said))).toBe(said);
  });
});

describe('what is no secret', () => {
  it.each(['nhec', 'openadr', 'oadr2', 'OpenADR2', 'vtn', 'api', 'auth-token', 'OpenADR-2.0b', '2026'])(
    '%s is none',
    (text) => {
      expect(isTokenLike(text)).toBe(false);
      const xml = `<a xmlns="http://openadr.org/oadr-2.0b/2012/07"><b>${text}</b></a>`;
      expect(veilFor(text).hide(xml)).toBe(xml);
    },
  );

  it.each(['s3cr3t', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'deadbeefdeadbeef', '4815162342'])('%s is one', (text) => {
    expect(veilFor(`nhec/${text}`).hide(`<b>nhec ${text}</b>`)).toMatch(/^<b>nhec \*\*\*token\d?\*\*\*<\/b>$/);
  });

  it('is what stands in each of our messages anyway', () => {
    const xml = '<venID>ven-7f3a99</venID>';
    expect(veilFor('ven-7f3a99', JSON.stringify(['ven-7f3a99'])).hide(xml)).toBe(xml);
  });
});

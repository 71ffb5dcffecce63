import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageVeil } from '../../src/adapters/secrets/messageVeil.ts';
import { createRedactor } from '../../src/adapters/secrets/redact.ts';
import { inBase64, patternOf } from '../../src/adapters/secrets/secretForms.ts';
import { inAnyForm, SecretSearch } from '../../src/adapters/secrets/secretSearch.ts';

/** How a character may be written. */
const forms: readonly ((sign: string) => string)[] = [
  (sign) => sign,
  (sign) => sign.toUpperCase(),
  (sign) => encodeURIComponent(sign),
  (sign) => [...Buffer.from(sign)].map((byte) => `%25${byte.toString(16).padStart(2, '0')}`).join(''),
  (sign) => `&#${sign.charCodeAt(0)};`,
  (sign) => `&amp;#x${sign.charCodeAt(0).toString(16).toUpperCase()};`,
  (sign) => ({ '&': '&amp;', '<': '&lt;', '"': '&quot;' })[sign] ?? sign,
  (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  (sign) => (/["'\\/]/.test(sign) ? `\\${sign}` : sign),
  (sign) => (sign === ' ' ? '+' : sign),
];

const written = (secret: string, choices: readonly number[]): string =>
  [...secret]
    .map((sign, index) => (forms[(choices[index % choices.length] ?? 0) % forms.length] ?? String)(sign))
    .join('');

describe('a text that is searched for secrets', () => {
  it('has exactly that replaced which their pattern finds, however it is written', () => {
    const secrets = ['7f3a9c1e2b', 'tenant-4/7f3a9c', 'a b&c"d%41', 'pass\\word+1', 'πάσς-9', '25a61b%7e'];
    const sought = fc.constantFrom(...secrets);
    const choices = fc.array(fc.nat(forms.length - 1), { minLength: 1, maxLength: 12 });
    const around = fc.stringMatching(/^[ -~]{0,12}$/);
    fc.assert(
      fc.property(sought, sought, choices, around, fc.boolean(), (secret, other, chosen, beside, isWhole) => {
        const said = isWhole ? inBase64(other) : written(other, chosen);
        const text = `${beside}${said}${beside}`;
        const found = new SecretSearch([inAnyForm(secret)]).replace(text, () => '***');
        expect(found).toBe(text.replace(new RegExp(patternOf(secret), 'gi'), '***'));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['credentials of Basic', (token: string) => `Basic ${Buffer.from(`ven:${token}`).toString('base64')}`],
    ['base64 of a URL', (token: string) => Buffer.from(`https://vtn.example/${token}/OpenADR2`).toString('base64url')],
    ['base64 after one byte', (token: string) => Buffer.from(`/${token}/`).toString('base64')],
    ['hexadecimal', (token: string) => Buffer.from(token).toString('hex').toUpperCase()],
  ])('given a token in %s, then nothing is left of it', (_, write) => {
    const token = '7f3a9c1e2b>?~tok';
    const said = write(token);
    const hidden = new SecretSearch([inAnyForm(token)]).replace(`see ${said} there`, () => '***');
    expect(hidden).toMatch(/^see .*[*]{3}.* there$/);
    const text = hidden.replaceAll('***', 'AAAA');
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      for (const part of text.split(' ')) expect(Buffer.from(part, encoding).toString()).not.toContain('9c1e');
  });

  it('given a thousand VENs with a token each, then none of them takes room for a text that has nothing to hide', () => {
    const answer = `<oadrResponse>${'nothing for you '.repeat(40)}</oadrResponse>`;
    const tokens = Array.from({ length: 1_000 }, (_, index) => inBase64(`a token of VEN ${index}`).toLowerCase());
    const hiders = tokens.map((token) => {
      const veil = new MessageVeil('');
      veil.add(`/${token}`);
      return { token, veil, redactor: createRedactor([`/${token}`]) };
    });
    // Compiled, which a pattern is when it is used a second time, they had taken all the room that a process has for that.
    for (let times = 0; times < 3; times += 1)
      expect(hiders.filter(({ veil, redactor }) => redactor.text(veil.hide(answer)) !== answer)).toEqual([]);
    const { token, veil, redactor } = hiders[234]!;
    expect(veil.hide(`<a>${token}</a>`)).toMatch(/^<a>[*]{3}token\d*[*]{3}<\/a>$/);
    expect(redactor.text(`see ${token}`)).not.toContain(token);
  });
});

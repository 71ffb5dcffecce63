/** What may become of a signed message on its way, or be sent in its place. */
import type { VtnSigning } from '../signing.ts';

/**
 * `content`: something in it is another. `unsigned`: its signature is gone. `wrapped`: the signed part is put aside and another takes its place.
 * `foreignKey`: somebody else signed it. `old`: it was signed an hour ago. `replayed`: the last answer of its kind comes again.
 */
export type Tampering = 'content' | 'unsigned' | 'wrapped' | 'foreignKey' | 'old' | 'replayed';

/** All of them. */
export const tamperings: readonly [Tampering, ...Tampering[]] = [
  'content',
  'unsigned',
  'wrapped',
  'foreignKey',
  'old',
  'replayed',
];

/** @unit ms */
const hourMs = 3_600_000;

/** Elements whose text is another afterwards; the first that the message has. */
const altering = ['value', 'payloadFloat', 'requestID', 'venID', 'vtnID', 'responseCode'];

/** Something else in the place of the first value that matters. */
const alteredText = (xml: string): string => {
  for (const name of altering) {
    const element = new RegExp(`(<(?:[\\w.-]+:)?${name}(?:\\s[^>]*)?>\\s*)([^<\\s][^<]*)(</)`);
    if (element.test(xml))
      return xml.replace(
        element,
        (_all, open: string, text: string, end: string) =>
          `${open}${/\d$/.test(text) ? text.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) : `${text}x`}${end}`,
      );
  }
  return xml.replace('<oadr:oadrSignedObject', '<oadr:oadrSignedObject xml:lang="en"');
};

const signedObject = /<oadr:oadrSignedObject[\s\S]*<\/oadr:oadrSignedObject>/;

const withoutSignature = (xml: string): string => xml.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, '');

const wrapped = (xml: string): string => {
  const whole = signedObject.exec(xml)?.[0] ?? '';
  return xml
    .replace(signedObject, () => alteredText(whole).replace('oadr:Id="oadrSignedObject"', 'oadr:Id="another"'))
    .replace('</ds:Signature>', () => `<ds:Object>${whole}</ds:Object></ds:Signature>`);
};

/** What goes out in the place of a message. `xml`: unsigned; `last`: the answer before, as it went out. */
export const tamperedWith = (
  how: Tampering,
  {
    xml,
    at,
    last,
    signing,
  }: { readonly xml: string; readonly at: number; readonly last: string; readonly signing: VtnSigning },
): string => {
  switch (how) {
    case 'content':
      return signing.sign(xml, at).replace(signedObject, alteredText);
    case 'unsigned':
      return withoutSignature(xml);
    case 'wrapped':
      return wrapped(signing.sign(xml, at));
    case 'foreignKey':
      return signing.signAsAnother(xml, at);
    case 'old':
      return signing.sign(xml, at - hourMs);
    case 'replayed':
      return last;
  }
};

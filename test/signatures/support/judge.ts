/** xml-crypto as the judge of our own canonical texts: it parses, selects and canonicalises by means of its own. */
import type { KeyObject } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { C14nCanonicalization, ExclusiveCanonicalization, findAncestorNs, SignedXml } from 'xml-crypto';
import { dsNamespace, ecdsaSha256, rsaSha256 } from '../../../src/protocol/signature/names.ts';
import { EcdsaSha256, RsaSha256 } from '../../../src/signatures/algorithms.ts';
import type { CanonicalForm } from '../../../src/protocol/signature/canonicalText.ts';

/** The texts that a signature covers, as the library has them; null when it does not hold. */
export const judgedTexts = (xml: string, key: KeyObject): readonly string[] | null => {
  const [signature] = Array.from(
    new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagNameNS(dsNamespace, 'Signature'),
  );
  const verifying = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
  verifying.SignatureAlgorithms = { [rsaSha256]: RsaSha256, [ecdsaSha256]: EcdsaSha256 };
  verifying.loadSignature(signature as Node);
  try {
    return verifying.checkSignature(xml) ? verifying.getSignedReferences() : null;
  } catch {
    return null;
  }
};

/** The canonical text of the element with an Id, as the library has it. */
export const judgedCanonical = (xml: string, id: string, form: CanonicalForm): string => {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const element = Array.from(document.getElementsByTagName('*')).find((each) => each.getAttribute('Id') === id);
  const options = { defaultNsForPrefix: {}, ancestorNamespaces: findAncestorNs(document, `//*[@Id='${id}']`) };
  return form === 'inclusive'
    ? new C14nCanonicalization().process(element as Element, options)
    : new ExclusiveCanonicalization().process(element as Element, options);
};

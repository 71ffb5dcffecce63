/** What XML Signature and OpenADR's use of it call things: namespaces, algorithms, and the Ids that we write. */

/** XML Signature. */
export const dsNamespace = 'http://www.w3.org/2000/09/xmldsig#';
/** XML Signature 1.1, for keys on elliptic curves. */
export const dsig11Namespace = 'http://www.w3.org/2009/xmldsig11#';
/** OpenADR's protection against replays. @rule 2.0b 514 */
export const dspNamespace = 'http://openadr.org/oadr-2.0b/2012/07/xmldsig-properties';

/** Canonical XML 1.0, inclusive: what OpenADR signs in. @rule 2.0b 514 */
export const inclusiveC14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
/** Exclusive canonical XML, in which OpenLEADR signs. */
export const exclusiveC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';
/** Leaves the signature out of what it signs. */
export const envelopedSignature = `${dsNamespace}enveloped-signature`;
/** The digest of what is signed. */
export const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
/** A signature by an RSA key. */
export const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
/** A signature by a key on the curve P-256. */
export const ecdsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';

/** The Id of the oadrSignedObject that we sign. */
export const signedObjectId = 'oadrSignedObject';
/** The Id of the ds:Object that holds our ReplayProtect. */
export const propertyId = 'prop';
/** The Id of our ds:Signature. */
export const signatureId = 'signature';

import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload, type OadrMessage } from '../../src/protocol/payload.ts';
import { signingKeyOf, TrustedSigners, type SigningKey } from '../../src/signatures/certificates.ts';
import { SeenNonces } from '../../src/signatures/seenNonces.ts';
import { signXml } from '../../src/signatures/signXml.ts';
import { verifyXml } from '../../src/signatures/verifyXml.ts';
import { dspNamespace, inclusiveC14n, sha256 } from '../../src/protocol/signature/names.ts';
import { newDirectory, startVen, ven } from '../cli/support/venProcess.ts';
import { issue } from '../support/certificates.ts';
import { filesOf, hasXmlsec, Openleadr, openleadrIsPresent, xmlsecSigned, xmlsecVerdict } from './support/strangers.ts';
import { rsaKeyOf, keyFor } from './support/signing.ts';

const now = Date.now();

const messages: readonly OadrMessage[] = [
  { message: 'oadrPoll', venID: 'my.ven' },
  {
    message: 'oadrResponse',
    eiResponse: { responseCode: '450', responseDescription: 'a < b & "c" > d, é\r\n\t’', requestID: 'r"1&' },
    venID: 'my.ven',
  },
];

const signedBy = (key: SigningKey, message: OadrMessage, nonce: string): string =>
  signXml(encodePayload(message, { isToBeSigned: true }), key, { at: Date.now(), nonce }).xml;

const verifiedBy = (key: SigningKey, xml: string) =>
  verifyXml(
    xml,
    {
      signers: new TrustedSigners(key.certificate.toString(), []),
      windowMs: 600_000,
      seen: new SeenNonces(),
      isStrict: true,
    },
    Date.now(),
  );

const pemOf = ({ certificate }: SigningKey): string => certificate.toString();

const kinds = [
  ['RSA', () => rsaKeyOf('ven'), 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'],
  ['ECDSA', () => keyFor('ven'), 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'],
] as const;

const reference = (uri: string): string =>
  `<ds:Reference URI="${uri}"><ds:Transforms><ds:Transform Algorithm="${inclusiveC14n}"/></ds:Transforms><ds:DigestMethod Algorithm="${sha256}"/><ds:DigestValue/></ds:Reference>`;

const template = (algorithm: string): string =>
  encodePayload(messages[1] as OadrMessage, { isToBeSigned: true }).replace(
    '<oadr:oadrSignedObject',
    `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
      <ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${inclusiveC14n}"/><ds:SignatureMethod Algorithm="${algorithm}"/>
      ${reference('#oadrSignedObject')} ${reference('#prop')}</ds:SignedInfo>
      <ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo>
      <ds:Object Id="prop"><ds:SignatureProperties><ds:SignatureProperty Target="#x"><dsp:ReplayProtect xmlns:dsp="${dspNamespace}">
        <dsp:timestamp>${new Date(now).toISOString()}</dsp:timestamp><dsp:nonce>theirs</dsp:nonce>
      </dsp:ReplayProtect></ds:SignatureProperty></ds:SignatureProperties></ds:Object></ds:Signature><oadr:oadrSignedObject`,
  );

describe.skipIf(!hasXmlsec)('xmlsec1', () => {
  it.each(kinds)('given what we sign by %s, then it holds there, and not when it is tampered with', (_kind, key) => {
    const by = key();
    messages.forEach((message, index) => {
      const xml = signedBy(by, message, `n${index}`);
      expect(xmlsecVerdict(xml, pemOf(by))).toBeNull();
      expect(xmlsecVerdict(xml.replace('my.ven', 'my.vem'), pemOf(by))).not.toBeNull();
      expect(xmlsecVerdict(xml.replace(`n${index}</dsp`, 'nx</dsp'), pemOf(by))).not.toBeNull();
    });
  });

  it.each(kinds)(
    'given what it signs by %s, then we take it, and not when it is tampered with',
    (_kind, key, algorithm) => {
      const by = key();
      const xml = xmlsecSigned(
        template(algorithm),
        by.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
        pemOf(by),
      );
      const { message, told } = verifiedBy(by, xml);
      expect(told.nonce).toBe('theirs');
      expect(decodePayload(message)).toMatchObject({ ok: true, message: messages[1] });
      expect(() => verifiedBy(by, xml.replace('my.ven', 'my.vem'))).toThrow(/not what was signed/);
    },
  );
});

describe.skipIf(!openleadrIsPresent)('OpenLEADR', () => {
  it('given what we sign, by RSA and on P-256, then it holds there, and not when it is tampered with; and what it signs holds here', async () => {
    for (const [, key] of kinds) {
      const by = key();
      const xml = messages.map((message, index) => signedBy(by, message, `m${index}`));
      const tampered = xml.map((each) => each.replace('my.ven', 'my.vem'));
      const lines = [...xml, ...tampered].map((each) => JSON.stringify(each)).join('\n');
      const checking = new Openleadr({ do: 'check' }, `${lines}\n`);
      await checking.until('valid', 4);
      expect(checking.said.map(({ valid }) => valid)).toEqual([true, true, false, false]);

      const files = filesOf({
        certificate: pemOf(by),
        key: by.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      });
      const { xml: theirs } = await new Openleadr({ do: 'sign', ...files }).until('xml');
      expect(decodePayload(verifiedBy(by, String(theirs)).message)).toMatchObject({ ok: true });
      expect(() => verifiedBy(by, String(theirs).replace('my.ven', 'my.vem'))).toThrow(/not what was signed/);
    }
  });

  it('given a VTN of it that signs and verifies, when the VEN runs, then it registers, takes the event, answers and reports, and all that came was verified', async () => {
    const authority = issue({ subject: 'authority', isAuthority: true, key: 'rsa' });
    const vtn = issue({ subject: 'vtn', names: ['127.0.0.1', 'localhost'], issuer: authority, key: 'rsa' });
    const own = issue({ subject: 'ven', issuer: authority, key: 'rsa' });
    const { fingerprint } = signingKeyOf(own.certificate, own.key);
    const files = filesOf({
      authority: authority.certificate,
      tlsCertificate: vtn.certificate,
      tlsKey: vtn.key,
      venCertificate: own.certificate,
      venKey: own.key,
    });
    const server = new Openleadr({
      do: 'serve',
      venID: 'my.ven',
      certificate: files.tlsCertificate,
      key: files.tlsKey,
      ...files,
      venFingerprint: (fingerprint.slice(-20).match(/../g) ?? []).join(':').toUpperCase(),
    });
    const { port } = await server.until('port');
    const data = newDirectory();
    const vtnFingerprint = signingKeyOf(vtn.certificate, vtn.key).fingerprint;
    const args = [
      '-v',
      'my.ven',
      '-u',
      `https://127.0.0.1:${String(port)}/OpenADR2/Simple/2.0b`,
      '-d',
      data,
      '--simulate',
    ];
    const set = (name: string, value: string): readonly string[] => ['--set', `${name}=${value}`];
    const running = await startVen([
      'run',
      ...args,
      ...['--ca-file', files.authority, '--cert-file', files.venCertificate, '--key-file', files.venKey],
      ...set('signatures', 'both'),
      ...set('vtnSignatureFingerprints', vtnFingerprint),
    ]);
    expect(await server.until('registered')).toMatchObject({ registered: 'my.ven', signs: true });
    await server.until('offered');
    expect(await server.until('answered')).toMatchObject({ answered: 'optIn' });
    await server.until('reported');
    await running.kill('SIGTERM');

    const { stdout } = await ven(['log', 'list', '-d', data, '--json']);
    const entries = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; data: Record<string, unknown> });
    const received = entries.filter(({ type }) => type === 'MessageReceived');
    expect(received.length).toBeGreaterThan(4);
    expect(received.filter(({ data: told }) => told['signature'] === undefined)).toEqual([]);
    expect(entries.filter(({ type }) => type === 'SignatureRefused')).toEqual([]);
    const replay = await ven(['replay', '-d', data, '--from-wire', '--verify']);
    expect(replay.code, replay.stdout + replay.stderr).toBe(0);
  });
});

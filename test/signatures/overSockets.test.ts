/** Attacks on signed answers, each over a real connection: the bytes are what a stranger on the way makes of them. */
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { HttpTransport } from '../../src/adapters/http/httpTransport.ts';
import { createRedactor, secretsOf } from '../../src/adapters/secrets/redact.ts';
import { parseVtnUrl } from '../../src/adapters/secrets/vtnUrl.ts';
import { SignedTransport } from '../../src/adapters/signing/signedTransport.ts';
import { VtnSignatures } from '../../src/adapters/signing/vtnSignatures.ts';
import { encodePayload } from '../../src/protocol/payload.ts';
import { TrustedSigners } from '../../src/signatures/certificates.ts';
import { tamperedWith, type Tampering } from '../../src/vtn/faults/tampering.ts';
import { openVtnSigning, type VtnSigning } from '../../src/vtn/signing.ts';
import { canaryUrl } from '../support/canary.ts';
import { distributeEvent, hourMs, oadrEventOf } from '../support/drEventMessages.ts';
import { httpServer } from '../support/servers.ts';
import { keyFor } from './support/signing.ts';

const now = Date.UTC(2026, 5, 10, 12);
const vtnKey = keyFor('vtn');
const xml = encodePayload(distributeEvent([oadrEventOf()]), { isToBeSigned: true });
let signing: VtnSigning;

beforeAll(async () => {
  signing = await openVtnSigning({ key: vtnKey, signers: null, foreignKey: keyFor('stranger') });
});

/** A VEN whose clock is right, and a VTN on the wire that says these bodies, one after the other, and this time. */
const hearing = async (bodies: readonly string[], date: number, isDateAnybodys: boolean) => {
  const left = [...bodies];
  const origin = await httpServer((_request, response) => {
    response.sendDate = false;
    response.writeHead(200, { 'Content-Type': 'application/xml', Date: new Date(date).toUTCString() });
    response.end(left.shift());
  });
  const vtnUrl = parseVtnUrl(canaryUrl(origin));
  const signatures = new VtnSignatures({
    material: { key: null, signers: new TrustedSigners('', [vtnKey.fingerprint]) },
    clock: { now: () => now },
    chance: { uint32: () => 1 },
    windowMs: 60_000,
    isStrict: false,
    isDateAnybodys,
  });
  const transport = new SignedTransport(
    new HttpTransport({ vtnUrl, redactor: createRedactor(secretsOf(vtnUrl)) }),
    signatures,
  );
  onTestFinished(() => transport.close());
  const verdicts: unknown[] = [];
  for (const _each of bodies) {
    const outcome = await transport.exchange({ service: 'OadrPoll', body: '<oadrPayload/>' });
    const signature = outcome.kind === 'answered' ? outcome.signature : undefined;
    verdicts.push(signature?.isValid === false ? signature.fault : signature?.isValid);
  }
  return verdicts;
};

describe('a signed answer that a stranger has in hand on the way', () => {
  it.each<[Tampering, string]>([
    ['content', 'altered'],
    ['unsigned', 'missing'],
    ['wrapped', 'form'],
    ['foreignKey', 'key'],
    ['old', 'timestamp'],
    ['replayed', 'replayed'],
  ])('given %s, then it is refused (%s), and the true one after it counts', async (how, fault) => {
    const last = signing.sign(xml, now);
    const bodies = [last, tamperedWith(how, { xml, at: now, last, signing }), signing.sign(xml, now)];
    expect(await hearing(bodies, now, false)).toEqual([true, fault, true]);
  });

  it('given one that was held back for a day, with the Date of then, then our clock judges where the line proves nothing', async () => {
    const then = now - 24 * hourMs;
    expect(await hearing([signing.sign(xml, then)], then, true)).toEqual(['timestamp']);
    expect(await hearing([signing.sign(xml, now)], then, true)).toEqual([true]);
    expect(await hearing([signing.sign(xml, then)], then, false)).toEqual([true]);
  });
});

import { SeenNonces } from '../src/signatures/seenNonces.ts';
import { signingKeyOf, TrustedSigners } from '../src/signatures/certificates.ts';
import { signXml } from '../src/signatures/signXml.ts';
import { verifyXml } from '../src/signatures/verifyXml.ts';
import { decodePayload, encodePayload } from '../src/protocol/payload.ts';
import { issue } from '../test/support/certificates.ts';
import { atMost, type Subject } from './support/figure.ts';
import { median } from './support/measure.ts';

/** Polls before anything is counted, and polls that are counted. */
const warmUp = 300;
const counted = 20;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What something costs when it is done once a second, as a VEN does it that is polled so often. @unit ms of CPU time */
const costOncePerSecond = async (once: () => void): Promise<number> => {
  for (let count = 0; count < warmUp; count += 1) once();
  const costs: number[] = [];
  for (let count = 0; count < counted; count += 1) {
    await pause(1_000);
    const before = process.cpuUsage();
    once();
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1_000);
  }
  return median(costs);
};

const keyOf = (subject: string) => {
  const { certificate, key } = issue({ subject, key: 'rsa' });
  return signingKeyOf(certificate, key);
};

export const signed: Subject = {
  name: 'signed',
  title: `Signed quiet poll at one a second: CPU time of signing it and of verifying and reading its answer (RSA 2048), the middle of ${counted}`,
  measure: async () => {
    const [ven, vtn] = [keyOf('ven'), keyOf('vtn')];
    const poll = encodePayload({ message: 'oadrPoll', venID: 'bellawatt.example.ven.123' }, { isToBeSigned: true });
    const answer = encodePayload(
      { message: 'oadrResponse', eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: '' } },
      { isToBeSigned: true },
    );
    const at = Date.now();
    const theirs = signXml(answer, vtn, { at, nonce: 'theirs' }).xml;
    const signers = new TrustedSigners('', [vtn.fingerprint]);
    const terms = () => ({ signers, windowMs: 3_600_000, seen: new SeenNonces(), isStrict: false });
    const signedMs = await costOncePerSecond(() => {
      signXml(poll, ven, { at, nonce: 'ours' });
      decodePayload(verifyXml(theirs, terms(), at).message);
    });
    const unsignedMs = await costOncePerSecond(() => void decodePayload(answer));
    return [
      {
        name: 'CPU per signed poll, beyond HTTP and log',
        value: `${signedMs.toFixed(2)} ms`,
        floor: { name: 'the same, unsigned', value: `${unsignedMs.toFixed(2)} ms` },
        goal: atMost(signedMs, 6, 'ms'),
      },
    ];
  },
};

import type { VtnSignatures } from '../../../../src/adapters/signing/vtnSignatures.ts';
import { decodePayload } from '../../../../src/protocol/payload.ts';
import type { Clock, Signatures, SignatureVerdict } from '../../../../src/shell/ports.ts';
import type { VtnSigning } from '../../../../src/vtn/signing.ts';
import { keyFor, signedWorld } from '../../../signatures/support/signing.ts';
import type { Arriving } from './wire.ts';

/** How far the time of a signature may be from the other's: clocks are set by minutes in a simulation. @unit ms */
const windowMs = 1_800_000;

type Ports = Parameters<Awaited<ReturnType<typeof signedWorld>>['signatures']>[0];

/** Whether there can be DR events in a text: nobody who listens minds the others, and reading each costs as much as taking it. */
const isOfDrEvents = (text: string): boolean => text.includes('oadrDistributeEvent');

/** Keys are made once, and on P-256: a simulated day has many messages. */
let keys: Promise<Awaited<ReturnType<typeof signedWorld>>> | null = null;

const signedOnce = async () => {
  const [venKey, vtnKey, foreignKey] = [keyFor('ven'), keyFor('vtn'), keyFor('stranger')];
  return signedWorld('both', { venKey, vtnKey, foreignKey, windowMs, vtnWindowMs: windowMs });
};

/**
 * What the VTN of a simulation has signed, held against what its VEN takes: each text that was signed, as it was signed, once and in
 * time, and no other.
 */
export class SignedRun {
  readonly signing: VtnSigning;
  /** Makes the signatures of a life of the VEN. */
  readonly signatures: (given: Ports) => Signatures;
  /** Those of a second machine, which nobody listens to. */
  readonly signaturesOfSecond: (given: Ports) => Signatures;
  /** Called with each message of DR events that is taken. */
  onTaken: Arriving = () => undefined;
  readonly wronglyTaken: string[] = [];
  readonly wronglyRefused: string[] = [];
  /** Refusals of what was tampered with. */
  refused = 0;
  /** What was signed as this VTN, and the time that it says. */
  readonly #signedAt = new Map<string, number>();
  readonly #everTaken = new Set<string>();

  private constructor({ vtn: { signing }, signatures }: Awaited<ReturnType<typeof signedWorld>>) {
    this.signing = {
      ...signing,
      sign: (xml, at) => {
        const signed = signing.sign(xml, at);
        this.#signedAt.set(signed, at);
        return signed;
      },
    };
    this.signatures = (given) => this.#judged(signatures(given), given.clock, true);
    this.signaturesOfSecond = (given) => this.#judged(signatures(given), given.clock, false);
  }

  static async begin(): Promise<SignedRun> {
    keys ??= signedOnce();
    return new SignedRun(await keys);
  }

  #judged(port: VtnSignatures, clock: Clock, isFirst: boolean): Signatures {
    const taken = new Set<string>();
    return {
      signs: port.signs,
      verifies: port.verifies,
      sign: (xml) => port.sign(xml),
      remember: (told) => port.remember(told),
      verify: async (xml, vtnDate) => {
        const verdict = await port.verify(xml, vtnDate);
        this.#judge(xml, verdict, taken.has(xml), vtnDate ?? clock.now());
        if (!verdict.isValid) return verdict;
        taken.add(xml);
        this.#everTaken.add(xml);
        if (isFirst && isOfDrEvents(verdict.signed)) this.#tell(verdict.signed);
        return verdict;
      },
    };
  }

  #tell(signed: string): void {
    const read = decodePayload(signed, { isSigned: true });
    if (read.ok) this.onTaken(read.message);
  }

  /** By the very texts, and by nothing that a signature says of itself. */
  #judge(xml: string, verdict: SignatureVerdict, isTakenAgain: boolean, now: number): void {
    const at = this.#signedAt.get(xml);
    const isGood = at !== undefined && Math.abs(at - now) <= windowMs && !isTakenAgain;
    const head = xml.slice(0, 200);
    if (verdict.isValid && !isGood) {
      const why = at === undefined ? 'was never signed so' : isTakenAgain ? 'was taken before' : 'was signed long ago';
      this.wronglyTaken.push(`what ${why} was taken: ${head}`);
    }
    if (!verdict.isValid && !isGood) this.refused += 1;
    if (verdict.isValid || !isGood || (verdict.fault === 'replayed' && this.#everTaken.has(xml))) return;
    this.wronglyRefused.push(`what the VTN signed was refused (${verdict.text}): ${head}`);
  }
}

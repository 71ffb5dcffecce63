import { SignatureRefusal } from '../../protocol/signature/faults.ts';
import { SeenNonces } from '../../signatures/seenNonces.ts';
import type { Chance, Clock, Signatures, SignatureVerdict, SignedMessage } from '../../shell/ports.ts';
import type { SignatureTold } from '../../facts/signatures.ts';
import type { signXml } from '../../signatures/signXml.ts';
import type { verifyXml } from '../../signatures/verifyXml.ts';
import type { SignatureMaterial } from './signatureMaterial.ts';

/** What one VTN is signed for, and believed by. */
export interface VtnSignaturesOptions {
  readonly material: SignatureMaterial;
  readonly clock: Clock;
  readonly chance: Chance;
  /** How far a timestamp may be from the sender's present time. @unit ms */
  readonly windowMs: number;
  readonly isStrict: boolean;
  /** Whether anybody on the way may have written the Date of an answer: then our own clock says what time it is. */
  readonly isDateAnybodys?: boolean;
}

const nonceOf = (chance: Chance): string =>
  Array.from({ length: 4 }, () => chance.uint32().toString(16).padStart(8, '0')).join('');

interface Library {
  readonly signXml: typeof signXml;
  readonly verifyXml: typeof verifyXml;
}

const readLibrary = async (): Promise<Library> => {
  const [signing, verifying] = await Promise.all([
    import('../../signatures/signXml.ts'),
    import('../../signatures/verifyXml.ts'),
  ]);
  return { signXml: signing.signXml, verifyXml: verifying.verifyXml };
};

/** Read once in a process, however many VTNs and lives there are. */
let library: Promise<Library> | Library | null = null;

const libraryOf = async (): Promise<Library> => {
  library ??= readLibrary();
  return (library = await library);
};

/** The port of signatures by xml-crypto, which is read when the first message is signed or verified. */
export class VtnSignatures implements Signatures {
  readonly #options: VtnSignaturesOptions;
  readonly #seen = new SeenNonces();
  #material: SignatureMaterial;

  constructor(options: VtnSignaturesOptions) {
    this.#options = options;
    this.#material = options.material;
  }

  get signs(): boolean {
    return this.#material.key !== null;
  }

  get verifies(): boolean {
    return this.#material.signers !== null;
  }

  /** Goes on with other keys and certificates; what was seen stays seen. */
  renew(material: SignatureMaterial): void {
    this.#material = material;
  }

  async sign(xml: string): Promise<SignedMessage> {
    const { clock, chance } = this.#options;
    const { key } = this.#material;
    if (key === null) throw new Error('Nothing is signed for this VTN.');
    const { signXml } = await libraryOf();
    return signXml(xml, key, { at: clock.now(), nonce: nonceOf(chance) });
  }

  async verify(xml: string, vtnDate?: number): Promise<SignatureVerdict> {
    const { clock, windowMs, isStrict, isDateAnybodys = false } = this.#options;
    const { signers } = this.#material;
    if (signers === null) throw new Error('Nothing is verified of this VTN.');
    const { verifyXml } = await libraryOf();
    const isTold = !isDateAnybodys && vtnDate !== undefined && Number.isFinite(vtnDate);
    const now = isTold ? vtnDate : clock.now();
    try {
      const { message, told } = verifyXml(xml, { signers, windowMs, seen: this.#seen, isStrict }, now);
      return { isValid: true, told, signed: message };
    } catch (error) {
      if (!(error instanceof SignatureRefusal)) throw error;
      return { isValid: false, fault: error.fault, text: error.message };
    }
  }

  remember({ fingerprint, nonce }: SignatureTold): void {
    this.#seen.isNew(fingerprint, nonce);
  }
}

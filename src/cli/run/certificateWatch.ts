/** Which certificates are in use, and how long they hold: what is news is told, and what a day changes. */
import type { CertificateFacts } from '../../adapters/tls/certificateFacts.ts';
import type { Secured } from '../../adapters/tls/verifiedConnection.ts';
import type { CertificateSeen, CertificateStanding, LineSecurity, SeenCertificate } from '../../facts/certificates.ts';
import { standingOf } from '../../machines/certificates.ts';
import type { Ports } from '../../shell/ports.ts';

/** How often it is looked how they stand. @unit ms */
const lookEveryMs = 60_000;

/** A VTN that shows two certificates in turns is no news all day: what was told of either is not told again within this time. @unit ms */
const newsForMs = 24 * 3_600_000;

/** @limit Certificates of one VTN that are remembered as told. */
const rememberedAtMost = 50;

const seenOf = ({ fingerprint, validFrom, validTo, key }: CertificateFacts): SeenCertificate => ({
  fingerprint,
  validFrom,
  validTo,
  key,
});

const isInvalid = (standing: CertificateStanding): boolean => standing === 'expired' || standing === 'notYetValid';

/** A certificate in use, or that there is none. */
interface InUse {
  readonly certificate: SeenCertificate | null;
  readonly line?: LineSecurity;
}

type Whose = CertificateSeen['whose'];

/** Tells of certificates: when one comes into use, and when it stands otherwise. */
export class CertificateWatch {
  readonly #ports: Pick<Ports, 'clock' | 'alarms'>;
  readonly #inUse = new Map<Whose, InUse>();
  /** What was told last of each. */
  readonly #last = new Map<
    Whose,
    { readonly words: string; readonly fingerprint: string | undefined; readonly standing: CertificateStanding }
  >();
  /** When what was told, by all of its words. */
  readonly #toldAt = new Map<string, number>();
  #tell: ((fact: CertificateSeen) => void) | null = null;
  #callOff: () => void = () => undefined;

  constructor(ports: Pick<Ports, 'clock' | 'alarms'>) {
    this.#ports = ports;
  }

  /** From now on the agent hears of it. `isWorry`: whether an alarm of a former run is up; that there is no certificate is only told then. */
  begin(tell: (fact: CertificateSeen) => void, isWorry: (whose: Whose) => boolean): void {
    for (const [whose, { certificate }] of this.#inUse)
      if (certificate === null && !isWorry(whose)) this.#inUse.delete(whose);
    this.#tell = tell;
    this.#lookLater();
    this.look();
  }

  /** Ours is another; null when none is configured. */
  takeOurs(certificate: CertificateFacts | null): void {
    this.#take('ours', { certificate: certificate === null ? null : seenOf(certificate) });
  }

  /** A connection to the VTN was made. Null: there is no TLS on the way to it. */
  takeLine(secured: Secured | null): void {
    if (secured === null) return this.#take('theirs', { certificate: null });
    const { certificate, ...line } = secured;
    this.#take('theirs', { certificate: seenOf(certificate), line });
  }

  /** Looks how they stand now. */
  look(): void {
    for (const [whose, inUse] of this.#inUse) this.#say(whose, inUse);
  }

  stop(): void {
    this.#callOff();
    this.#tell = null;
  }

  #take(whose: Whose, inUse: InUse): void {
    const isNews = inUse.certificate !== null || (this.#inUse.get(whose)?.certificate ?? null) !== null;
    if (!isNews && this.#tell !== null) return;
    this.#inUse.set(whose, inUse);
    this.#say(whose, inUse);
  }

  #say(whose: Whose, inUse: InUse): void {
    if (this.#tell === null) return;
    const now = this.#ports.clock.now();
    const { certificate } = inUse;
    const standing = certificate === null ? 'good' : standingOf(certificate, now);
    const fact: CertificateSeen = { whose, ...inUse, standing };
    const words = JSON.stringify(fact);
    const last = this.#last.get(whose);
    const isAnother = last?.fingerprint !== certificate?.fingerprint;
    const isFresh = Math.abs(now - (this.#toldAt.get(words) ?? Number.NaN)) < newsForMs;
    // One that nothing is exchanged under does not take turns with another: when that is shown, the worry is over.
    const takesTurns = whose === 'theirs' && isAnother && !(last !== undefined && isInvalid(last.standing));
    if (last?.words === words || (takesTurns && isFresh)) return;
    if (this.#toldAt.size >= rememberedAtMost) this.#toldAt.clear();
    this.#toldAt.set(words, now);
    this.#last.set(whose, { words, fingerprint: certificate?.fingerprint, standing });
    this.#tell(fact);
  }

  #lookLater(): void {
    const { clock, alarms } = this.#ports;
    this.#callOff = alarms.ringAt(clock.now() + lookEveryMs, () => {
      this.look();
      this.#lookLater();
    });
  }
}

/** Sees by itself that certificate, key or lists on the disk are others, and takes them up as soon as they fit together. */
import type { RenewalRefused } from '../../facts/certificates.ts';
import type { Ports } from '../../shell/ports.ts';

/** How often the disk is looked at. @unit ms */
const lookEveryMs = 30_000;

/** Files that are being written are given this long before a person is told that they do not fit. @unit ms */
const patienceMs = 120_000;

/** What can be looked at. */
export interface Renewable {
  /** Tells the files apart from what they were: sizes and times, never what is in them. */
  readonly filesNow: () => string;
  /** Reads them, if they are others. @returns null when they could be used, else a sentence */
  readonly takeUp: (because: string) => string | null;
}

/** Looks now and then; tells the agent when what is there cannot be used for a while, and when it can. */
export class RenewalWatch {
  readonly #ports: Pick<Ports, 'clock' | 'alarms'>;
  readonly #renewable: Renewable;
  readonly #tell: (fact: RenewalRefused) => void;
  #seen: string;
  /** Since when what is there cannot be used; null when it can. */
  #unfitSince: number | null = null;
  #isTold = false;
  #callOff: () => void = () => undefined;

  constructor(ports: Pick<Ports, 'clock' | 'alarms'>, renewable: Renewable, tell: (fact: RenewalRefused) => void) {
    this.#ports = ports;
    this.#renewable = renewable;
    this.#tell = tell;
    this.#seen = renewable.filesNow();
    this.#lookLater();
  }

  /** Looks at the disk now. */
  look(): void {
    const now = this.#renewable.filesNow();
    if (now === this.#seen && this.#unfitSince === null) return;
    this.#seen = now;
    const problem = this.#renewable.takeUp('a TLS file is another');
    if (problem === null) this.#fits();
    else this.#doesNotFit(problem);
  }

  stop(): void {
    this.#callOff();
  }

  #fits(): void {
    this.#unfitSince = null;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#tell({ isRefused: false, detail: 'The files fit together.' });
  }

  #doesNotFit(detail: string): void {
    const now = this.#ports.clock.now();
    this.#unfitSince = Math.min(this.#unfitSince ?? now, now);
    if (this.#isTold || now - this.#unfitSince < patienceMs) return;
    this.#isTold = true;
    this.#tell({ isRefused: true, detail });
  }

  #lookLater(): void {
    const { clock, alarms } = this.#ports;
    this.#callOff = alarms.ringAt(clock.now() + lookEveryMs, () => {
      this.look();
      this.#lookLater();
    });
  }
}

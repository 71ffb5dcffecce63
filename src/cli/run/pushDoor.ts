/** The door at which the VTN pushes: opened as the configuration says, tried again where it cannot be, and opened anew when that is another. */
import type { Configuration } from '../../adapters/config/config.ts';
import { signedAnswerer, veiledAnswerer } from '../../adapters/http/guardedAnswerer.ts';
import type { MessageVeil } from '../../adapters/secrets/messageVeil.ts';
import type { PushServer, PushTls } from '../../adapters/http/pushServer.ts';
import { checkPeer, hostOf, peerTermsOf, type PeerTerms } from '../../adapters/tls/peerTerms.ts';
import { sparingly } from '../../adapters/time/sparingly.ts';
import { loadTlsMaterial } from '../../adapters/tls/tlsMaterial.ts';
import { pushPlaceOf, type PushPlace } from '../../shell/settings/pushSettings.ts';
import type { InboundAnswerer, InboundReply, Journal, Listener, PushCounts, Signatures } from '../../shell/ports.ts';

/** What the door is made with. */
export interface PushDoorOptions {
  readonly veil: MessageVeil;
  /** Verifies what is pushed and signs what is answered; null: nothing is signed. */
  readonly signatures: Signatures | null;
  readonly journal: Pick<Journal, 'info' | 'warn' | 'error'>;
  readonly now: () => number;
}

/** How the door stands. */
export interface PushStanding {
  /** Where it listens; null while it cannot. */
  readonly listensAt: string | null;
  readonly counts: PushCounts;
}

/** What is wanted, to see whether it has changed; it holds no secret that is shown. */
interface WantedDoor {
  readonly place: PushPlace;
  readonly transportAddress: string;
  readonly tls: PushTls | null;
  /** How many resources what is pushed may name. */
  readonly resources: number;
}

/** Strangers are told of once in so long. @unit ms */
const toldEveryMs = 60_000;

/** An address that cannot be had is tried again after so long. @unit ms */
const againMs = 30_000;

const nobody: InboundReply = { httpStatus: 503, body: '' };

const nothingYet: PushCounts = { answered: {}, turnedAway: 0, lastTakenAt: null };

/** Why a certificate of a trusted authority is not that of our VTN, in words that hold nothing of it. */
const strangerBecause = (
  { fingerprints, expectedServerName }: PeerTerms,
  host: string,
  fault: Error | undefined,
): string | null => {
  if (fault === undefined) return null;
  return fingerprints === undefined
    ? `it does not bear the name ${expectedServerName ?? host}`
    : 'it has none of the fingerprints of tlsVtnFingerprint, or another name';
};

const tlsOf = ({ settings, vtnUrl, tlsFiles }: Configuration, place: PushPlace): PushTls | null => {
  const { certificate, key, keyPassphrase, ca, crl } = loadTlsMaterial(tlsFiles);
  if (place.isPlain || certificate === undefined || key === undefined) return null;
  const { host } = hostOf(vtnUrl.origin);
  const terms = peerTermsOf(settings);
  return {
    cert: certificate,
    key,
    ...(keyPassphrase === undefined ? {} : { passphrase: keyPassphrase.reveal() }),
    ...(ca === undefined ? {} : { ca }),
    ...(crl === undefined ? {} : { crl }),
    strangerBecause: (shown) => strangerBecause(terms, host, checkPeer(terms, host, shown)),
  };
};

const wantedOf = (configuration: Configuration): WantedDoor | null => {
  const { push, transportAddress, devices } = configuration.settings;
  const place = push === undefined ? null : pushPlaceOf(push);
  return place === null || transportAddress === undefined
    ? null
    : { place, transportAddress, tls: tlsOf(configuration, place), resources: devices.length };
};

const keyOf = ({ place, transportAddress, tls }: WantedDoor): string =>
  JSON.stringify([place, transportAddress, tls !== null]);

/** The Listener port over HTTP. */
export class PushDoor implements Listener {
  readonly #options: PushDoorOptions;
  #answerer: InboundAnswerer | null = null;
  #server: PushServer | null = null;
  #wanted: WantedDoor | null = null;
  #again: NodeJS.Timeout | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: PushDoorOptions) {
    this.#options = options;
  }

  answerWith(answerer: InboundAnswerer | null): void {
    this.#answerer = answerer;
  }

  counts(): PushCounts | null {
    return this.standing()?.counts ?? null;
  }

  /** How it stands; null when nobody is to push. */
  standing(): PushStanding | null {
    if (this.#wanted === null) return null;
    const { place, tls } = this.#wanted;
    const scheme = tls === null ? 'http' : 'https';
    const address = place.address.includes(':') ? `[${place.address}]` : place.address;
    const listensAt = this.#server === null ? null : `${scheme}://${address}:${this.#server.port}`;
    return { listensAt, counts: this.#server?.counts() ?? nothingYet };
  }

  /** Listens as a configuration says, or no more. What is another is opened anew; another certificate alone cuts nobody off. */
  follow(configuration: Configuration): Promise<void> {
    const wanted = wantedOf(configuration);
    this.#turn = this.#turn.then(() => this.#become(wanted));
    return this.#turn;
  }

  /** Goes on with another certificate: it counts from the next handshake on. @throws TlsMaterialError */
  renew(configuration: Configuration): void {
    if (this.#wanted === null) return;
    const tls = tlsOf(configuration, this.#wanted.place);
    if (tls === null || this.#wanted.tls === null) return;
    this.#wanted = { ...this.#wanted, tls };
    this.#server?.renew(tls);
  }

  close(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#become(null));
    return this.#turn;
  }

  async #become(wanted: WantedDoor | null): Promise<void> {
    const isSame = wanted !== null && this.#wanted !== null && keyOf(wanted) === keyOf(this.#wanted);
    this.#wanted = wanted;
    if (isSame && this.#server !== null) {
      if (wanted.tls !== null) this.#server.renew(wanted.tls);
      return;
    }
    clearTimeout(this.#again ?? undefined);
    await this.#server?.close();
    this.#server = null;
    if (wanted !== null) await this.#open(wanted);
  }

  async #open(wanted: WantedDoor): Promise<void> {
    const { place, transportAddress, tls } = wanted;
    const { veil, journal, now, signatures } = this.#options;
    const veiled = veiledAnswerer((request) => this.#answerer?.(request) ?? Promise.resolve(nobody), veil);
    const { startPushServer } = await import('../../adapters/http/pushServer.ts');
    try {
      this.#server = await startPushServer({
        address: place.address,
        port: place.port,
        transportAddress,
        ...(tls === null ? {} : { tls }),
        answerer: signatures === null ? veiled : signedAnswerer(veiled, signatures),
        resources: () => this.#wanted?.resources ?? 0,
        onStranger: sparingly((sentence) => journal.warn(sentence), toldEveryMs),
        now,
      });
      journal.info(
        `The VTN is listened for at ${this.standing()?.listensAt ?? ''}, and told to push to ${transportAddress}.`,
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      journal.error(
        `Nobody can push: ${place.address}:${place.port} cannot be listened at (${why}). It is tried again in ${againMs / 1_000} s; the VTN is asked for its DR events meanwhile.`,
      );
      this.#again = setTimeout(() => {
        this.#turn = this.#turn.then(() => (this.#wanted === wanted ? this.#open(wanted) : undefined));
      }, againMs);
      this.#again.unref();
    }
  }
}

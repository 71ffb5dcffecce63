import { ConnectionKeeper } from './connectionKeeper.ts';
import type { NetworkFailure } from './exchangeFailure.ts';
import { Flight, type FlightEnding, type FlightSettings } from './flight.ts';
import type { Redactor } from '../secrets/redact.ts';
import { ownCertificateExpired, ownCertificateOf, type OwnCertificate } from '../tls/ownCertificate.ts';
import type { PeerTerms } from '../tls/peerTerms.ts';
import { brokenHandshake, inspectTls, type TlsInspection } from '../tls/tlsInspection.ts';
import type { TlsMaterial } from '../tls/tlsMaterial.ts';
import { offerOf } from '../tls/tlsOffer.ts';
import { explainTlsProblem, isDisagreement } from '../tls/tlsProblem.ts';
import type { FailedExchange, ExchangeOutcome, ExchangeRequest, Transport } from '../transport.ts';
import { verifiedConnection, type Secured } from '../tls/verifiedConnection.ts';
import type { VtnUrl } from '../secrets/vtnUrl.ts';

/** How the VTN is reached. */
export interface HttpTransportOptions extends PeerTerms {
  readonly vtnUrl: VtnUrl;
  readonly redactor: Redactor;
  readonly tls?: TlsMaterial;
  /** From the wish to send until the last byte of the answer; at least five seconds in the configuration. @rule 2.0b 9.1.6 @unit ms */
  readonly replyTimeoutMs?: number;
  /** @unit ms */
  readonly connectTimeoutMs?: number;
  /** How long an idle connection is kept when the VTN gives no hint; longer than the usual poll interval. @unit ms */
  readonly keepAliveMs?: number;
  /** Refuse answers whose content type is not exactly application/xml. */
  readonly strict?: boolean;
  readonly now?: () => number;
  /** Told of each connection whose peer was verified. */
  readonly onSecured?: (secured: Secured) => void;
}

/** Whose exchange it is, where many share a connection: the path that opens the VTN to it, and what hides that. */
export type Through = Pick<HttpTransportOptions, 'vtnUrl' | 'redactor'>;

/** A request that brought no answer. */
type FlightLost = Extract<FlightEnding, { readonly kind: 'network' }>;

/** @unit ms */
const DEFAULT_REPLY_TIMEOUT_MS = 30_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_KEEP_ALIVE_MS = 65_000;

/** Explaining a TLS problem takes a second handshake: not more often than this. @unit ms */
const EXPLAIN_AGAIN_AFTER_MS = 600_000;

/** @unit ms */
const EXPLAIN_TIMEOUT_MS = 5_000;

/** How long a VTN is given to say what it thinks of our client certificate. @unit ms */
const EXPLAIN_LINGER_MS = 1_000;

/** The most that is read of an answer's headers. @unit bytes */
const LARGEST_HEAD_BYTES = 16_384;

/** We read no compressed answer, and say so: silence would leave the choice to the VTN. @rule 2.0b 9.1.9.2 */
const HEADERS = [
  ...['content-type', 'application/xml'],
  ...['accept', 'application/xml'],
  ...['accept-encoding', 'identity'],
  ...['user-agent', 'ter-ven'],
];

/**
 * The Transport port over HTTP: one connection, one request at a time, no redirects, everything bounded.
 *
 * A request is handed to Node's HTTP client only when a connection stands: so it is known whether its first byte may have
 * been written (the difference between "send again" and "nobody knows"), and nothing is ever sent a second time from here.
 * The server's certificate is always verified, whatever the environment says, and afresh for each connection.
 * @rule 2.0b 511 @rule 2.0b 53 @rule 2.0b 68 @rule 2.0b 516
 */
export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions;
  readonly #host: string;
  readonly #encrypted: boolean;
  readonly #now: () => number;
  readonly #own: OwnCertificate | null;
  readonly #keeper: ConnectionKeeper;
  /** The first is under way, the others wait for their turn. */
  readonly #flights: Flight[] = [];
  readonly #explained = new Map<string, { readonly at: number; readonly detail: string | null }>();
  #closed = false;

  constructor(options: HttpTransportOptions) {
    const origin = new URL(options.vtnUrl.origin);
    this.#options = options;
    this.#host = origin.host;
    this.#encrypted = origin.protocol === 'https:';
    this.#now = options.now ?? Date.now;
    this.#own = ownCertificateOf(options.tls ?? {});
    this.#keeper = this.#newKeeper();
  }

  /** `through`: of whoever else uses this connection; its VTN is the same. */
  async exchange(request: ExchangeRequest, through: Through = this.#options): Promise<ExchangeOutcome> {
    const expired = this.#ownExpired();
    if (expired !== null) return expired;
    const startedAt = performance.now();
    const ending = await this.#fly(request, through);
    const durationMs = Math.round(performance.now() - startedAt);
    if (ending.kind === 'body') {
      return {
        kind: 'answered',
        httpStatus: 200,
        body: ending.body,
        durationMs,
        ...(ending.date === undefined ? {} : { vtnDate: ending.date }),
      };
    }
    const { redactor } = through;
    if (ending.kind === 'refused') return this.#failed(ending, null, durationMs, redactor);
    const { failure } = ending;
    const explained = failure.reason === 'reset' ? await this.#explainReset(ending) : await this.#explain(failure);
    const asRefused =
      failure.reason === 'reset' && explained !== null ? { ...failure, reason: 'tls' as const } : failure;
    return this.#failed({ ...ending, failure: asRefused }, explained, durationMs, redactor);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const flight of [...this.#flights])
      flight.cut('aborted', `The exchange with the VTN ${this.#host} was ended because the agent stops.`);
    this.#keeper.close();
  }

  /** Nothing is sent under a certificate of ours that has expired: the VTN must not take it. @rule 2.0b 516 */
  #ownExpired(): FailedExchange | null {
    if (this.#own === null || !this.#encrypted || this.#now() <= this.#own.validTo) return null;
    const detail = `Nothing is sent to the VTN ${this.#host}, because ${ownCertificateExpired(this.#own, this.#now())}.`;
    return { kind: 'failed', reason: 'tls', certainlyNotDelivered: true, detail, durationMs: 0 };
  }

  #failed(
    ending: Exclude<FlightEnding, { readonly kind: 'body' }>,
    explained: string | null,
    durationMs: number,
    redactor: Redactor,
  ): FailedExchange {
    if (ending.kind === 'refused') {
      const { detail, ...rest } = ending.refused;
      return { kind: 'failed', ...rest, certainlyNotDelivered: false, detail: redactor.text(detail), durationMs };
    }
    const { reason, certainlyNotDelivered, detail } = ending.failure;
    return { kind: 'failed', reason, certainlyNotDelivered, detail: redactor.text(explained ?? detail), durationMs };
  }

  #fly({ service, body, resources = 0 }: ExchangeRequest, { vtnUrl }: Through): Promise<FlightEnding> {
    return new Promise((resolve) => {
      const replyTimeoutMs = this.#options.replyTimeoutMs ?? DEFAULT_REPLY_TIMEOUT_MS;
      const flight = new Flight(this.#settingsFor(vtnUrl.service(service), Buffer.from(body), resources), (ending) => {
        clearTimeout(deadline);
        this.#landed(flight);
        resolve(ending);
      });
      const deadline = setTimeout(
        () =>
          flight.cut(
            'timeout',
            `The VTN ${this.#host} had not answered in full after ${replyTimeoutMs} ms: check the network, or raise replyTimeoutMs if this VTN is slow.`,
          ),
        replyTimeoutMs,
      );
      this.#flights.push(flight);
      if (this.#closed)
        flight.cut('aborted', `The exchange with the VTN ${this.#host} was not begun because the agent stops.`);
      else if (this.#flights[0] === flight) this.#launch(flight);
    });
  }

  #settingsFor(path: string, body: Buffer, resources: number): FlightSettings {
    const headers = [...HEADERS, 'host', this.#host, 'content-length', String(body.length)];
    return {
      host: this.#host,
      encrypted: this.#encrypted,
      strict: this.#options.strict ?? false,
      now: this.#now,
      body,
      resources,
      request: {
        method: 'POST',
        path,
        headers,
        // Neither is left to the environment.
        insecureHTTPParser: false,
        maxHeaderSize: LARGEST_HEAD_BYTES,
      },
    };
  }

  #launch(flight: Flight): void {
    this.#keeper.reach((error, connection) => {
      if (connection === undefined) flight.fail(error ?? new Error('There is no connection.'));
      else flight.begin(connection);
    });
  }

  /** Gives the turn to the next, if this one had it. */
  #landed(flight: Flight): void {
    const place = this.#flights.indexOf(flight);
    this.#flights.splice(place, 1);
    if (place !== 0) return;
    this.#keeper.leave();
    const [next] = this.#flights;
    if (next !== undefined && !this.#closed) this.#launch(next);
  }

  #newKeeper(): ConnectionKeeper {
    const { vtnUrl, keepAliveMs, connectTimeoutMs, tls } = this.#options;
    return new ConnectionKeeper({
      keepAliveMs: keepAliveMs ?? DEFAULT_KEEP_ALIVE_MS,
      now: this.#now,
      connect: verifiedConnection({
        ...this.#options,
        origin: vtnUrl.origin,
        timeoutMs: connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
        material: tls ?? {},
      }),
    });
  }

  /** Says which certificate has which problem; null when this is no matter of TLS or cannot be known. */
  async #explain({ reason, code }: NetworkFailure): Promise<string | null> {
    if (reason !== 'tls') return null;
    return this.#told(code, async () => {
      const looked = await this.#look();
      const { hadCertificate } = looked;
      const isUnmet = isDisagreement(code) && !hadCertificate;
      const offer = isUnmet ? await offerOf(this.#options.vtnUrl.origin, EXPLAIN_TIMEOUT_MS) : null;
      const told = { own: this.#own, hadCertificate, offer };
      return explainTlsProblem(code, this.#host, this.#now(), looked.inspection, told);
    });
  }

  /**
   * A connection that was closed before the first answer on it: with TLS 1.3 a VTN that does not accept our client
   * certificate may do just that. A second handshake, after which nothing is said, shows whether it is so.
   */
  async #explainReset({ failure: { code }, wasAccepted }: FlightLost): Promise<string | null> {
    if (!this.#encrypted || wasAccepted || this.#closed) return null;
    return this.#told(`reset ${code}`, async () => {
      const { inspection } = await this.#look();
      if (inspection?.ended === undefined) return null;
      return explainTlsProblem(inspection.ended, this.#host, this.#now(), inspection, { own: this.#own });
    });
  }

  async #told(key: string, explain: () => Promise<string | null>): Promise<string | null> {
    const known = this.#explained.get(key);
    if (known !== undefined && this.#now() - known.at < EXPLAIN_AGAIN_AFTER_MS) return known.detail;
    const detail = await explain();
    this.#explained.set(key, { at: this.#now(), detail });
    return detail;
  }

  async #look(): Promise<{ readonly inspection?: TlsInspection; readonly hadCertificate: boolean }> {
    const { vtnUrl, tls } = this.#options;
    try {
      const inspection = await inspectTls(vtnUrl.origin, {
        ...this.#options,
        ...(tls === undefined ? {} : { material: tls }),
        timeoutMs: EXPLAIN_TIMEOUT_MS,
        lingerMs: EXPLAIN_LINGER_MS,
      });
      return { inspection, hadCertificate: true };
    } catch (error) {
      return { hadCertificate: brokenHandshake(error).hadCertificate };
    }
  }
}

import type { NetworkFailure } from './exchangeFailure.ts';
import { Flight, type FlightEnding } from './flight.ts';
import type { Redactor } from './redact.ts';
import { ownCertificateOf } from './ownCertificate.ts';
import { brokenHandshake, inspectTls, type TlsInspection } from './tlsInspection.ts';
import type { TlsMaterial } from './tlsMaterial.ts';
import { explainTlsProblem } from './tlsProblem.ts';
import type { FailedExchange, ExchangeOutcome, ExchangeRequest, Transport } from './transport.ts';
import { Client } from './undici.ts';
import { verifiedConnector } from './verifiedConnector.ts';
import type { VtnUrl } from './vtnUrl.ts';

/** How the VTN is reached. */
export interface HttpTransportOptions {
  readonly vtnUrl: VtnUrl;
  readonly redactor: Redactor;
  readonly tls?: TlsMaterial;
  /** The name the VTN's certificate must bear, when it is not the host of the URL. */
  readonly expectedServerName?: string;
  /** From the wish to send until the last byte of the answer; at least five seconds in the configuration. @rule 2.0b 9.1.6 @unit ms */
  readonly replyTimeoutMs?: number;
  /** @unit ms */
  readonly connectTimeoutMs?: number;
  /** How long an idle connection is kept when the VTN gives no hint; longer than the usual poll interval. @unit ms */
  readonly keepAliveMs?: number;
  /** Refuse answers whose content type is not exactly application/xml. */
  readonly strict?: boolean;
  readonly now?: () => number;
}

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

/** We read no compressed answer, and say so: silence would leave the choice to the VTN. @rule 2.0b 9.1.9.2 */
const HEADERS = {
  'content-type': 'application/xml',
  accept: 'application/xml',
  'accept-encoding': 'identity',
  'user-agent': 'ter-ven',
};

/**
 * The Transport port over HTTP: one connection, one request at a time, no redirects, everything bounded.
 *
 * It drives undici's dispatcher directly, for two things `undici.request` does not tell: whether the first byte of a request
 * was written (the difference between "send again" and "nobody knows"), and an end by deadline while still connecting.
 * The server's certificate is always verified, whatever the environment says, and afresh for each connection.
 * @rule 2.0b 511 @rule 2.0b 53 @rule 2.0b 68 @rule 2.0b 516
 */
export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions;
  readonly #host: string;
  readonly #encrypted: boolean;
  readonly #now: () => number;
  readonly #flights = new Set<Flight>();
  readonly #explained = new Map<string, { readonly at: number; readonly detail: string | null }>();
  #client: Client;
  #peerValidTo = Number.POSITIVE_INFINITY;
  #hasAnswered = false;
  #alert: string | null = null;
  #closed = false;

  constructor(options: HttpTransportOptions) {
    const origin = new URL(options.vtnUrl.origin);
    this.#options = options;
    this.#host = origin.host;
    this.#encrypted = origin.protocol === 'https:';
    this.#now = options.now ?? Date.now;
    this.#client = this.#newClient();
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
    const startedAt = performance.now();
    const ending = await this.#fly(request);
    const durationMs = Math.round(performance.now() - startedAt);
    if (ending.kind !== 'network') this.#hasAnswered = true;
    if (ending.kind === 'body') {
      return {
        kind: 'answered',
        httpStatus: 200,
        body: ending.body,
        durationMs,
        ...(ending.date === undefined ? {} : { vtnDate: ending.date }),
      };
    }
    if (ending.kind === 'refused') return this.#failed(ending, null, durationMs);
    const { failure } = ending;
    const explained = failure.reason === 'reset' ? await this.#explainReset(failure) : await this.#explain(failure);
    const asRefused =
      failure.reason === 'reset' && explained !== null ? { ...failure, reason: 'tls' as const } : failure;
    return this.#failed({ kind: 'network', failure: asRefused }, explained, durationMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const flight of this.#flights)
      flight.cut('aborted', `The exchange with the VTN ${this.#host} was ended because the agent stops.`);
    await this.#client.destroy();
  }

  #failed(
    ending: Exclude<FlightEnding, { readonly kind: 'body' }>,
    explained: string | null,
    durationMs: number,
  ): FailedExchange {
    const { redactor } = this.#options;
    if (ending.kind === 'refused') {
      const { detail, ...rest } = ending.refused;
      return { kind: 'failed', ...rest, certainlyNotDelivered: false, detail: redactor.text(detail), durationMs };
    }
    const { reason, certainlyNotDelivered, detail } = ending.failure;
    return { kind: 'failed', reason, certainlyNotDelivered, detail: redactor.text(explained ?? detail), durationMs };
  }

  #fly({ service, body }: ExchangeRequest): Promise<FlightEnding> {
    return new Promise((resolve) => {
      const replyTimeoutMs = this.#options.replyTimeoutMs ?? DEFAULT_REPLY_TIMEOUT_MS;
      const settings = {
        host: this.#host,
        encrypted: this.#encrypted,
        strict: this.#options.strict ?? false,
        now: this.#now,
        // Later on a connection an alert says nothing of what was read before.
        alert: () => (this.#hasAnswered ? null : this.#alert),
      };
      const flight = new Flight(settings, (ending) => {
        clearTimeout(deadline);
        this.#flights.delete(flight);
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
      this.#flights.add(flight);
      this.#send(flight, this.#options.vtnUrl.service(service), Buffer.from(body));
    });
  }

  #send(flight: Flight, path: string, body: Buffer): void {
    if (this.#closed) {
      flight.cut('aborted', `The exchange with the VTN ${this.#host} was not begun because the agent stops.`);
      return;
    }
    this.#leaveExpiredPeer();
    try {
      this.#client.dispatch({ method: 'POST', path, headers: HEADERS, body, idempotent: false }, flight);
    } catch (error) {
      flight.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** A connection may outlive the certificate it was made with; no message goes over it then. @rule 2.0b 516 */
  #leaveExpiredPeer(): void {
    if (this.#now() <= this.#peerValidTo) return;
    this.#peerValidTo = Number.POSITIVE_INFINITY;
    void this.#client.destroy();
    this.#client = this.#newClient();
  }

  #newClient(): Client {
    const { vtnUrl, keepAliveMs, connectTimeoutMs, tls, expectedServerName } = this.#options;
    return new Client(vtnUrl.origin, {
      pipelining: 1,
      keepAliveTimeout: keepAliveMs ?? DEFAULT_KEEP_ALIVE_MS,
      // The deadline of an exchange covers both.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: verifiedConnector({
        encrypted: this.#encrypted,
        timeoutMs: connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
        material: tls ?? {},
        ...(expectedServerName === undefined ? {} : { expectedServerName }),
        onPeer: ({ validTo }) => {
          this.#peerValidTo = validTo;
          this.#hasAnswered = false;
          this.#alert = null;
        },
        onAlert: (code) => {
          this.#alert ??= code;
        },
      }),
    });
  }

  /** Says which certificate has which problem; null when this is no matter of TLS or cannot be known. */
  async #explain({ reason, code }: NetworkFailure): Promise<string | null> {
    if (reason !== 'tls') return null;
    return this.#told(code, async () => {
      const looked = await this.#look();
      const told = { own: ownCertificateOf(this.#options.tls ?? {}), hadCertificate: looked.hadCertificate };
      return explainTlsProblem(code, this.#host, this.#now(), looked.inspection, told);
    });
  }

  /**
   * A connection that was closed before the first answer on it: with TLS 1.3 a VTN that does not accept our client
   * certificate may do just that. A second handshake, after which nothing is said, shows whether it is so.
   */
  async #explainReset({ code }: NetworkFailure): Promise<string | null> {
    if (!this.#encrypted || this.#hasAnswered || this.#closed) return null;
    return this.#told(`reset ${code}`, async () => {
      const { inspection } = await this.#look();
      if (inspection?.ended === undefined) return null;
      const own = ownCertificateOf(this.#options.tls ?? {});
      return explainTlsProblem(inspection.ended, this.#host, this.#now(), inspection, { own });
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
    const { vtnUrl, tls, expectedServerName } = this.#options;
    try {
      const inspection = await inspectTls(vtnUrl.origin, {
        ...(tls === undefined ? {} : { material: tls }),
        ...(expectedServerName === undefined ? {} : { expectedServerName }),
        timeoutMs: EXPLAIN_TIMEOUT_MS,
        lingerMs: EXPLAIN_LINGER_MS,
      });
      return { inspection, hadCertificate: true };
    } catch (error) {
      return { hadCertificate: brokenHandshake(error).hadCertificate };
    }
  }
}

import type { ExchangeFailureReason } from '../transport.ts';
import { isClientCertificateAlert, isTlsCode } from '../tls/tlsProblem.ts';
import { answerTimeoutCode, connectTimeoutCode } from '../tls/verifiedConnection.ts';

/** How far a request had come when it failed. */
export interface Progress {
  readonly host: string;
  readonly encrypted: boolean;
  /** Whether the first byte of the request may have been written. */
  readonly requestStarted: boolean;
  /** Whether the answer's status line had arrived. */
  readonly answerStarted: boolean;
  /** Whether this connection had brought an answer to an earlier request: then the VTN has taken us for whom it knows. */
  readonly connectionHadAnswered?: boolean;
}

/** What a network error means for the message. */
export interface NetworkFailure {
  readonly reason: ExchangeFailureReason;
  readonly certainlyNotDelivered: boolean;
  readonly code: string;
  readonly detail: string;
}

/** The most telling code of an error: its own, or that of the first of several attempts, or its cause's. */
export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'UNKNOWN';
  const own = (error as NodeJS.ErrnoException).code;
  if (own !== undefined) return own;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error.cause instanceof Error && (error.cause as NodeJS.ErrnoException).code !== undefined)
    return codeOf(error.cause);
  return error.name;
};

type Sentence = (host: string) => string;

/** Where a connection could not be made; nothing was sent. */
const CONNECTING: Readonly<Record<string, readonly [ExchangeFailureReason, Sentence]>> = {
  ECONNREFUSED: [
    'refused',
    (host) =>
      `Nobody listens at the VTN ${host} (connection refused): check host and port, or wait until the VTN runs.`,
  ],
  ENOTFOUND: [
    'dns',
    (host) =>
      `The name of the VTN ${host} is unknown to DNS: check the host in the VTN URL and the network’s name server.`,
  ],
  EAI_AGAIN: [
    'dns',
    (host) => `The name of the VTN ${host} could not be looked up now: check the network’s name server.`,
  ],
  [connectTimeoutCode]: [
    'timeout',
    (host) => `The VTN ${host} did not accept a connection in time: check the network and firewalls on the way.`,
  ],
  [answerTimeoutCode]: [
    'timeout',
    (host) => `The VTN ${host} accepted a connection and did not answer in time: ask its operator whether it is well.`,
  ],
  ETIMEDOUT: [
    'timeout',
    (host) => `The VTN ${host} did not accept a connection in time: check the network and firewalls on the way.`,
  ],
  EHOSTUNREACH: ['refused', (host) => `There is no way to the VTN ${host} (host unreachable): check the network.`],
  ENETUNREACH: [
    'refused',
    (host) => `There is no way to the VTN ${host} (network unreachable): check that this machine is online.`,
  ],
  ENETDOWN: [
    'refused',
    (host) => `There is no way to the VTN ${host} (network down): check that this machine is online.`,
  ],
};

const whileConnecting = (code: string, { host, encrypted }: Progress): readonly [ExchangeFailureReason, string] => {
  const known = CONNECTING[code];
  if (known !== undefined) return [known[0], known[1](host)];
  // Until the first byte of the request, a TLS connection can only have failed in its handshake.
  if (encrypted) return ['tls', `The TLS connection to the VTN ${host} could not be made (${code}).`];
  return ['reset', `The connection to the VTN ${host} could not be made (${code}): check the network.`];
};

const afterSending = (code: string, { host, answerStarted }: Progress): readonly [ExchangeFailureReason, string] => {
  if (code === 'HPE_HEADER_OVERFLOW')
    return ['tooLarge', `The VTN ${host} answered with HTTP headers beyond what is accepted.`];
  if (code.startsWith('HPE_'))
    return [
      'reset',
      `The VTN ${host} answered with something that is not HTTP (${code}): check the port of the VTN URL.`,
    ];
  return answerStarted
    ? [
        'reset',
        `The VTN ${host} broke off in the middle of its answer (${code}); whether it acted on the message is unknown.`,
      ]
    : [
        'reset',
        `The VTN ${host} closed the connection without an answer (${code}); whether it read the message is unknown.`,
      ];
};

/** Reads a network error: what happened, and whether the VTN can have read the message. */
export const classifyNetworkError = (error: unknown, progress: Progress): NetworkFailure => {
  const code = codeOf(error);
  if (!progress.requestStarted) {
    const [reason, detail] = whileConnecting(code, progress);
    return { reason, detail, code, certainlyNotDelivered: true };
  }
  // Later on a connection an alert says nothing of what was read before.
  if (progress.encrypted && progress.connectionHadAnswered !== true && !progress.answerStarted && isTlsCode(code)) {
    const detail = `The VTN ${progress.host} ended the TLS connection (${code}).`;
    return { reason: 'tls', detail, code, certainlyNotDelivered: isClientCertificateAlert(code) };
  }
  const [reason, detail] = afterSending(code, progress);
  return { reason, detail, code, certainlyNotDelivered: false };
};

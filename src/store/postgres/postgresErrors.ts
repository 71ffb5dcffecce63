import { LogError, type LogErrorCode } from '../errors.ts';

/** Takes secrets out of a text. */
export type Veil = (text: string) => string;

/** What the driver and the server throw: a code of PostgreSQL or of the system. */
interface DriverError {
  readonly code?: unknown;
  readonly message?: unknown;
}

/** The server said that it committed without its standby: whether the entries outlive it, nobody knows yet. */
export class UncertainCommit extends Error {
  override readonly name = 'UncertainCommit';

  constructor() {
    super('The server committed without waiting for its standby.');
  }
}

/** Our statements raise no warning of their own: the one there can be is that the wait for the standby was cut short. */
export const isUncertainNotice = ({ code }: { readonly code?: string | undefined }): boolean => code === '01000';

/**
 * What became of a statement that failed.
 *
 * - `refused`: the server looked at it and did nothing, and would do nothing again.
 * - `again`: the server did nothing, because others were in the way.
 * - `full`: it did nothing, because there is no space.
 * - `unknown`: it may have been done.
 */
export type FailureKind = 'refused' | 'again' | 'full' | 'unknown';

/** Classes of SQLSTATE whose statements are undone and stay refused: data, integrity, authorisation, syntax, limits. */
const refusedClasses: ReadonlySet<string> = new Set([
  '0A',
  '22',
  '23',
  '25',
  '26',
  '28',
  '2F',
  '3D',
  '3F',
  '42',
  '44',
  '54',
]);
const againCodes: ReadonlySet<string> = new Set(['40001', '40P01', '55P03']);

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as DriverError;
  return typeof code === 'string' ? code : '';
};

/** What may have become of a statement that failed so. */
export const kindOfFailure = (error: unknown): FailureKind => {
  const code = codeOf(error);
  if (againCodes.has(code)) return 'again';
  if (code === '53100' || code === '53200') return 'full';
  return /^[0-9A-Z]{5}$/.test(code) && refusedClasses.has(code.slice(0, 2)) ? 'refused' : 'unknown';
};

/** A server whose certificate does not prove whose it is, by the codes of OpenSSL and Node. */
const certificateAdvice: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'renew the server’s certificate, or set the clock of this machine right',
  CERT_NOT_YET_VALID: 'check the clock of this machine first',
  ERR_TLS_CERT_ALTNAME_INVALID: 'name the host as its certificate does',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'name that certificate with sslrootcert=FILE if it is the right one',
};

/** Whether a handshake failed for the server's certificate. */
const isOfCertificate = (code: string): boolean =>
  code in certificateAdvice || /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|INVALID_CA)/.test(code);

const sentence = (code: string, said: string, place: string): [LogErrorCode, string] => {
  if (code === '53100')
    return ['full', `The disk of the database at ${place} is full: free some space; everything acknowledged is kept.`];
  if (code === '53200')
    return ['full', `The database at ${place} has no memory left: give it more; everything acknowledged is kept.`];
  if (code === '42501')
    return ['io', `The role may not do this at ${place} (${said}): grant it, or use the role that is meant for it.`];
  if (code === '3F000' || code === '42P01')
    return [
      'missing',
      `There are no logs at ${place} (${said}): run "ven migrate --schema" as the owner of the database.`,
    ];
  if (code.startsWith('28') || code === '3D000')
    return [
      'io',
      `The database at ${place} lets nobody in like this (${said}): check user, password, certificate and database.`,
    ];
  if (isOfCertificate(code))
    return [
      'io',
      `The database at ${place} does not prove whose it is (${said}), and nothing was told to it: ${certificateAdvice[code] ?? 'name its authority with sslrootcert=FILE if it is the right server'}.`,
    ];
  if (/does not support SSL/.test(said))
    return ['io', `The database at ${place} offers no TLS: set ssl = on there, with a certificate for that name.`];
  if (code === '25006')
    return ['io', `The database at ${place} takes no changes now (${said}): it is a standby, or set to be read only.`];
  return [
    'io',
    `The database at ${place} could not be asked (${said}): check that it runs and can be reached; what was acknowledged is kept.`,
  ];
};

/** Turns what the driver threw into a sentence that says what to do and holds no secret. Anything of ours stays as it is. */
export const explainPostgres = (error: unknown, place: string, veil: Veil): unknown => {
  if (error instanceof LogError || error instanceof RangeError || error instanceof TypeError) return error;
  const { message } = (error ?? {}) as DriverError;
  const code = codeOf(error);
  const text = typeof message === 'string' && message !== '' ? message : code;
  const said = veil(text).replace(/\s+/g, ' ').replace(/\.$/, '');
  return new LogError(...sentence(code, said, place), { cause: { code } });
};

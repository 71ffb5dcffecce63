/** How a database is reached: a connection string, which is a secret, kept in a file or in the environment. */
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { createRedactor, type Redactor } from '../secrets/redact.ts';
import { Secret } from '../secrets/secret.ts';
import { isThisMachine } from '../secrets/vtnUrl.ts';

/** A connection string that cannot be used; its message never repeats it. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError';
}

/** TLS as the driver takes it: the server's certificate and name are always checked. */
export interface VerifiedTls {
  readonly rejectUnauthorized: true;
  readonly minVersion: 'TLSv1.2';
  readonly servername?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A connection string, taken apart so that its password cannot be printed by accident. */
export interface DatabaseAddress {
  /** A host's name, or the directory of a socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: Secret | null;
  /** Null only over a socket of this machine, or its loopback. */
  readonly tls: VerifiedTls | null;
  /** For people: no secret. */
  readonly place: string;
  /** Hides what is secret of it. */
  readonly redactor: Redactor;
}

const shape = 'postgres://USER:PASSWORD@HOST/DATABASE?sslmode=verify-full&sslrootcert=FILE';

/** PostgreSQL's own. */
const standardPort = 5432;

const known = ['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];

const fileOf = (parameters: URLSearchParams, name: string): string | undefined => {
  const path = parameters.get(name);
  if (path === null || (name === 'sslrootcert' && path === 'system')) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DatabaseUrlError(
      `The file ${path} that ${name} of the connection string names cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and its permissions.`,
    );
  }
};

const parsed = (text: string): URL => {
  if (!/^postgres(?:ql)?:\/\//.test(text))
    throw new DatabaseUrlError(`The connection string does not begin with postgres://: write it as ${shape}.`);
  try {
    // A host may be left out, for a socket; a URL as HTTP has it needs one.
    return new URL(
      text.replace(/^postgres(?:ql)?:\/\/([^/]*@)?(?=\/)/, 'ftp://$1socket').replace(/^postgres(?:ql)?:/, 'ftp:'),
    );
  } catch {
    throw new DatabaseUrlError(`The connection string cannot be read as a URL: write it as ${shape}.`);
  }
};

const tlsOf = (parameters: URLSearchParams, hostname: string, isSocket: boolean): VerifiedTls | null => {
  const mode = parameters.get('sslmode');
  const isNear = isSocket || isThisMachine(hostname);
  if (mode === null || mode === 'disable') {
    if (isNear) return null;
    throw new DatabaseUrlError(
      `The connection to ${hostname} is not encrypted and proved: add sslmode=verify-full to the connection string, and sslrootcert=FILE for an authority of your own.`,
    );
  }
  if (mode !== 'verify-full')
    throw new DatabaseUrlError(
      `sslmode=${mode} would accept a stranger's server: only verify-full proves whose it is; write sslmode=verify-full.`,
    );
  if (isSocket) return null;
  const [ca, cert, key] = ['sslrootcert', 'sslcert', 'sslkey'].map((name) => fileOf(parameters, name));
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(/^[\d.]+$|^\[/.test(hostname) ? {} : { servername: hostname }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
};

/** Reads a connection string. @throws DatabaseUrlError */
export const parseDatabaseUrl = (text: string): DatabaseAddress => {
  const url = parsed(text.trim());
  const strange = [...url.searchParams.keys()].find((name) => !known.includes(name));
  if (strange !== undefined)
    throw new DatabaseUrlError(
      `The connection string has a parameter "${strange}" that is not known here: ${known.join(', ')} are.`,
    );
  const directory = url.searchParams.get('host');
  const isSocket = directory !== null && isAbsolute(directory);
  if (url.hostname === 'socket' ? !isSocket : directory !== null)
    throw new DatabaseUrlError(
      `The connection string names no host, or two: write it as ${shape}, or with ?host=/DIRECTORY for the socket of this machine.`,
    );
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === '' || url.username === '')
    throw new DatabaseUrlError(`The connection string lacks a user or a database: write it as ${shape}.`);
  const password = url.password === '' ? null : decodeURIComponent(url.password);
  const host = isSocket ? directory : url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: url.port === '' ? standardPort : Number(url.port),
    database,
    user: decodeURIComponent(url.username),
    password: password === null ? null : new Secret(password),
    tls: tlsOf(url.searchParams, url.hostname, isSocket),
    place: `${host}${isSocket ? ':' : '/'}${database}`,
    // Only the password: the string names files and hosts as well, and those are what a message is about.
    redactor: createRedactor(password === null ? [] : [password]),
  };
};

/** Reads the file that holds a connection string. @throws DatabaseUrlError */
export const readDatabaseUrl = (file: string): DatabaseAddress => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new DatabaseUrlError(
      `The file ${file} with the connection string cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and its permissions.`,
    );
  }
  return parseDatabaseUrl(text);
};

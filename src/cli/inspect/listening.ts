/** Where the inspector listens, as people give it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { OpenSettings } from '../../adapters/config/config.ts';
import type { Environment } from '../../adapters/config/configSources.ts';
import { isLoopback } from '../../inspector/server/address.ts';
import { UsageError, type ParsedArguments } from '../options.ts';

/** The port where no other is asked for. */
export const usualPort = 8_462;

/** Where to listen, and what to ask of those who come. */
export interface Listening {
  readonly address: string;
  readonly port: number;
  /** Whether a free port will do when this one is taken. */
  readonly isPortNegotiable: boolean;
  readonly token: string | null;
  /** Whether the token was made up here, and so has to be said. */
  readonly isTokenNew: boolean;
  /** Names by which it may be asked, beside its addresses. */
  readonly hosts: readonly string[];
}

/** @limit Shorter tokens can be guessed. @unit characters */
export const shortestToken = 16;

/** Whether a text may be a token: long enough, and such as a header and a cookie can carry. */
export const isToken = (text: string): boolean =>
  /^[\x21-\x7e]+$/.test(text) && text.length >= shortestToken && !text.includes(';');

const wrong = (text: string): UsageError =>
  new UsageError(
    `"${text}" is no place to listen: write a port (8462), or an address of this machine and a port (192.168.1.10:8462, [::1]:8462).`,
  );

/** An address and a port as people write them. @throws UsageError */
export const placeOf = (text: string): { readonly address: string; readonly port: number } => {
  const [, bracketed, plain, port = text] = /^(?:\[([^\]]+)\]:|([^:[\]]+):)?(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? (plain === 'localhost' ? '127.0.0.1' : plain) ?? '127.0.0.1';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535 || isIP(address) === 0) throw wrong(text);
  return { address, port: Number(port) };
};

const tokenGiven = ({ VEN_INSPECT_TOKEN: token, VEN_INSPECT_TOKEN_FILE: file }: Environment): string | null => {
  const given = token ?? (file === undefined ? null : readToken(file));
  if (given === null) return null;
  if (isToken(given)) return given;
  throw new UsageError(
    `The token of the inspector cannot be used: it needs at least ${shortestToken} visible ASCII characters, without a semicolon.`,
  );
};

const readToken = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(
      `The token of the inspector cannot be read from ${file} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): check VEN_INSPECT_TOKEN_FILE.`,
    );
  }
};

/** Names from VEN_INSPECT_HOSTS: `ven.local, ven.example:443`. @throws UsageError */
const hostsGiven = ({ VEN_INSPECT_HOSTS: text = '' }: Environment): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
    .map((name) => {
      if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/.test(name)) return name;
      throw new UsageError(
        `"${name}" in VEN_INSPECT_HOSTS is no host name: write names apart by commas, such as ven.local or ven.example:443.`,
      );
    });

/** Understands what follows `--inspect=`; nothing means the usual port. @throws UsageError */
export const listeningGiven = (text: string | undefined, environment: Environment): Listening => {
  const { address, port } = text === undefined ? { address: '127.0.0.1', port: usualPort } : placeOf(text);
  const given = tokenGiven(environment);
  const isTokenNew = given === null && !isLoopback(address);
  return {
    address,
    port,
    isPortNegotiable: text === undefined,
    token: isTokenNew ? randomBytes(16).toString('hex') : given,
    isTokenNew,
    hosts: hostsGiven(environment),
  };
};

/** What the setting `inspect` says: `yes` for the usual place, a place, or `no`. Undefined: nothing. */
const placeInSettings = (setting: OpenSettings['inspect']): string | null | undefined => {
  const said = String(setting ?? '')
    .trim()
    .toLowerCase();
  if (['', 'no', 'false', '0'].includes(said)) return undefined;
  return ['yes', 'true', '1'].includes(said) ? null : said;
};

/** Where `--inspect`, else the setting, wants the inspector; null when neither was given. @throws UsageError */
export const inspectionAsked = (
  given: ParsedArguments,
  environment: Environment,
  setting: OpenSettings['inspect'],
): Listening | null => {
  if (given.switches.has('inspect') || given.text('inspect') !== undefined)
    return listeningGiven(given.text('inspect'), environment);
  const place = placeInSettings(setting);
  return place === undefined ? null : listeningGiven(place ?? undefined, environment);
};

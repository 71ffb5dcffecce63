/**
 * Who may ask: only this machine's own user, through a page of ours or a program.
 *
 * A page of a stranger can make a browser send requests to this machine, by an address it owns that leads here (DNS
 * rebinding) or straight across origins. The Host header is therefore held against a list, and what the browser says of
 * where a request comes from is believed.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { RequestRefused } from './refusal.ts';

/** What is allowed. */
export interface Rules {
  /** Exact values of the Host header. */
  readonly hosts: ReadonlySet<string>;
  /** Of those, the names that were allowed: behind a proxy with TLS their pages have an origin of https. */
  readonly named?: ReadonlySet<string>;
  /** Needed by whoever asks; null on loopback. */
  readonly token: string | null;
}

/** What of a request the guard looks at. */
export interface GuardedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** The cookie in which a browser keeps the token. */
export const tokenCookie = 'ven-inspector';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether two secrets are the same, in a time that tells nothing. */
export const isSameSecret = (given: string, wanted: string): boolean => timingSafeEqual(digest(given), digest(wanted));

/** What is asked for; the host in it counts for nothing, the Host header does. @throws RequestRefused */
export const urlOf = ({ url = '/' }: Pick<IncomingMessage, 'url'>): URL => {
  try {
    return new URL(url, 'http://inspector.invalid');
  } catch {
    throw new RequestRefused(400, 'badPath', 'The path cannot be read.');
  }
};

/** What came as a bearer. */
export const bearerOf = ({ authorization = '' }: IncomingHttpHeaders): string | undefined =>
  /^Bearer (.+)$/.exec(authorization)?.[1];

/** Whoever asks must name an address of this server. @throws RequestRefused */
export const checkHost = ({ host }: IncomingHttpHeaders, hosts: ReadonlySet<string>, advice: string): void => {
  if (host === undefined || !hosts.has(host))
    throw new RequestRefused(421, 'unknownHost', `The Host header names no address of this server: ${advice}.`);
};

const cookieOf = ({ cookie = '' }: IncomingHttpHeaders): string | null =>
  cookie
    .split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(`${tokenCookie}=`))
    ?.slice(tokenCookie.length + 1) ?? null;

/** What came as a token: as a bearer, in the cookie, or, the first time, in the address. */
export const tokensGiven = ({ headers, url }: Pick<GuardedRequest, 'headers' | 'url'>): readonly string[] =>
  [bearerOf(headers), cookieOf(headers), url.searchParams.get('token')].filter((given) => typeof given === 'string');

/** Whether the token came along. */
export const hasToken = (asking: GuardedRequest, token: string): boolean =>
  tokensGiven(asking).some((given) => isSameSecret(given, token));

const isOurOrigin = (origin: string, { hosts, named }: Rules): boolean =>
  (origin.startsWith('http://') && hosts.has(origin.slice('http://'.length))) ||
  (origin.startsWith('https://') && named?.has(origin.slice('https://'.length)) === true);

const checkOrigin = ({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders, rules: Rules): void => {
  if (origin !== undefined && !isOurOrigin(origin, rules)) {
    throw new RequestRefused(
      403,
      'foreignOrigin',
      'This request comes from a page of another origin: only the inspector’s own page may ask.',
    );
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new RequestRefused(
      403,
      'foreignSite',
      'This request was made by a page of another site: type the address into the browser yourself.',
    );
  }
};

/** Lets a request pass or refuses it. @throws RequestRefused */
export const checkRequest = (asking: GuardedRequest, rules: Rules): void => {
  const { hosts, token } = rules;
  const { headers, method } = asking;
  checkHost(headers, hosts, 'use the address that was printed when it started, or allow the name by VEN_INSPECT_HOSTS');
  checkOrigin(headers, rules);
  if (method !== 'GET' && method !== 'HEAD') {
    throw new RequestRefused(
      405,
      'readOnly',
      `The inspector only reads: ${method.slice(0, 16)} is not among the methods it knows, GET and HEAD are.`,
      { Allow: 'GET, HEAD' },
    );
  }
  if (token !== null && !hasToken(asking, token)) {
    throw new RequestRefused(
      401,
      'tokenMissing',
      'This inspector is reachable from other machines and asks for its token: open the address that was printed when it started, or send "Authorization: Bearer TOKEN".',
      {
        'WWW-Authenticate': 'Bearer',
      },
    );
  }
};

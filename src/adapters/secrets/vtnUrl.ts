import { MASK, Secret } from './secret.ts';
import type { ServiceName } from '../transport.ts';

/** The ending every base URL of a 2.0b VTN has. @rule 2.0b 511 */
const STANDARD_ENDING = '/OpenADR2/Simple/2.0b';

/** The VTN's base URL, taken apart so that the part which is a password cannot be printed by accident. */
export interface VtnUrl {
  /** Scheme, host and port: `https://vtn.example`. Not secret. */
  readonly origin: string;
  /** The whole path without its last slash; whoever knows it is taken for us. */
  readonly secretPath: Secret;
  /** The part of the path in front of the standard ending, without slashes at either end; empty when there is none. */
  readonly secretPrefix: Secret;
  /** The URL with its secret part masked, for people and logs. */
  readonly alias: string;
  /** False when the path does not end as the standard says; the VTN may still understand it. */
  readonly endsAsStandard: boolean;
  /** The path of one service below the base URL. */
  service(name: ServiceName): string;
}

/** What an unencrypted URL needs before it is accepted. */
export interface VtnUrlOptions {
  /** Accept `http://` to other machines too: anyone on the way can then read the token and change prices. */
  readonly allowPlainHttp?: boolean;
}

/** A VTN URL that cannot be used; its message never repeats the URL. */
export class VtnUrlError extends Error {
  override readonly name = 'VtnUrlError';
}

/** Whether a URL's host is this machine itself. */
export const isThisMachine = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(\.\d{1,3}){3}$/.test(hostname);

const parse = (text: string): URL => {
  if (!/^https?:\/\//i.test(text)) {
    throw new VtnUrlError(
      `The VTN URL must begin with https:// (its text has ${text.length} characters and begins otherwise): write it as https://host/token${STANDARD_ENDING}.`,
    );
  }
  try {
    return new URL(text);
  } catch {
    throw new VtnUrlError(`The VTN URL cannot be read as a URL: write it as https://host/token${STANDARD_ENDING}.`);
  }
};

const refuseWhatDoesNotBelong = (url: URL): void => {
  if (url.username !== '' || url.password !== '') {
    throw new VtnUrlError(
      `The VTN URL for ${url.host} carries a user name or a password: leave them out, OpenADR does not use them.`,
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new VtnUrlError(
      `The VTN URL for ${url.host} carries a "?" or "#" part, which no service path can follow: give the base URL that ends in ${STANDARD_ENDING}.`,
    );
  }
  if (/\/(EiEvent|EiReport|EiRegisterParty|EiOpt|OadrPoll)\/*$/.test(url.pathname)) {
    throw new VtnUrlError(
      `The VTN URL for ${url.host} ends in the name of one service: give the base URL that ends in ${STANDARD_ENDING}, the service is added for each message.`,
    );
  }
};

const refusePlainHttp = (url: URL, allowed: boolean): void => {
  if (url.protocol === 'https:' || allowed || isThisMachine(url.hostname)) return;
  throw new VtnUrlError(
    `The VTN URL for ${url.host} is plain http://, so its token and the prices could be read and changed on the way: ` +
      'use https://, or say --allow-plain-http if the way is protected otherwise.',
  );
};

/**
 * Takes a VTN's base URL apart. Everything in front of the standard ending is free text and may be a token, so all of it is secret.
 * @rule 2.0b 511
 * @reading A path without the standard ending is accepted, as it is, and wholly secret; `endsAsStandard` lets a doctor mention it.
 * @throws VtnUrlError
 */
export const parseVtnUrl = (text: string, options: VtnUrlOptions = {}): VtnUrl => {
  const url = parse(text.trim());
  refuseWhatDoesNotBelong(url);
  refusePlainHttp(url, options.allowPlainHttp ?? false);

  const path = url.pathname.replace(/\/+$/, '');
  const endsAsStandard = path.toLowerCase().endsWith(STANDARD_ENDING.toLowerCase());
  const ending = endsAsStandard ? path.slice(-STANDARD_ENDING.length) : '';
  const prefix = path.slice(0, path.length - ending.length).replace(/^\/+|\/+$/g, '');

  return {
    origin: url.origin,
    secretPath: new Secret(path),
    secretPrefix: new Secret(prefix),
    alias: `${url.origin}${prefix === '' ? '' : `/${MASK}`}${ending}`,
    endsAsStandard,
    service: (name) => `${path}/${name}`,
  };
};

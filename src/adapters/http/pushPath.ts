/** Where a pushed request is meant to go. @rule 2.0b §9.1.2, 511 */
import type { OadrServiceName } from '../../protocol/types/enumerations.ts';

/** The services a VEN offers; what a VEN asks a VTN for is not among them. @rule 2.0b 500, 511 */
export const pushedServices = ['EiEvent', 'EiReport', 'EiRegisterParty'] as const satisfies readonly OadrServiceName[];

const ending = '/OpenADR2/Simple/2.0b/';

/** Characters that mean the same written out and written as they are. RFC 3986, 6.2.2.2 */
const unreserved = /%(2[DE]|3\d|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])/gi;

/** A path in its normal form: no dot segments, nothing written out that need not be. RFC 3986, 6.2.2 */
const normalised = (path: string): string | null => {
  const plain = path.replace(unreserved, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const written = plain.replace(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase());
  return written.startsWith('/') && URL.canParse(`http://ven${written}`)
    ? new URL(`http://ven${written}`).pathname
    : null;
};

/** The path of a base address, without its last slash. */
export const basePathOf = (transportAddress: string): string =>
  (normalised(new URL(transportAddress).pathname) ?? '/').replace(/\/+$/, '');

/** A target may be a whole URL, as a proxy is asked. RFC 9112, 3.2.2 */
const origin = /^https?:\/\/[^/?#]+/i;

/** The service that a request's target names below the base path; null when there is none. A query is not part of the path. */
export const pushedServiceAt = (target: string | undefined, basePath: string): OadrServiceName | null => {
  const path = normalised((target ?? '').replace(origin, '').split(/[?#]/)[0] ?? '');
  return pushedServices.find((service) => path === `${basePath}${ending}${service}`) ?? null;
};

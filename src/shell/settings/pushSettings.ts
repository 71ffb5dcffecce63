/** Where the VTN pushes: what is listened at, and what the VTN is told. */
import { isAddress } from './fields.ts';

/** What is listened at. */
export interface PushPlace {
  readonly address: string;
  readonly port: number;
  /** Unencrypted on purpose, for a proxy on this machine that has the certificates. */
  readonly isPlain: boolean;
}

const loopback = /^(127(\.\d{1,3}){3}|::1)$/;

/** What `push` says: `ADDRESS:PORT`, or `http://ADDRESS:PORT`; null when it says nothing that can be listened at. */
export const pushPlaceOf = (text: string): PushPlace | null => {
  const [, plain, bracketed, named, port = ''] =
    /^(http:\/\/)?(?:\[([^\]]+)\]|([^:[\]/]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? (named === 'localhost' ? '127.0.0.1' : named) ?? '';
  return !isAddress(address) || port === '' || Number(port) > 65_535
    ? null
    : { address, port: Number(port), isPlain: plain !== undefined };
};

/** Whether only this machine reaches an address. */
export const isOwnMachine = (address: string): boolean => loopback.test(address);

/** What is wrong with an oadrTransportAddress, in the words that follow its name; null when nothing is. @rule 2.0b §9.1.2 */
export const transportAddressFault = (text: string): string | null => {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null) return 'must be a URL such as https://ven.example:8443';
  if (url.username !== '' || url.password !== '')
    return 'must carry no user name and no password: it is told to the VTN and shown';
  if (url.search !== '' || url.hash !== '')
    return 'must carry no "?" and no "#": the VTN appends the path of a service';
  if (/\/OpenADR2(\/|$)/i.test(url.pathname))
    return 'must be the base address: the VTN appends /OpenADR2/Simple/2.0b and the service itself';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return url.protocol === 'http:' && host !== 'localhost' && !isOwnMachine(host)
    ? 'must be https:// for another machine: plain http:// is for this machine alone'
    : null;
};

/** The settings that push concerns. */
interface PushSettings {
  readonly push?: string | undefined;
  readonly transportAddress?: string | undefined;
  readonly tlsCertificateFile?: string | undefined;
}

/** What does not fit together: the setting to blame and a sentence; null when all does. */
export const pushFault = ({
  push,
  transportAddress,
  tlsCertificateFile,
}: PushSettings): { readonly setting: 'push' | 'transportAddress'; readonly sentence: string } | null => {
  if (push === undefined && transportAddress === undefined) return null;
  if (push === undefined)
    return {
      setting: 'transportAddress',
      sentence:
        'transportAddress tells the VTN where to push, and push does not say where to listen: give both or neither',
    };
  if (transportAddress === undefined)
    return {
      setting: 'push',
      sentence:
        'push says where to listen, and transportAddress does not tell the VTN where that is reached: give both or neither',
    };
  const fault = transportAddressFault(transportAddress);
  if (fault !== null) return { setting: 'transportAddress', sentence: `transportAddress ${fault}` };
  const place = pushPlaceOf(push);
  if (place === null) return { setting: 'push', sentence: 'push must be an address and a port such as "0.0.0.0:8443"' };
  const isEncrypted = !place.isPlain && tlsCertificateFile !== undefined;
  return isEncrypted || isOwnMachine(place.address)
    ? null
    : {
        setting: 'push',
        sentence: `push listens at ${place.address}, which other machines reach, and would do so unencrypted: configure tlsCertificateFile and tlsKeyFile, or listen at 127.0.0.1 behind a proxy that has the certificates`,
      };
};

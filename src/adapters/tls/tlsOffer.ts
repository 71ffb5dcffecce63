import { connect } from 'node:tls';
import { hostOf } from './peerTerms.ts';
import { everythingOffered } from './tlsMaterial.ts';

/** What a TLS server agrees upon with somebody who takes everything. */
export interface TlsOffer {
  /** `TLSv1.1` */
  readonly protocol: string;
  readonly cipher: string;
}

/**
 * Shakes hands with a VTN whose versions and suites we do not take, to be able to say which ones it has. Whatever it agrees upon,
 * however weak: nothing is said after the handshake, and nothing of ours is shown in it.
 * @returns null when no handshake comes about even so
 */
export const offerOf = (origin: string, timeoutMs: number): Promise<TlsOffer | null> => {
  const { host, port, names } = hostOf(origin);
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...names, secureContext: everythingOffered(), rejectUnauthorized: false });
    const give = (offer: TlsOffer | null): void => {
      resolve(offer);
      socket.destroy();
    };
    socket.setTimeout(timeoutMs, () => give(null));
    socket.on('error', () => give(null));
    socket.once('close', () => give(null));
    socket.once('secureConnect', () => {
      const { standardName, name } = socket.getCipher();
      give({ protocol: socket.getProtocol() ?? 'an unknown version', cipher: standardName ?? name });
    });
  });
};

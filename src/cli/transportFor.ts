import type { Configuration } from '../adapters/config.ts';
import { HttpTransport } from '../adapters/httpTransport.ts';
import { MessageVeil } from '../adapters/messageVeil.ts';
import { peerTermsOf } from '../adapters/peerTerms.ts';
import { loadTlsMaterial } from '../adapters/tlsMaterial.ts';
import type { Transport } from '../adapters/transport.ts';
import { VeiledTransport } from '../adapters/veiledTransport.ts';

/** A veil that knows what of our settings stands in messages anyway. */
export const veilFor = ({ settings: { venID, venName, devices } }: Configuration): MessageVeil =>
  new MessageVeil(JSON.stringify([venID, venName, devices.map(({ resourceID }) => resourceID)]));

/** The way to the VTN of a configuration; its token is taken out of what comes back. */
export const transportFor = (configuration: Configuration, veil = veilFor(configuration)): Transport => {
  const { settings, vtnUrl, redactor, tlsFiles } = configuration;
  veil.add(vtnUrl.secretPrefix.reveal());
  const transport = new HttpTransport({
    vtnUrl,
    redactor,
    tls: loadTlsMaterial(tlsFiles),
    replyTimeoutMs: settings.replyTimeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    keepAliveMs: settings.keepAliveMs,
    strict: settings.strict,
    ...peerTermsOf(settings),
  });
  return new VeiledTransport(transport, veil, redactor);
};

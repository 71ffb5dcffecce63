import type { Configuration } from '../adapters/config.ts';
import { HttpTransport } from '../adapters/httpTransport.ts';
import { MessageVeil } from '../adapters/messageVeil.ts';
import { peerTermsOf } from '../adapters/peerTerms.ts';
import { loadTlsMaterial } from '../adapters/tlsMaterial.ts';
import type { Transport } from '../adapters/transport.ts';
import { loadSignatureMaterial } from '../adapters/signatureMaterial.ts';
import { SignedTransport } from '../adapters/signedTransport.ts';
import { systemChance } from '../adapters/systemChance.ts';
import { VtnSignatures } from '../adapters/vtnSignatures.ts';
import type { Clock, Signatures } from '../shell/ports.ts';
import type { Secured } from '../adapters/verifiedConnection.ts';
import { VeiledTransport } from '../adapters/veiledTransport.ts';

/** A veil that knows what of our settings stands in messages anyway. */
export const veilFor = ({ settings: { venID, venName, devices } }: Configuration): MessageVeil =>
  new MessageVeil(JSON.stringify([venID, venName, devices.map(({ resourceID }) => resourceID)]));

/** The signatures that the VTN of a configuration wants; null when it wants none. @throws ConfigurationError */
export const signaturesFor = (
  { settings, signatureFiles }: Pick<Configuration, 'settings' | 'signatureFiles'>,
  clock: Clock,
): VtnSignatures | null =>
  settings.signatures === 'none'
    ? null
    : new VtnSignatures({
        material: loadSignatureMaterial(signatureFiles),
        clock,
        chance: systemChance,
        windowMs: settings.signatureWindowMs,
        isStrict: settings.strict,
      });

/** The way to the VTN of a configuration; its token is taken out of what comes back. */
export const transportFor = (
  configuration: Configuration,
  veil = veilFor(configuration),
  signatures: Signatures | null = signaturesFor(configuration, { now: () => Date.now() }),
  onSecured?: (secured: Secured) => void,
): Transport => {
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
    ...(onSecured === undefined ? {} : { onSecured }),
  });
  const way = signatures === null ? transport : new SignedTransport(transport, signatures);
  return new VeiledTransport(way, veil, redactor);
};

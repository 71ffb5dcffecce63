import type { Configuration } from '../adapters/config/config.ts';
import { HttpTransport } from '../adapters/http/httpTransport.ts';
import { MessageVeil } from '../adapters/secrets/messageVeil.ts';
import { peerTermsOf } from '../adapters/tls/peerTerms.ts';
import { loadTlsMaterial } from '../adapters/tls/tlsMaterial.ts';
import type { Transport } from '../adapters/transport.ts';
import { isThisMachine } from '../adapters/secrets/vtnUrl.ts';
import { loadSignatureMaterial } from '../adapters/signing/signatureMaterial.ts';
import { SignedTransport } from '../adapters/signing/signedTransport.ts';
import { systemChance } from '../adapters/process/systemChance.ts';
import { VtnSignatures } from '../adapters/signing/vtnSignatures.ts';
import type { Clock, Signatures } from '../shell/ports.ts';
import type { Secured } from '../adapters/tls/verifiedConnection.ts';
import { VeiledTransport } from '../adapters/http/veiledTransport.ts';

/** A veil that knows what of our settings stands in messages anyway. */
export const veilFor = ({ settings: { venID, venName, devices } }: Configuration): MessageVeil =>
  new MessageVeil(JSON.stringify([venID, venName, devices.map(({ resourceID }) => resourceID)]));

/** Whether others on the way can write what comes: unencrypted, and not on this machine. */
const isOpenToOthers = (origin: string): boolean =>
  origin.startsWith('http:') && !isThisMachine(new URL(origin).hostname);

/** The signatures that the VTN of a configuration wants; null when it wants none. @throws ConfigurationError */
export const signaturesFor = (
  { settings, signatureFiles, vtnUrl }: Pick<Configuration, 'settings' | 'signatureFiles' | 'vtnUrl'>,
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
        isDateAnybodys: isOpenToOthers(vtnUrl.origin),
      });

/** A connection to the VTN of a configuration. */
export const lineFor = (
  { settings, vtnUrl, redactor, tlsFiles }: Configuration,
  onSecured?: (secured: Secured) => void,
): HttpTransport =>
  new HttpTransport({
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

/** The way over a connection, or over those that many share; the token of the VTN URL is taken out of what comes back. */
export const wayOver = (
  line: Transport,
  { vtnUrl, redactor }: Configuration,
  veil: MessageVeil,
  signatures: Signatures | null,
): Transport => {
  veil.add(vtnUrl.secretPrefix.reveal());
  return new VeiledTransport(signatures === null ? line : new SignedTransport(line, signatures), veil, redactor);
};

/** The way to the VTN of a configuration; its token is taken out of what comes back. */
export const transportFor = (
  configuration: Configuration,
  veil = veilFor(configuration),
  signatures: Signatures | null = signaturesFor(configuration, { now: () => Date.now() }),
  onSecured?: (secured: Secured) => void,
): Transport => wayOver(lineFor(configuration, onSecured), configuration, veil, signatures);

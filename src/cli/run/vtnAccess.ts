import { statSync } from 'node:fs';
import type { CertificateFacts } from '../../adapters/tls/certificateFacts.ts';
import type { Configuration } from '../../adapters/config/config.ts';
import { peerTermsOf } from '../../adapters/tls/peerTerms.ts';
import type { MessageVeil } from '../../adapters/secrets/messageVeil.ts';
import { RenewingTransport } from '../../adapters/http/renewingTransport.ts';
import { loadSignatureMaterial } from '../../adapters/signing/signatureMaterial.ts';
import type { VtnSignatures } from '../../adapters/signing/vtnSignatures.ts';
import { ownCertificateOf } from '../../adapters/tls/ownCertificate.ts';
import { loadTlsMaterial } from '../../adapters/tls/tlsMaterial.ts';
import type { Transport } from '../../adapters/transport.ts';
import type { Secured } from '../../adapters/tls/verifiedConnection.ts';
import type { Journal } from '../../shell/ports.ts';
import { configurationGiven } from '../configurationOptions.ts';
import type { ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Renewable } from './renewalWatch.ts';
import { transportFor, veilFor } from '../transportFor.ts';

/** Everything that opens the VTN to us, to see whether it has changed; it stays in this function's callers. */
const keyOf = ({ vtnUrl, tlsFiles, signatureFiles, settings }: Configuration): string => {
  const { keyPassphrase, ...material } = loadTlsMaterial(tlsFiles);
  const { key, signers } = loadSignatureMaterial(signatureFiles);
  const signing = [key?.fingerprint, signers?.fingerprints];
  const access = [vtnUrl.origin, vtnUrl.secretPath.reveal(), material, keyPassphrase?.reveal()];
  return JSON.stringify([...access, peerTermsOf(settings), signing]);
};

/** The settings of before, but for what they say of the VTN's certificate. */
const knownBy = (
  { settings }: Configuration,
  { settings: { tlsServerName, tlsVtnFingerprint, tlsCheckName } }: Configuration,
): Configuration['settings'] => {
  const { tlsServerName: _name, tlsVtnFingerprint: _fingerprint, ...rest } = settings;
  return {
    ...rest,
    tlsCheckName,
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(tlsVtnFingerprint === undefined ? {} : { tlsVtnFingerprint }),
  };
};

/** Whether simulated devices that meter now may not meter for the VTN that was read. */
const withholdsMore = (read: Configuration, { settings }: Configuration): boolean =>
  (read.settings.withheldDevices ?? []).some((withheld) =>
    settings.devices.some(({ resourceID }) => resourceID === withheld),
  );

/** The files that may be renewed. */
type Files = Pick<Configuration, 'tlsFiles' | 'signatureFiles'>;

/** What tells files apart from what they were, without what is in them; a file that is not there is another. */
const filesNow = ({ tlsFiles: tls, signatureFiles: signing }: Files): string =>
  JSON.stringify(
    [
      ...[tls.caFile, tls.certificateFile, tls.keyFile, tls.crlFile],
      ...[signing.certificateFile, signing.keyFile, signing.signersFile],
    ].map((path) => {
      const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
      return [path, found?.ino, found?.size, found?.mtimeMs];
    }),
  );

/** The way to the VTN, and how it is looked after. */
export interface VtnAccess {
  readonly transport: RenewingTransport;
  readonly renewable: Renewable;
}

/** Who has a part in it. */
export interface AccessListener {
  /** Signs what goes out and verifies what comes in; it is given renewed keys, too. */
  readonly signatures?: VtnSignatures | null;
  /** Takes the token out of what is said; it learns each that is taken up. */
  readonly veil?: MessageVeil;
  /** Hears which client certificate is in use from now on; null: none. */
  readonly ours?: (certificate: CertificateFacts | null) => void;
  /** Hears which files are in use from now on. */
  readonly files?: (files: Configuration['tlsFiles']) => void;
  /** Hears of each connection that is made. */
  readonly line?: (secured: Secured) => void;
}

/** The way to the VTN for a long run: URL and TLS files are read again when they are others, when the VTN refuses us, and when asked for. */
export const vtnAccess = (
  given: ParsedArguments,
  configuration: Configuration,
  surroundings: Surroundings,
  journal: Pick<Journal, 'info' | 'warn'>,
  { signatures = null, veil = veilFor(configuration), ours, files: hearsFiles, line }: AccessListener = {},
): VtnAccess => {
  const certificates = new WeakMap<Transport, CertificateFacts | null>();
  const made = (read: Configuration): Transport => {
    const certificate = ownCertificateOf(loadTlsMaterial(read.tlsFiles));
    const transport = transportFor({ ...read, redactor: surroundings.redactor }, veil, signatures, line);
    certificates.set(transport, certificate);
    ours?.(certificate);
    return transport;
  };
  let key = keyOf(configuration);
  let files: Files = configuration;
  const transport = new RenewingTransport({
    first: made(configuration),
    journal,
    now: () => performance.now(),
    renew: () => {
      const asked = configurationGiven(given, surroundings.environment);
      // What is signed holds from one start to the next; with which key, and whose counts, is looked up again.
      const read = {
        ...asked,
        signatureFiles: { ...asked.signatureFiles, signatures: configuration.settings.signatures },
      };
      const keyRead = keyOf(read);
      if (keyRead === key) return null;
      if (withholdsMore(read, configuration)) {
        journal.warn(
          `The VTN URL now leads to ${read.vtnUrl.alias}, which is not on this machine, and the devices are simulated: it is not taken up. Configure devices, or say --simulate, and restart.`,
        );
        return null;
      }
      // The former secret goes on being hidden: it stands in what was said, and may be accepted still.
      surroundings.hide(read.redactor);
      signatures?.renew(loadSignatureMaterial(read.signatureFiles));
      const next = made({
        ...configuration,
        settings: knownBy(configuration, read),
        vtnUrl: read.vtnUrl,
        tlsFiles: read.tlsFiles,
      });
      files = read;
      key = keyRead;
      hearsFiles?.(read.tlsFiles);
      return next;
    },
    turned: (way) => ours?.(certificates.get(way) ?? null),
  });
  return {
    transport,
    renewable: { filesNow: () => filesNow(files), takeUp: (because) => transport.takeUp(because) },
  };
};

import type { Configuration } from '../../adapters/config.ts';
import { peerTermsOf } from '../../adapters/peerTerms.ts';
import type { MessageVeil } from '../../adapters/messageVeil.ts';
import { RenewingTransport } from '../../adapters/renewingTransport.ts';
import { loadSignatureMaterial } from '../../adapters/signatureMaterial.ts';
import { loadTlsMaterial } from '../../adapters/tlsMaterial.ts';
import type { VtnSignatures } from '../../adapters/vtnSignatures.ts';
import type { Journal } from '../../shell/ports.ts';
import { configurationGiven } from '../configurationOptions.ts';
import type { ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';
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

/** What others have a part in: what is verified and signed, and what is veiled. */
interface SharedAccess {
  readonly signatures?: VtnSignatures | null;
  readonly veil?: MessageVeil;
}

/** The way to the VTN for a long run: URL and TLS files are read again when the VTN refuses us, and when asked for. */
export const renewingTransport = (
  given: ParsedArguments,
  configuration: Configuration,
  surroundings: Surroundings,
  journal: Pick<Journal, 'info' | 'warn'>,
  { signatures = null, veil = veilFor(configuration) }: SharedAccess = {},
): RenewingTransport => {
  let key = keyOf(configuration);
  return new RenewingTransport({
    first: transportFor({ ...configuration, redactor: surroundings.redactor }, veil, signatures),
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
      const { vtnUrl, tlsFiles } = read;
      signatures?.renew(loadSignatureMaterial(read.signatureFiles));
      const transport = transportFor(
        { ...configuration, settings: knownBy(configuration, read), vtnUrl, tlsFiles, redactor: surroundings.redactor },
        veil,
        signatures,
      );
      key = keyRead;
      return transport;
    },
  });
};

import { certificateFactsOf, certificatesIn } from '../../adapters/tls/certificateFacts.ts';
import { chainFault } from '../../adapters/tls/ownChain.ts';
import { loadTlsMaterial } from '../../adapters/tls/tlsMaterial.ts';
import { daysLeftOf } from '../../machines/certificates.ts';
import { configurationFor } from '../configurationOptions.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { utcDayText } from '../../facts/utcDay.ts';

/** The body of `ven key check`. */
export const keyCheck = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { tlsFiles } = configurationFor(given, surroundings);
  const { certificate } = loadTlsMaterial(tlsFiles);
  if (certificate === undefined)
    throw new CommandFailure(
      'No client certificate is configured: name it with --cert-file and its key with --key-file.',
      EXIT.configuration,
    );
  const chain = certificatesIn(certificate);
  const fault = chainFault(chain);
  if (fault !== null) throw new CommandFailure(fault, EXIT.configuration);
  const [own, ...above] = chain.map(certificateFactsOf);
  if (own === undefined) throw new CommandFailure('The client certificate file holds no certificate.');
  const now = surroundings.now();
  const daysLeft = daysLeftOf(own.validTo, now);
  const validity = `valid from ${utcDayText(own.validFrom)} to ${utcDayText(own.validTo)} (${daysLeft} days left)`;
  if (given.switches.has('json'))
    say(
      surroundings.stdout,
      `${JSON.stringify({ subject: own.subject, issuer: own.issuer, key: own.key, fingerprint: own.fingerprint, validFrom: own.validFrom, validTo: own.validTo, daysLeft, intermediates: above.map(({ subject }) => subject) })}\n`,
    );
  else
    say(
      surroundings.stdout,
      [
        `The key and the certificate belong together: "${own.subject}", ${own.key}, issued by "${own.issuer}", ${validity}.`,
        above.length === 0
          ? own.selfSigned
            ? 'It vouches for itself: the VTN must know this very certificate.'
            : `No intermediate is sent with it: right if "${own.issuer}" is an authority that the VTN trusts itself; if not, add its certificate to the file.`
          : `Sent with it: ${above.map(({ subject }) => `"${subject}"`).join(', ')}.`,
        `Fingerprint for the VTN: ${own.fingerprint}`,
        '',
      ].join('\n'),
    );
  if (own.validTo < now) throw new CommandFailure('The certificate has expired: have it renewed.', EXIT.configuration);
  if (own.validFrom > now)
    throw new CommandFailure(
      `The certificate is not valid yet, and this machine’s clock says ${utcDayText(now)}: check the clock first.`,
      EXIT.configuration,
    );
  return EXIT.success;
};

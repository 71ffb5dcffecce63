/** Fingerprints as OpenADR publishes them: of our certificate, of one in a file, or of the one a VTN shows now. */
import { readFileSync } from 'node:fs';
import { certificateFactsOf, certificatesIn, type CertificateFacts } from '../../adapters/tls/certificateFacts.ts';
import { classifyNetworkError } from '../../adapters/http/exchangeFailure.ts';
import { peerTermsOf } from '../../adapters/tls/peerTerms.ts';
import { inspectTls } from '../../adapters/tls/tlsInspection.ts';
import { loadTlsMaterial } from '../../adapters/tls/tlsMaterial.ts';
import { explainTlsProblem } from '../../adapters/tls/tlsProblem.ts';
import { configurationFor } from '../configurationOptions.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';
import { utcDayText } from '../../facts/utcDay.ts';

/** How long the VTN is waited for. @unit ms */
const timeoutMs = 10_000;

/** Certificates that were found, and what should be said about them. */
interface Found {
  readonly certificates: readonly CertificateFacts[];
  readonly problem?: string;
}

const inText = (text: string, whose: string): Found => {
  try {
    const certificates = certificatesIn(text).map(certificateFactsOf);
    if (certificates.length > 0) return { certificates };
  } catch {
    // Said below.
  }
  throw new CommandFailure(`The file ${whose} holds no certificate: it must be PEM text with "BEGIN CERTIFICATE".`);
};

const inFile = (path: string): Found => {
  try {
    return inText(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(
      `The file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and its permissions.`,
    );
  }
};

const ofVtn = async (given: ParsedArguments, surroundings: Surroundings): Promise<Found> => {
  const { vtnUrl, settings, tlsFiles } = configurationFor(given, surroundings);
  const { origin } = vtnUrl;
  const { host } = new URL(origin);
  if (!origin.startsWith('https:'))
    throw new CommandFailure('The VTN URL is http://, so the VTN shows no certificate.', EXIT.configuration);
  try {
    const material = loadTlsMaterial(tlsFiles);
    const { chain, trusted, problem } = await inspectTls(origin, { ...peerTermsOf(settings), material, timeoutMs });
    const [leaf] = chain;
    if (leaf === undefined) throw new CommandFailure(`The VTN ${host} shows no certificate.`, EXIT.vtn);
    const told = trusted
      ? {}
      : {
          problem: explainTlsProblem(problem ?? 'UNKNOWN', host, surroundings.now(), {
            chain,
            trusted,
            protocol: null,
            cipher: null,
          }),
        };
    return { certificates: [leaf], ...told };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    const progress = { host, encrypted: true, requestStarted: false, answerStarted: false };
    throw new CommandFailure(classifyNetworkError(error, progress).detail, EXIT.vtn);
  }
};

const ofOurs = (given: ParsedArguments, surroundings: Surroundings): Found => {
  const { tlsFiles } = configurationFor(given, surroundings);
  if (tlsFiles.certificateFile !== undefined) return inFile(tlsFiles.certificateFile);
  throw new CommandFailure(
    'No client certificate is configured: name it with --cert-file, or give the file of any certificate.',
    EXIT.configuration,
  );
};

const lineOf = ({ fingerprint, subject, issuer, key, validFrom, validTo }: CertificateFacts): string =>
  `${fingerprint}  "${subject}", ${key}, issued by "${issuer}", valid from ${utcDayText(validFrom)} to ${utcDayText(validTo)}\n`;

const find = (given: ParsedArguments, surroundings: Surroundings): Promise<Found> | Found => {
  const [file] = given.operands;
  if (given.switches.has('vtn')) {
    if (file !== undefined) throw new UsageError('Give a file or --vtn, not both.');
    return ofVtn(given, surroundings);
  }
  return file === undefined ? ofOurs(given, surroundings) : inFile(file);
};

/** The body of `ven fingerprint`. */
export const fingerprint = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { certificates, problem } = await find(given, surroundings);
  const asJson = given.switches.has('json');
  for (const each of certificates) surroundings.stdout.write(asJson ? `${JSON.stringify(each)}\n` : lineOf(each));
  // What is shown of a VTN that is not trusted is only what it shows.
  if (problem !== undefined) throw new CommandFailure(problem, EXIT.vtn);
  return EXIT.success;
};

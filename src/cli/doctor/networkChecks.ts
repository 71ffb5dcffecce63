import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { classifyNetworkError } from '../../adapters/http/exchangeFailure.ts';
import { ownCertificateOf, type OwnCertificate } from '../../adapters/tls/ownCertificate.ts';
import type { CertificateFacts } from '../../adapters/tls/certificateFacts.ts';
import { peerTermsOf } from '../../adapters/tls/peerTerms.ts';
import { brokenHandshake, inspectTls } from '../../adapters/tls/tlsInspection.ts';
import { offerOf } from '../../adapters/tls/tlsOffer.ts';
import { explainTlsProblem, isDisagreement } from '../../adapters/tls/tlsProblem.ts';
import { readVtnClock } from '../../adapters/http/vtnClock.ts';
import { firstWarningDays } from '../../machines/certificates.ts';
import { bad, good, warning, type DoctorCheck, type Finding, type Patient } from './finding.ts';
import { utcDayText } from '../../facts/utcDay.ts';

const DAY_MS = 86_400_000;

/** A certificate that ends sooner is worth a word. @unit ms */
const EXPIRES_SOON_MS = firstWarningDays * DAY_MS;

/** @unit ms */
const NETWORK_TIMEOUT_MS = 10_000;

const hostOf = ({ configuration }: Patient): string =>
  new URL(configuration.vtnUrl.origin).hostname.replace(/^\[|\]$/g, '');
const isEncrypted = ({ configuration }: Patient): boolean => configuration.vtnUrl.origin.startsWith('https:');

/** A network error in words; anything else is a fault of ours and not a finding. */
const sentenceOf = (error: unknown, patient: Patient): string => {
  if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  const { host } = new URL(patient.configuration.vtnUrl.origin);
  return classifyNetworkError(error, {
    host,
    encrypted: isEncrypted(patient),
    requestStarted: false,
    answerStarted: false,
  }).detail;
};

/** Whether the name of the VTN is known. */
export const dnsCheck: DoctorCheck = async (patient) => {
  const host = hostOf(patient);
  if (isIP(host)) return [good('dns', `The VTN is given by its address ${host}.`)];
  try {
    const found = await lookup(host, { all: true });
    return [good('dns', `The VTN ${host} has the address ${found.map(({ address }) => address).join(', ')}.`)];
  } catch (error) {
    return [bad('dns', sentenceOf(error, patient), 'Without its address nothing else can be checked.')];
  }
};

const reach = (patient: Patient): Promise<void> =>
  new Promise((resolve, reject) => {
    const url = new URL(patient.configuration.vtnUrl.origin);
    const socket = connect({ host: hostOf(patient), port: Number(url.port) || (isEncrypted(patient) ? 443 : 80) });
    socket.setTimeout(NETWORK_TIMEOUT_MS, () =>
      socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
    );
    socket.once('error', reject);
    socket.once('connect', () => {
      resolve();
      socket.destroy();
    });
  });

/** Whether someone listens there. */
export const connectionCheck: DoctorCheck = async (patient) => {
  const { host } = new URL(patient.configuration.vtnUrl.origin);
  try {
    await reach(patient);
    return [good('connection', `The VTN ${host} accepts connections.`)];
  } catch (error) {
    return [
      bad('connection', sentenceOf(error, patient), 'Until it answers, the VEN waits and tries again by itself.'),
    ];
  }
};

const expiryOf = (certificate: CertificateFacts | undefined, now: number, whose: string): Finding[] => {
  if (certificate === undefined || certificate.validTo - now > EXPIRES_SOON_MS) return [];
  return [
    warning(
      'tls',
      `${whose} certificate "${certificate.subject}" ends on ${utcDayText(certificate.validTo)}.`,
      'Have it renewed before: nothing is exchanged with an expired certificate.',
    ),
  ];
};

/** How long the VTN is given to say what it thinks of our client certificate. @unit ms */
const LINGER_MS = 1_000;

/** What is known of revocation, said as it is: lists are looked at where they are configured, and nobody is asked by OCSP. */
const revocationText = ({ material }: Patient): string =>
  material?.crl === undefined
    ? 'whether it was revoked is not checked (no tlsCrlFile; OCSP is not used)'
    : 'it is in no list of the CRL file (OCSP is not used)';

const ownOf = ({ material }: Patient): { readonly own: OwnCertificate | null } => ({
  own: ownCertificateOf(material ?? {}),
});

/** Whether the VTN can be trusted, and how long, and whether it accepts our client certificate. */
export const tlsCheck: DoctorCheck = async (patient) => {
  const { configuration, material, now } = patient;
  const { origin } = configuration.vtnUrl;
  if (!isEncrypted(patient)) return [good('tls', 'The VTN URL is http://, so there is no TLS to check.')];
  try {
    const found = await inspectTls(origin, {
      ...(material === undefined ? {} : { material }),
      ...peerTermsOf(configuration.settings),
      timeoutMs: NETWORK_TIMEOUT_MS,
      lingerMs: LINGER_MS,
    });
    if (!found.trusted)
      return [
        bad(
          'tls',
          explainTlsProblem(found.problem ?? 'UNKNOWN', new URL(origin).host, now(), found),
          'Nothing is sent to a VTN that cannot be trusted.',
        ),
      ];
    const leaf = found.chain[0];
    if (found.ended !== undefined)
      return [
        bad('tls', explainTlsProblem(found.ended, new URL(origin).host, now(), found, ownOf(patient))),
        ...expiryOf(leaf, now(), 'The VTN’s'),
      ];
    return [
      good(
        'tls',
        `${found.protocol} with ${found.cipher}; certificate "${leaf?.subject}" (${leaf?.key}), fingerprint ${leaf?.fingerprint}, until ${utcDayText(leaf?.validTo ?? 0)}; ${revocationText(patient)}.`,
      ),
      ...expiryOf(leaf, now(), 'The VTN’s'),
    ];
  } catch (error) {
    const { code } = classifyNetworkError(error, {
      host: '',
      encrypted: true,
      requestStarted: false,
      answerStarted: false,
    });
    const { hadCertificate } = brokenHandshake(error);
    const offer = isDisagreement(code) && !hadCertificate ? await offerOf(origin, NETWORK_TIMEOUT_MS) : null;
    const told = { ...ownOf(patient), hadCertificate, offer };
    return [bad('tls', explainTlsProblem(code, new URL(origin).host, now(), undefined, told))];
  }
};

/** A skew that nobody notices, and one with which an hour begins at the wrong time. @unit ms */
const SKEW_GOOD_MS = 3_000;
const SKEW_BAD_MS = 60_000;

const verdictOnSkew = (skewMs: number, uncertaintyMs: number): Finding => {
  const within = `± ${(uncertaintyMs / 1000).toFixed(1)} s`;
  const surely = Math.abs(skewMs) - uncertaintyMs;
  if (surely <= 0) return good('clock', `The VTN’s clock agrees with ours (${within}).`);
  const sentence = `The VTN’s clock is ${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours (${within}).`;
  if (surely <= SKEW_GOOD_MS) return good('clock', sentence);
  const advice = 'Keep this machine’s clock with NTP (timedatectl); if it is right, tell the VTN’s operator.';
  return surely > SKEW_BAD_MS ? bad('clock', sentence, advice) : warning('clock', sentence, advice);
};

/** Whether both clocks agree, as far as HTTP can tell. */
export const clockCheck: DoctorCheck = async (patient) => {
  const { configuration, material, now } = patient;
  try {
    const skew = await readVtnClock(configuration.vtnUrl.origin, {
      ...(material === undefined ? {} : { material }),
      ...peerTermsOf(configuration.settings),
      timeoutMs: NETWORK_TIMEOUT_MS,
      now,
    });
    if (skew === null)
      return [
        warning(
          'clock',
          'The VTN does not tell its time (no Date header).',
          'Make sure by other means that this machine’s clock is right.',
        ),
      ];
    return [verdictOnSkew(skew.skewMs, skew.uncertaintyMs)];
  } catch (error) {
    return [
      bad('clock', `The VTN’s clock could not be read: ${sentenceOf(error, patient)}`, 'Check the connection first.'),
    ];
  }
};

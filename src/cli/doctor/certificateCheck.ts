import { certificateFactsOf, certificatesIn } from '../../adapters/tls/certificateFacts.ts';
import { ownCertificateExpired } from '../../adapters/tls/ownCertificate.ts';
import { chainFault } from '../../adapters/tls/ownChain.ts';
import { revocationListsOf } from '../../adapters/tls/revocationLists.ts';
import { firstWarningDays } from '../../machines/certificates.ts';
import { bad, good, warning, type DoctorCheck, type Finding } from './finding.ts';
import { utcDayText } from '../../facts/utcDay.ts';

const DAY_MS = 86_400_000;

const chainFindings = (fault: string | null): readonly Finding[] =>
  fault === null ? [] : [warning('certificate', fault, 'A VTN may refuse certificates in another order.')];

/** Our own certificate: how long it holds, and the fingerprint under which the VTN must know it. @rule 2.0b 10.5.1 */
export const certificateCheck: DoctorCheck = async ({ material, now }) => {
  if (material?.certificate === undefined) return [];
  const certificates = certificatesIn(material.certificate);
  const [own] = certificates.map(certificateFactsOf);
  if (own === undefined) return [];
  const at = now();
  if (own.validTo < at)
    return [bad('certificate', `Nothing can be sent to the VTN, because ${ownCertificateExpired(own, at)}.`)];
  const daysLeft = Math.floor((own.validTo - at) / DAY_MS);
  const above = certificates.length - 1;
  const sent = above === 0 ? 'no intermediate' : above === 1 ? '1 intermediate' : `${above} intermediates`;
  const sentence = `Our client certificate (${own.key}, sent with ${sent}) has the OpenADR fingerprint ${own.fingerprint} and ends in ${daysLeft} days.`;
  const chain = chainFindings(chainFault(certificates));
  if (own.validFrom > at)
    return [
      warning(
        'certificate',
        `${sentence} It is valid only from ${utcDayText(own.validFrom)}, and this machine’s clock says ${utcDayText(at)}.`,
        'Check this machine’s clock first.',
      ),
      ...chain,
    ];
  return daysLeft < firstWarningDays
    ? [
        warning('certificate', sentence, 'Have it renewed in time and register the new fingerprint with the VTN.'),
        ...chain,
      ]
    : [good('certificate', sentence), ...chain];
};

/** A list that ends sooner is worth a word. @unit ms */
const listEndsSoonMs = DAY_MS;

/** Whether the lists of revoked certificates hold; one that is out of date refuses the VTN. */
export const revocationCheck: DoctorCheck = async ({ material, configuration: { settings }, now }) => {
  if (material?.crl === undefined) return [];
  const lists = await revocationListsOf(material.crl);
  if (lists.some((list) => list === null))
    return [bad('revocation', `A list in ${settings.tlsCrlFile} cannot be read.`, 'Fetch it anew from its authority.')];
  const ends = lists.flatMap((list) => list?.endsAt ?? []);
  const first = ends.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...ends);
  const count = lists.length === 1 ? '1 list' : `${lists.length} lists`;
  const sentence = `There is ${count} of revoked certificates${Number.isFinite(first) ? `, the first of which holds until ${utcDayText(first)}` : ''}.`;
  const advice = 'Fetch the next list in time, before the VTN is refused for it; it is taken up without a restart.';
  if (first < now())
    return [bad('revocation', `A list of revoked certificates was good until ${utcDayText(first)}.`, advice)];
  return [first - now() < listEndsSoonMs ? warning('revocation', sentence, advice) : good('revocation', sentence)];
};

/** Whether the VTN is known by its name, and if not by what else. @rule certification: names can be left unchecked */
export const vtnNameCheck: DoctorCheck = async ({ configuration: { settings } }) => {
  if (settings.tlsCheckName) return [];
  const sentence = 'The name in the VTN’s certificate is not checked (tlsCheckName is false)';
  if (settings.tlsVtnFingerprint !== undefined)
    return [warning('VTN name', `${sentence}; it is known by its fingerprint instead.`)];
  return [
    bad(
      'VTN name',
      `${sentence}: whoever has any certificate of an authority in ${settings.tlsCaFile} can be our VTN, and read our token and change prices.`,
      'Set tlsCheckName to true, or say by tlsVtnFingerprint which certificate it must be ("ven fingerprint --vtn" shows it; compare it with what its operator says).',
    ),
  ];
};

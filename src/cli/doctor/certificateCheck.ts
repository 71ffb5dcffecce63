import { X509Certificate } from 'node:crypto';
import { bad, good, warning, type DoctorCheck } from './finding.ts';

const DAY_MS = 86_400_000;

/** @unit days, the strictest last */
const WARN_DAYS = 60;

/** Our own certificate: how long it holds, and the fingerprint under which the VTN must know it. @rule 2.0b 10.5.1 */
export const certificateCheck: DoctorCheck = async ({ material, now }) => {
  if (material?.certificate === undefined) return [];
  const certificate = new X509Certificate(material.certificate);
  const fingerprint = certificate.fingerprint256.split(':').slice(-10).join(':');
  const daysLeft = Math.floor((Date.parse(certificate.validTo) - now()) / DAY_MS);
  const sentence = `Our client certificate has the OpenADR fingerprint ${fingerprint} and ends in ${daysLeft} days.`;
  if (daysLeft < 0)
    return [
      bad(
        'certificate',
        `Our client certificate (fingerprint ${fingerprint}) ended ${-daysLeft} days ago.`,
        'Have it renewed and register the new fingerprint with the VTN.',
      ),
    ];
  return daysLeft < WARN_DAYS
    ? [warning('certificate', sentence, 'Have it renewed in time and register the new fingerprint with the VTN.')]
    : [good('certificate', sentence)];
};

import { ConfigurationError } from '../../adapters/configurationError.ts';
import { loadSignatureMaterial } from '../../adapters/signing/signatureMaterial.ts';
import { bad, good, type DoctorCheck } from './finding.ts';

/** What is signed with this VTN: by which key of ours, and whose signature counts. @rule 2.0b 514 */
export const signaturesCheck: DoctorCheck = async ({ configuration: { signatureFiles } }) => {
  if (signatureFiles.signatures === 'none') return [];
  try {
    const { key, signers } = loadSignatureMaterial(signatureFiles);
    return [
      good(
        'signatures',
        key === null
          ? 'What we send is not signed (signatures is "verify").'
          : `What we send is signed (${key.algorithm}) by the certificate with the fingerprint ${key.fingerprint}; the VTN must know it.`,
      ),
      good(
        'signatures',
        signers === null
          ? 'What the VTN sends need not be signed (signatures is "sign").'
          : `What the VTN sends counts only when it is signed by ${signers.fingerprints.join(' or ')}.`,
      ),
    ];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((problem) => bad('signatures', problem));
  }
};

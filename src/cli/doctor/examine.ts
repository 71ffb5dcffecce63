import type { Configuration } from '../../adapters/config/config.ts';
import type { DatabaseAccess } from '../../store/postgres/pool.ts';
import { TlsMaterialError } from '../../adapters/configurationError.ts';
import { loadTlsMaterial, type TlsMaterial } from '../../adapters/tls/tlsMaterial.ts';
import { certificateCheck, revocationCheck, vtnNameCheck } from './certificateCheck.ts';
import { askVtnCheck } from './askVtnCheck.ts';
import { commandsCheck } from './commandsCheck.ts';
import { configurationCheck } from './configurationCheck.ts';
import { dataDirectoryCheck } from './dataDirectoryCheck.ts';
import { devicesCheck } from './devicesCheck.ts';
import { bad, type DoctorCheck, type Finding, type Patient } from './finding.ts';
import { logCheck } from './logCheck.ts';
import { publishingCheck } from './publishingCheck.ts';
import { pushCheck } from './pushCheck.ts';
import { preferencesCheck } from './preferencesCheck.ts';
import { secretFilesCheck } from './secretFilesCheck.ts';
import { signaturesCheck } from './signaturesCheck.ts';
import { clockCheck, connectionCheck, dnsCheck, tlsCheck } from './networkChecks.ts';

/** What can be checked without the network, and what each needs the one before it for. */
const LOCAL: readonly DoctorCheck[] = [
  configurationCheck,
  secretFilesCheck,
  devicesCheck,
  preferencesCheck,
  publishingCheck,
  commandsCheck,
  pushCheck,
  certificateCheck,
  revocationCheck,
  vtnNameCheck,
  signaturesCheck,
  dataDirectoryCheck,
  logCheck,
];
const REMOTE: readonly DoctorCheck[] = [dnsCheck, connectionCheck, tlsCheck, clockCheck];

const readMaterial = (configuration: Configuration): TlsMaterial | Finding => {
  try {
    return loadTlsMaterial(configuration.tlsFiles);
  } catch (error) {
    if (error instanceof TlsMaterialError) return bad('certificate', error.message);
    throw error;
  }
};

const isBad = (finding: Finding): boolean => finding.verdict === 'bad';

/** Whether the VEN runs and is registered, by what was found in its log. */
const isAtWork = (findings: readonly Finding[]): boolean =>
  ['agent', 'registration'].every((check) => {
    const found = findings.filter((each) => each.check === check);
    return found.length > 0 && found.every(({ verdict }) => verdict === 'good');
  });

/** How far is examined. */
export interface ExamineOptions {
  /** Whether the VTN is asked with the token, by messages that change nothing. */
  readonly asks?: boolean;
  readonly ven?: string;
  readonly access?: DatabaseAccess;
}

/** Examines configuration, files, log, network and clock; stops on the way to the VTN where the way ends. */
export const examine = async (
  configuration: Configuration,
  now: () => number,
  { asks = false, ...place }: ExamineOptions = {},
): Promise<readonly Finding[]> => {
  const material = readMaterial(configuration);
  const patient: Patient = { configuration, now, ...place, ...('verdict' in material ? {} : { material }) };
  const findings: Finding[] = 'verdict' in material ? [material] : [];
  for (const check of LOCAL) findings.push(...(await check(patient)));
  for (const check of [...REMOTE, ...(asks ? [askVtnCheck(isAtWork(findings))] : [])]) {
    const found = await check(patient);
    findings.push(...found);
    if (found.some(isBad)) break;
  }
  return findings;
};

import { ControlFailure } from '../../adapters/control/controlFailure.ts';
import { foldLog } from '../../shell/fold.ts';
import { LogError } from '../../store/errors.ts';
import { isBegun, isFleet, withLog, type OpenLog } from '../control/openLog.ts';
import { withRestingStored } from '../control/storedLog.ts';
import { CommandFailure } from '../exitCode.ts';
import { bad, good, warning, type DoctorCheck, type Finding, type Patient } from './finding.ts';
import { examineLog } from './logChecks.ts';
import { shadowFindings } from './shadowFindings.ts';

/** Whether somebody acts for the VEN: an agent or the host of a fleet here, or a worker somewhere. */
const actorFinding = ({ agent, worker = null }: OpenLog, { ven }: Patient): Finding => {
  if (agent !== null) return good('agent', `The agent runs as process ${agent.pid}.`);
  if (worker !== null) return good('agent', `The VEN is acted for by ${worker}.`);
  return warning('agent', 'No agent runs.', `Start it with "${runOf(ven)}", or as a service.`);
};

const runOf = (ven: string | undefined): string => (ven === undefined ? 'ven run' : 'ven fleet run');

const withLogOf = <Result>(
  { configuration: { settings }, access, ven }: Patient,
  use: (open: OpenLog) => Promise<Result>,
): Promise<Result> =>
  access === undefined
    ? withLog(settings.dataDirectory, use, ven === undefined ? {} : { ven })
    : withRestingStored(access, ven ?? settings.venID, use);

/** The log of the data directory or the database, through the agent when one runs. What keeps it from being read is a finding. */
export const logCheck: DoctorCheck = async (patient) => {
  const { dataDirectory } = patient.configuration.settings;
  const { ven, access } = patient;
  const isThere = isBegun(dataDirectory) || (ven !== undefined && isFleet(dataDirectory));
  if (access === undefined && !isThere)
    return [
      good('log', `There is no log in ${dataDirectory} yet: "${runOf(ven)}" begins one.`),
      ...shadowFindings(patient),
    ];
  try {
    return await withLogOf(patient, async (open) => [
      actorFinding(open, patient),
      ...(await examineLog(open.log, patient)),
      ...shadowFindings(patient, (await foldLog(open.log, { fromCheckpoint: true })).state),
    ]);
  } catch (error) {
    if (error instanceof LogError) return [bad('log', error.message)];
    if (error instanceof CommandFailure || error instanceof ControlFailure) return [warning('log', error.message)];
    throw error;
  }
};

import { ControlFailure } from '../../adapters/control/controlFailure.ts';
import { foldLog } from '../../shell/fold.ts';
import { LogError } from '../../store/errors.ts';
import { isBegun, withLog } from '../control/openLog.ts';
import { CommandFailure } from '../exitCode.ts';
import { bad, good, warning, type DoctorCheck } from './finding.ts';
import { examineLog } from './logChecks.ts';
import { shadowFindings } from './shadowFindings.ts';

/** The log of the data directory, through the agent when one runs. What keeps it from being read is a finding. */
export const logCheck: DoctorCheck = async (patient) => {
  const { dataDirectory } = patient.configuration.settings;
  if (!isBegun(dataDirectory))
    return [good('log', `There is no log in ${dataDirectory} yet: "ven run" begins one.`), ...shadowFindings(patient)];
  try {
    return await withLog(dataDirectory, async ({ log, agent }) => [
      agent === null
        ? warning('agent', 'No agent runs.', 'Start it with "ven run", or as a service.')
        : good('agent', `The agent runs as process ${agent.pid}.`),
      ...(await examineLog(log, patient)),
      ...shadowFindings(patient, (await foldLog(log, { fromCheckpoint: true })).state),
    ]);
  } catch (error) {
    if (error instanceof LogError) return [bad('log', error.message)];
    if (error instanceof CommandFailure || error instanceof ControlFailure) return [warning('log', error.message)];
    throw error;
  }
};

import { isSimulated, roleOf } from '../../shell/settings/deviceKinds.ts';
import { isThisMachine } from '../../adapters/secrets/vtnUrl.ts';
import { foldersFindings } from './foldersFindings.ts';
import { bad, good, warning, type DoctorCheck } from './finding.ts';

/** What meters for the programme, and whether that is real. */
export const devicesCheck: DoctorCheck = async ({ configuration: { settings, vtnUrl } }) => {
  const { devices, withheldDevices = [] } = settings;
  if (withheldDevices.length > 0)
    return [
      bad(
        'devices',
        `No device meters: ${withheldDevices.join(', ')} is simulated, and the VTN ${vtnUrl.alias} is not on this machine. Prices are taken, and no usage is reported.`,
        'Name the real devices in the configuration ("ven help settings"), or say --simulate (VEN_SIMULATE=true) if simulated usage is meant.',
      ),
    ];
  const onlyRead = devices.filter(
    (device) => 'readOnly' in device && device.readOnly === true && roleOf(device) !== 'meter',
  );
  const untold = onlyRead.map(({ resourceID }) =>
    warning(
      'devices',
      `${resourceID} is only read: it is told nothing, whatever the prices are.`,
      'Leave "readOnly" out once it may be planned for; it stays in shadow until you trust it.',
    ),
  );
  const folders = await foldersFindings(devices);
  const named = devices.map(({ resourceID, kind }) => `${resourceID} (${kind})`).join(', ');
  const simulated = devices.filter(isSimulated).map(({ resourceID }) => resourceID);
  if (simulated.length === 0 || isThisMachine(new URL(vtnUrl.origin).hostname))
    return [good('devices', `Metered: ${named}.`), ...untold, ...folders];
  return [
    warning(
      'devices',
      `Metered: ${named}. Of these ${simulated.join(', ')} is simulated, and is reported to ${vtnUrl.alias} as it was said.`,
      'What a simulated device meters was never used: leave it out before the programme counts.',
    ),
    ...untold,
    ...folders,
  ];
};

import { readdir } from 'node:fs/promises';
import type { ConfiguredDevice } from '../../shell/settings/deviceKinds.ts';
import { bad, type Finding, good, warning } from './finding.ts';

const why: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'that is no folder',
  EACCES: 'this user may not read it',
};

const findingOf = async (resourceID: string, folder: string): Promise<Finding> => {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.')).length;
    return files > 0
      ? good('devices', `${resourceID}: ${files} ${files === 1 ? 'file has' : 'files have'} come to ${folder}.`)
      : warning(
          'devices',
          `${resourceID}: no file has come to ${folder} yet.`,
          'Until one comes its hours are reported as not measured.',
        );
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return bad(
      'devices',
      `${resourceID}: the folder ${folder} cannot be read, for ${why[code] ?? `the system says ${code}`}.`,
      'Correct "folder" in the configuration, or make it and let this user read it.',
    );
  }
};

/** Whether the folders are there from which meters are read. */
export const foldersFindings = (devices: readonly ConfiguredDevice[]): Promise<readonly Finding[]> =>
  Promise.all(
    devices.flatMap((device) => (device.kind === 'files' ? [findingOf(device.resourceID, device.folder)] : [])),
  );

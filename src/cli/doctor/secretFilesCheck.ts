import { isOpenToOthers } from '../../adapters/secrets/openToOthers.ts';
import { good, warning, type DoctorCheck } from './finding.ts';

/** Whether the files that hold secrets are ours alone. */
export const secretFilesCheck: DoctorCheck = async ({ configuration: { secretFiles } }) => {
  const seen = secretFiles.flatMap((path) => {
    const open = isOpenToOthers(path);
    return open === null ? [] : [{ path, open }];
  });
  const open = seen.filter((each) => each.open).map(({ path }) => path);
  if (open.length > 0)
    return open.map((path) =>
      warning('secrets', `Others on this machine may read ${path}, which holds a secret.`, `Run: chmod 600 ${path}`),
    );
  return seen.length === 0 ? [] : [good('secrets', `Only you may read ${seen.map(({ path }) => path).join(', ')}.`)];
};

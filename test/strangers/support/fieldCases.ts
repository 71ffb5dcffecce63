/** Messages of the field: read from the shared directory, and handed out by a stranger's VTN. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readShared, sharedDirectory, sharedIsPresent } from '../../support/shared.ts';
import type { StrangerVtn } from './strangerVtn.ts';

/** Whether a field case is there; a test that needs it says aloud when it is not. */
export const hasFieldCase = (name: string): boolean => {
  const isThere = existsSync(join(sharedDirectory, 'field', 'messages', name));
  if (!isThere && sharedIsPresent)
    console.warn(`The field case ${name} was not found in ${sharedDirectory}: its test is skipped.`);
  return isThere;
};

/** The text of a field case under a requestID of this VTN. */
export const fieldCase = (name: string, vtn: StrangerVtn): string =>
  readShared('field', 'messages', name).replace(
    /(<pyld:requestID>)DE1(<\/pyld:requestID>)/,
    `$1${vtn.requestID('oadrCreatedEvent')}$2`,
  );

/** Who speaks in the field cases, and to whom. */
export const fieldParties = { vtnID: 'VTN_1', venID: 'VEN_123' } as const;

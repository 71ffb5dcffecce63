import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { readShared, sharedDirectory, sharedIsPresent } from '../../support/shared.ts';

/** A test about a file from the field; skipped aloud where it is absent. */
export const itOf = (
  folder: 'csv' | 'green-button',
  name: string,
  says: string,
  test: (text: string) => void,
): void => {
  const isThere = existsSync(join(sharedDirectory, 'field', folder, name));
  if (!isThere && sharedIsPresent)
    console.warn(`The field case ${name} was not found in ${sharedDirectory}: its test is skipped.`);
  it.skipIf(!isThere)(`${name} ${says}`, () => test(readShared('field', folder, name)));
};

import { createHash } from 'node:crypto';

/** A name as it may stand in topics and identifiers: lower case, stable, and another one for another name. */
export const slugOf = (name: string): string => {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '');
  if (plain === name) return plain;
  return `${plain === '' ? 'device' : plain}_${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
};

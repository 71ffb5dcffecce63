import type { EiTarget } from '../elements/eiTarget.ts';
import { deviceClasses } from '../types/enumerations.ts';

const isDeviceClass = (name: string): boolean => name.startsWith('x-') || deviceClasses.some((known) => known === name);

/**
 * Whether a target names device classes and nothing else.
 *
 * @rule 2.0b 111
 */
export const namesDeviceClassesOnly = ({ endDeviceAsset = [], ...others }: EiTarget): boolean =>
  Object.keys(others).length === 0 && endDeviceAsset.length > 0 && endDeviceAsset.every(isDeviceClass);

import { readFileSync } from 'node:fs';
import { DeviceError } from './deviceError.ts';

/** What stands in a file of a device, without the line end. @throws DeviceError with the path, and never with the content */
export const textOfFile = (path: string, what: string, name: string): string => {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new DeviceError(
      'Configuration Error',
      `The ${what} of ${name} cannot be read from ${path} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): correct the path, or its permissions.`,
    );
  }
};

import type { VtnOptions } from '../../src/vtn/settings.ts';
import { startChild } from './child.ts';

/** Lends a VTN that listens in another process. */
export const withVtn = async <Result>(
  options: Omit<VtnOptions, 'clock'>,
  body: (url: string) => Promise<Result>,
): Promise<Result> => {
  const vtn = startChild('vtn', [JSON.stringify(options)]);
  try {
    return await body(String(await vtn.next()));
  } finally {
    await vtn.end();
  }
};

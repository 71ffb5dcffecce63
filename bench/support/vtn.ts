import type { VtnOptions } from '../../src/vtn/settings.ts';
import type { VtnServerOptions } from '../../src/vtn/http/vtnServer.ts';
import { startChild } from './child.ts';

/** Lends a VTN that listens in another process. `aheadMs`: by how much its clock is ahead. */
export const withVtn = async <Result>(
  options: Omit<VtnOptions, 'clock'>,
  body: (url: string) => Promise<Result>,
  listening: VtnServerOptions = {},
  aheadMs = 0,
): Promise<Result> => {
  const vtn = startChild('vtn', [JSON.stringify(options), JSON.stringify(listening), String(aheadMs)]);
  try {
    return await body(String(await vtn.next()));
  } finally {
    await vtn.end();
  }
};

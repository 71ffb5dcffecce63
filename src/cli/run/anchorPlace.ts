import { resolve } from 'node:path';
import { Anchors, defaultAnchorDirectory, noAnchors } from '../../adapters/log/anchors.ts';
import type { OpenSettings } from '../../adapters/config/config.ts';
import type { Environment } from '../../adapters/config/configSources.ts';

/** Where this configuration keeps anchors; null where none can be kept, which `onNone` is told. */
export const anchorsOf = (
  { anchorDirectory }: Pick<OpenSettings, 'anchorDirectory'>,
  environment: Environment,
  onNone: (sentence: string) => void = () => undefined,
): Anchors | null => {
  if (anchorDirectory === noAnchors) return null;
  const directory = anchorDirectory ?? defaultAnchorDirectory(environment);
  const withoutIt = 'a log that is restored from a backup by hand would not be found out';
  if (directory === null) {
    onNone(
      `There is no place beside the data directory where the end of the log could be remembered, so ${withoutIt}: name one with "anchorDirectory".`,
    );
    return null;
  }
  try {
    return Anchors.at(resolve(directory));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    onNone(
      `The end of the log cannot be remembered in ${directory} (${code ?? 'unknown'}), so ${withoutIt}: make it writable, or name another place with "anchorDirectory".`,
    );
    return null;
  }
};

import type { OpenSettings } from '../../src/adapters/config/config.ts';
import { settingsSchema } from '../../src/shell/settings/settings.ts';

/** The settings of a VEN as nobody has changed them, living in a directory. */
export const defaultSettings = (dataDirectory: string): OpenSettings => {
  const { vtnUrl: _url, tlsKeyPassphrase: _passphrase, ...open } = settingsSchema.parse({ dataDirectory });
  return open;
};

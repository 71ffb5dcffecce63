/** The settings of who this VEN is, where its VTN is, and where its log lives. */
import { z } from 'zod';
import { anIdentifier, aSwitch, filePath, identifier, setting } from './fields.ts';

/** The settings, by name; the order is that of the help. */
export const identitySettings = {
  venID: setting(
    identifier().default('bellawatt.example.ven.123'),
    anIdentifier,
    'The venID the programme gave this VEN.',
  ),
  vtnUrl: setting(
    z.string().min(1).default('http://localhost:8000/auth-token/OpenADR2/Simple/2.0b'),
    'a URL such as https://host/token/OpenADR2/Simple/2.0b',
    'The VTN’s base URL. It carries the token, so it belongs into VEN_VTN_URL_FILE or a systemd credential rather than into a flag.',
  ),
  venName: setting(identifier().default('example-ven'), anIdentifier, 'The name shown to the VTN’s operator.'),
  dataDirectory: setting(filePath(), 'the path of a directory', 'Where the log lives.'),
  anchorDirectory: setting(
    filePath().optional(),
    'the path of a directory, or "none"',
    'Where the end of the log is remembered outside of the data directory, so that an older copy is found out; with the user’s state if absent, "none" for nowhere.',
  ),
  logLevel: setting(
    z.enum(['error', 'warn', 'info', 'debug', 'trace']).default('info'),
    'error, warn, info, debug or trace',
    'How much is written to the log output.',
  ),
  allowPlainHttp: setting(
    z.boolean().default(false),
    aSwitch,
    'Accept http:// to another machine. Anyone on the way can then read the token and change prices.',
  ),
};

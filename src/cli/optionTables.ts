import type { OptionTable } from './options.ts';

/** For commands about a data directory and nothing else. */
export const DIRECTORY_OPTIONS: OptionTable = {
  data: {
    short: 'd',
    placeholder: 'DIRECTORY',
    help: 'Where the log lives; or a bundle, for commands that only read.',
  },
  config: {
    short: 'c',
    placeholder: 'FILE',
    help: 'Configuration file (JSON, comments allowed); ven.config.json of the data directory if absent.',
  },
  set: { placeholder: 'NAME=VALUE', multiple: true, help: 'Any other setting; "ven help settings" lists them.' },
};

/** For commands that find a log in a database. */
export const STORE_OPTION: OptionTable = {
  store: {
    placeholder: 'FILE',
    help: 'Instead of a directory: a file with the connection string of a PostgreSQL database (VEN_STORE_FILE says the same).',
  },
};

/** For commands that only read what is in the data directory, or in a database. */
export const DATA_OPTIONS: OptionTable = {
  ...DIRECTORY_OPTIONS,
  ...STORE_OPTION,
  ven: {
    placeholder: 'VEN_ID',
    help: 'Which VEN of the database, or of a fleet’s data directory; of a database that of the configuration if absent.',
  },
};

/** For commands that speak with the VTN. */
export const VEN_OPTIONS: OptionTable = {
  'ven-id': { short: 'v', placeholder: 'VEN_ID', help: 'The venID the programme gave this VEN.' },
  'vtn-url': { short: 'u', placeholder: 'URL', help: 'The VTN’s base URL, token included; safer as VEN_VTN_URL_FILE.' },
  'ven-name': { short: 'n', placeholder: 'NAME', help: 'The name shown to the VTN’s operator.' },
  ...DIRECTORY_OPTIONS,
  'log-level': { placeholder: 'LEVEL', help: 'error, warn, info, debug or trace.' },
  'allow-plain-http': { help: 'Accept http:// to another machine, where others can read the token and change prices.' },
  simulate: {
    help: 'Let the simulated battery meter for a VTN on another machine, when no devices are configured: what it meters was never used.',
  },
  'ca-file': { placeholder: 'FILE', help: 'PEM with the only authorities to trust for this VTN.' },
  'cert-file': { placeholder: 'FILE', help: 'PEM with the client certificate and its intermediates.' },
  'key-file': { placeholder: 'FILE', help: 'PEM with the key of the client certificate.' },
};

/** For an agent that is pushed to. */
export const PUSH_OPTIONS: OptionTable = {
  push: {
    placeholder: 'ADDRESS:PORT',
    help: 'Be pushed to rather than poll: listen here for the VTN, with the certificate of --cert-file; without one at 127.0.0.1 only.',
  },
  'transport-address': {
    placeholder: 'URL',
    help: 'Where the VTN reaches that: told as oadrTransportAddress at registration.',
  },
};

/** For commands that run an agent. */
export const INSPECT_OPTION: OptionTable = {
  inspect: {
    placeholder: '[ADDRESS:]PORT',
    isValueOptional: true,
    help: 'Open the inspector, a page that shows the agent think; at 127.0.0.1:8462, or elsewhere with --inspect=PORT or --inspect=ADDRESS:PORT. The setting "inspect" (VEN_INSPECT) says the same for a service.',
  },
};

/** For commands about days. */
export const DAY_OPTION: OptionTable = {
  day: { placeholder: 'DAY', help: 'A local day of the programme: 2026-11-01, today, yesterday or tomorrow.' },
};

/** For commands about stretches of time. */
export const STRETCH_OPTIONS: OptionTable = {
  from: {
    placeholder: 'TIME',
    help: 'From this day or time on: 2026-11-01, "2026-11-01 17:00" (local) or 2026-11-01T21:00Z.',
  },
  to: { placeholder: 'TIME', help: 'Up to this time, or to the end of this day.' },
};

/** For commands that write rows. */
export const FORMAT_OPTIONS: OptionTable = {
  json: { help: 'One JSON object per line, times in UTC.' },
  csv: { help: 'Comma-separated values with a header, times in UTC.' },
};

/** For commands that choose entries. */
export const SELECT_OPTIONS: OptionTable = {
  from: { placeholder: 'POINT', help: 'From this position, day or time on.' },
  to: { placeholder: 'POINT', help: 'Up to and with this position, day or time.' },
  type: { placeholder: 'FACT', multiple: true, help: 'Only this fact, such as MessageReceived or UsageDue.' },
  stream: {
    placeholder: 'STREAM',
    multiple: true,
    help: 'Only this stream, such as ven or drEvent/ID; "drEvent" means all of that kind.',
  },
};

/** For commands about devices, of which there may be many. */
export const MANY_OPTIONS: OptionTable = {
  device: { placeholder: 'RESOURCE_ID', multiple: true, help: 'Only this device.' },
  group: { placeholder: 'GROUP', multiple: true, help: 'Only the devices of this group.' },
  limit: {
    placeholder: 'NUMBER',
    help: 'So many devices in the table, a row each, the worst first; of many, 20 if absent.',
  },
  page: { placeholder: 'NUMBER', help: 'The next so many, or those after them; --json and --csv have all at once.' },
};

/** For commands that tell about days. */
export const DAYS_OPTIONS: OptionTable = { ...DAY_OPTION, ...STRETCH_OPTIONS, ...FORMAT_OPTIONS, ...DATA_OPTIONS };

/** For commands that write one JSON document about a data directory and nothing else. */
export const DIRECTORY_DOCUMENT_OPTIONS: OptionTable = {
  json: { help: 'One JSON document, times in UTC.' },
  ...DIRECTORY_OPTIONS,
};

/** For commands that write one JSON document. */
export const DOCUMENT_OPTIONS: OptionTable = { json: { help: 'One JSON document, times in UTC.' }, ...DATA_OPTIONS };

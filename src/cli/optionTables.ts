import type { OptionTable } from './options.ts';

/** For commands that only read what is in the data directory. */
export const DATA_OPTIONS: OptionTable = {
  data: { short: 'd', placeholder: 'DIRECTORY', help: 'Where the log lives.' },
  config: { short: 'c', placeholder: 'FILE', help: 'Configuration file (JSON, comments allowed); ven.config.json of the data directory if absent.' },
  set: { placeholder: 'NAME=VALUE', multiple: true, help: 'Any other setting; "ven help settings" lists them.' },
};

/** For commands that speak with the VTN. */
export const VEN_OPTIONS: OptionTable = {
  'ven-id': { short: 'v', placeholder: 'VEN_ID', help: 'The venID the programme gave this VEN.' },
  'vtn-url': { short: 'u', placeholder: 'URL', help: 'The VTN’s base URL, token included; safer as VEN_VTN_URL_FILE.' },
  'ven-name': { short: 'n', placeholder: 'NAME', help: 'The name shown to the VTN’s operator.' },
  ...DATA_OPTIONS,
  'log-level': { placeholder: 'LEVEL', help: 'error, warn, info, debug or trace.' },
  'allow-plain-http': { help: 'Accept http:// to another machine, where others can read the token and change prices.' },
  'ca-file': { placeholder: 'FILE', help: 'PEM with the only authorities to trust for this VTN.' },
  'cert-file': { placeholder: 'FILE', help: 'PEM with the client certificate and its intermediates.' },
  'key-file': { placeholder: 'FILE', help: 'PEM with the key of the client certificate.' },
};

import type { Command } from '../command.ts';

/** `ven init` */
export const initCommand: Command = {
  name: 'ven init',
  summary: 'write a first configuration, test it, and say what comes next',
  help: `
    Asks a few questions, or takes their answers as options, and writes ven.config.json with comments into the data
    directory. The VTN's URL, which carries the token, goes into a file beside it that only you can read. What is there is
    never overwritten.

    Then it is tested as by "ven doctor --ask": the VTN is asked whether it takes the token and knows this VEN, and nothing is
    changed by that. The exit code is the doctor's.`,
  options: {
    'ven-id': { short: 'v', placeholder: 'VEN_ID', help: 'The venID the programme gave this VEN.' },
    'vtn-url': {
      short: 'u',
      placeholder: 'URL',
      help: 'The VTN’s base URL, token included. At a terminal it is safer to be asked.',
    },
    'vtn-url-file': { placeholder: 'FILE', help: 'The file that holds it; it is copied.' },
    'ven-name': { short: 'n', placeholder: 'NAME', help: 'The name shown to the VTN’s operator; the venID if absent.' },
    'price-unit': { placeholder: 'UNIT', help: 'usd_per_kwh (if absent), cents_per_kwh or usd_per_mwh.' },
    device: {
      placeholder: 'DEVICE',
      help: 'none, simulated:RESOURCE_ID, or sunspec:RESOURCE_ID@HOST; others are added to the file by hand.',
    },
    inspect: { help: 'Open the page of the agent on this machine whenever it runs.' },
    'allow-plain-http': {
      help: 'Accept http:// to another machine, where others can read the token and change prices.',
    },
    'no-test': { help: 'Write, and ask nobody.' },
    data: { short: 'd', placeholder: 'DIRECTORY', help: 'The data directory, where the log will live as well.' },
  },
  examples: [
    ['ven init', 'be asked'],
    ['ven init -v my.ven.id --vtn-url-file vtn-url --device sunspec:battery@192.168.1.40', 'in a script'],
  ],
  run: async (given, surroundings) => (await import('../init/init.ts')).init(given, surroundings),
};

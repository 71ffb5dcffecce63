import type { InitAnswers } from './answers.ts';

/** The name of the file with the VTN's URL, beside the configuration. */
export const urlFileName = 'vtn-url';

const indented = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll('\n', '\n    ');

const deviceText = ({ device }: InitAnswers): string =>
  device === null
    ? `  // None yet: prices are taken, and no usage is offered. Kinds of devices: docs/guides/devices.md, or
  // "ven help settings". Each is billed by itself, under the resourceID that the programme knows.
  // "devices": [{ "kind": "sunspec", "resourceID": "battery", "host": "192.168.1.40", "capacityWattHours": 13500,
  //   "maxChargeWatts": 5000, "maxDischargeWatts": 5000, "readOnly": true }],
`
    : `  // Each device is billed by itself, under the resourceID that the programme knows.${
        'readOnly' in device
          ? `
  // It is only read until "readOnly" is false: then it is told, and moves real power. Put in its own figures.`
          : ''
      }
  "devices": [
    ${indented(device)},
  ],
`;

/** A configuration with its comments, which people go on with. */
export const configurationText = (
  answers: InitAnswers,
  allowPlainHttp: boolean,
): string => `// The configuration of ter-ven. Comments and trailing commas are allowed.
// Every setting, its meaning and its default: ven help settings
{
  // As the programme gave it, character for character.
  "venID": ${JSON.stringify(answers.venID)},
  // What the VTN's operator sees.
  "venName": ${JSON.stringify(answers.venName)},
  // The VTN's URL carries the token, so it stands in a file that only you can read. A new token goes into the same file:
  // it is taken up without a restart.
  "vtnUrlFile": "${urlFileName}",
${allowPlainHttp ? '  // Anyone on the way can read the token and change prices.\n  "allowPlainHttp": true,\n' : ''}
  // What a price means that carries no unit. A wrong one is a factor of 100 or 1000.
  "priceUnit": ${JSON.stringify(answers.priceUnit)},
  // Where the programme's days begin, and when it sends the prices of the next day.
  "timeZone": "America/New_York",
  "pricesExpectedAt": "17:00",
  "pricesLateAt": "17:30",

${deviceText(answers)}
  // What you want of them: a reserve for outages, a car that is full in the morning (docs/guides/what-i-want.md).
  // "preferences": { "reserve": 0.2 },

  // The page of the agent, its API and its figures, on this machine: true, a port, or an address and a port.
  "inspect": ${String(answers.inspect)},
}
`;

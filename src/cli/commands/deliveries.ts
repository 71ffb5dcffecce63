import type { Command } from '../command.ts';
import { DAYS_OPTIONS, MANY_OPTIONS } from '../optionTables.ts';

/** `ven deliveries` */
export const deliveriesCommand: Command = {
  name: 'ven deliveries',
  summary: 'which hours the VTN has acknowledged, and which are owed or in doubt',
  help: `
    Without --day, counts the hours of each day, the last fourteen unless --from and --to say others: acknowledged, owed,
    being sent, in doubt (sent, outcome unknown), rejected, not due yet. With --day, tells each hour: under which
    reportRequestID it was acknowledged, when, and with which code.

    Of more than 20 devices the hours of all come first, then a row for each device: those with hours in doubt, then
    rejected, then owed. --device with --day tells the hours of one.

    With --release, the running agent sends again what stands still: what it holds back because its outcome was unknown
    (setting "unknownOutcome": "hold"), and what the VTN rejected as often as it is tried. Do so when the VTN's operator has told
    you that the hours were not counted, or that the reason for rejecting them is mended. --still tells what stands
    still, each with its deliveryID; --release=DELIVERY_ID sends that one alone.`,
  options: {
    release: {
      placeholder: 'DELIVERY_ID',
      isValueOptional: true,
      help: 'Send again what stands still; with =DELIVERY_ID, that delivery alone.',
    },
    still: { help: 'Tell the deliveries that stand still, each with its deliveryID.' },
    ...DAYS_OPTIONS,
    ...MANY_OPTIONS,
  },
  examples: [
    ['ven deliveries', 'the last fourteen days'],
    ['ven deliveries --day yesterday', 'the hours of yesterday'],
    ['ven deliveries --still', 'what waits for a person'],
  ],
  run: async (given, surroundings) => (await import('../days/deliveries.ts')).deliveries(given, surroundings),
};

import type { Command } from '../command.ts';
import { DATA_OPTIONS, DAY_OPTION } from '../optionTables.ts';

/** `ven plan` */
export const planCommand: Command = {
  name: 'ven plan',
  summary: 'what the devices are to do, hour by hour, and why',
  help: `
    Tells the plan in force: per device and hour the price, what is bought or sold, the level afterwards, what binds, and what the
    bill will show; then what is bought for what, with what it brings after losses and wear, and what each wish costs.

    With --why it tells one hour in sentences: what is done, what it is for, and the prices at which it would be otherwise. + comes
    to you, − goes from you. What a wish costs is what the plan would be worth more if it alone were lifted.

    With --review it looks back upon a day or a month: what was earned by metered hours, what the plan expected, what was possible
    without any wish, and the difference, cause by cause and always in the same order, with nothing left over.`,
  options: {
    ...DAY_OPTION,
    why: { placeholder: 'HOUR', help: 'Why this hour is as it is: 14:00, "2026-11-25 14:00", or now.' },
    review: { help: 'Earned, planned, possible: of a --day or a --month that was metered.' },
    month: { placeholder: 'MONTH', help: 'With --review, a local month: 2026-11, this or last.' },
    bill: { placeholder: 'FILE.csv', help: 'With --review, the bill of that time: what it states is the last step.' },
    columns: { placeholder: 'MAP', multiple: true, help: 'What its columns mean, as for "ven settle".' },
    'file-device': { placeholder: 'NAME=RESOURCE_ID', multiple: true, help: 'Which device it means by a name.' },
    device: { placeholder: 'RESOURCE_ID', help: 'Only this device.' },
    json: { help: 'One JSON document, times in UTC, money as exact text.' },
    ...DATA_OPTIONS,
  },
  examples: [
    ['ven plan', 'today and tomorrow, as far as prices are known'],
    ['ven plan --why 14:00', 'why the battery rests at 14:00'],
    ['ven plan --review --day yesterday', 'what yesterday earned, and what kept it from earning more'],
  ],
  run: async (given, surroundings) =>
    given.switches.has('review')
      ? (await import('../plan/review.ts')).reviewBody(given, surroundings)
      : (await import('../plan/plan.ts')).planBody(given, surroundings),
};

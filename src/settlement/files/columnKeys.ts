/**
 * What a column of a bill or meter file can mean. The unit is part of the name, so that none is ever guessed.
 *
 * Energy: `kwh` is net, import positive; `kwhIn` and `kwhOut` are what was drawn and what was delivered, both positive;
 * `kwhOutNet` is net with export positive; `kwhInRegister` and `kwhOutRegister` are cumulative. The same in `wh` and `mwh`.
 */

const energyUnits = { wh: 0, kwh: 3, mwh: 6 } as const;
const energyRoles = {
  '': 'net',
  In: 'import',
  Out: 'export',
  OutNet: 'exportNet',
  InRegister: 'importRegister',
  OutRegister: 'exportRegister',
} as const;

type EnergyUnit = keyof typeof energyUnits;

/** What an energy column says of its direction, and whether it counts up. */
export type EnergyRole = (typeof energyRoles)[keyof typeof energyRoles];

/** The meaning of an energy column. */
export interface EnergyMeaning {
  readonly role: EnergyRole;
  /** What makes Wh of its numbers, as a power of ten. */
  readonly powerOfTen: number;
}

/** Energy columns by key. */
export const energyKeys: ReadonlyMap<string, EnergyMeaning> = new Map(
  (Object.keys(energyUnits) as EnergyUnit[]).flatMap((unit) =>
    Object.entries(energyRoles).map(
      ([suffix, role]) => [`${unit}${suffix}`, { role, powerOfTen: energyUnits[unit] }] as const,
    ),
  ),
);

/** Price columns by key: what makes USD/kWh of their numbers, as a power of ten. */
export const priceKeys: ReadonlyMap<string, number> = new Map([
  ['price', 0],
  ['priceCents', -2],
  ['pricePerMwh', -3],
]);

/** Money columns by key: what makes USD of their numbers, and whether a positive number is owed to the participant. */
export const moneyKeys: ReadonlyMap<string, { readonly powerOfTen: number; readonly isCredit: boolean }> = new Map([
  ['amount', { powerOfTen: 0, isCredit: false }],
  ['amountCents', { powerOfTen: -2, isCredit: false }],
  ['charge', { powerOfTen: 0, isCredit: false }],
  ['credit', { powerOfTen: 0, isCredit: true }],
]);

/** Columns that say when, whose and how good. */
export const otherKeys = ['time', 'end', 'date', 'minutes', 'zone', 'device', 'currency', 'quality'] as const;

/** Everything a column can be declared to mean. */
export const columnKeys: readonly string[] = [
  ...otherKeys,
  ...energyKeys.keys(),
  ...priceKeys.keys(),
  ...moneyKeys.keys(),
];

/** Headers by the meaning they were given. */
export type ColumnMap = ReadonlyMap<string, string>;

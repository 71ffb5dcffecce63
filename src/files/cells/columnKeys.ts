/**
 * What a column of a bill or meter file can mean. The unit is part of the name, so that none is ever guessed.
 *
 * Energy: `kwh` is net, import positive; `kwhIn` and `kwhOut` are what was drawn and what was delivered, both positive;
 * `kwhOutNet` is net with export positive; `kwhInRegister` and `kwhOutRegister` are cumulative, `kwhRegister` is so in the
 * direction that the row's channel says. The same in `wh` and `mwh`; in `w`, `kw` and `mw` as the average power of the
 * interval; and as `energy` where a column names the unit of each row.
 */

/** What makes Wh of numbers in a unit, as a power of ten, and whether they are power. */
interface EnergyUnitMeaning {
  readonly powerOfTen: number;
  readonly isPower: boolean;
}

/** Units of energy and of power, as columns and cells name them. */
export const energyUnits: Readonly<Record<'wh' | 'kwh' | 'mwh' | 'w' | 'kw' | 'mw', EnergyUnitMeaning>> = {
  wh: { powerOfTen: 0, isPower: false },
  kwh: { powerOfTen: 3, isPower: false },
  mwh: { powerOfTen: 6, isPower: false },
  w: { powerOfTen: 0, isPower: true },
  kw: { powerOfTen: 3, isPower: true },
  mw: { powerOfTen: 6, isPower: true },
};

const energyRoles = {
  '': 'net',
  In: 'import',
  Out: 'export',
  OutNet: 'exportNet',
  InRegister: 'importRegister',
  OutRegister: 'exportRegister',
  Register: 'register',
} as const;

type EnergyUnit = keyof typeof energyUnits;

/** The unit of a column whose rows name it themselves. */
const unitByRow = 'energy';

/** What an energy column says of its direction, and whether it counts up. */
export type EnergyRole = (typeof energyRoles)[keyof typeof energyRoles];

/** The meaning of an energy column. */
export interface EnergyMeaning {
  readonly role: EnergyRole;
  /** What makes Wh of its numbers, as a power of ten; of power after it was multiplied by the hours of the interval. */
  readonly powerOfTen: number;
  readonly isPower: boolean;
  /** Whether the unit stands in a column of its own, row by row. */
  readonly hasUnitByRow: boolean;
}

/** Energy columns by key. */
export const energyKeys: ReadonlyMap<string, EnergyMeaning> = new Map(
  ([...Object.keys(energyUnits), unitByRow] as (EnergyUnit | typeof unitByRow)[]).flatMap((unit) =>
    Object.entries(energyRoles)
      .filter(([, role]) => unit === unitByRow || !energyUnits[unit].isPower || !/register$/i.test(role))
      .map(([suffix, role]): readonly [string, EnergyMeaning] => [
        `${unit}${suffix}`,
        unit === unitByRow
          ? { role, powerOfTen: 0, isPower: false, hasUnitByRow: true }
          : { role, ...energyUnits[unit], hasUnitByRow: false },
      ]),
  ),
);

/** The meaning of an energy column, and the device it is about where its key names one: `kwhIn@SN17`. */
export const energyKeyParts = (
  key: string,
): { readonly meaning: EnergyMeaning; readonly device: string | null } | null => {
  const sign = key.indexOf('@');
  const meaning = energyKeys.get(sign < 0 ? key : key.slice(0, sign));
  return meaning === undefined ? null : { meaning, device: sign < 0 ? null : key.slice(sign + 1) };
};

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
export const otherKeys = [
  'time',
  'end',
  'date',
  'endDate',
  'hourEnding',
  'hourBeginning',
  'repeated',
  'minutes',
  'seconds',
  'zone',
  'device',
  'channel',
  'unit',
  'currency',
  'quality',
] as const;

/** Everything a column can be declared to mean. */
export const columnKeys: readonly string[] = [
  ...otherKeys,
  ...energyKeys.keys(),
  ...priceKeys.keys(),
  ...moneyKeys.keys(),
];

/** Headers by the meaning they were given. */
export type ColumnMap = ReadonlyMap<string, string>;

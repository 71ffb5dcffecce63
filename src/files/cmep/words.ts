/** The words of MEPMD01, a record of the California Metering Exchange Protocol. Times are UTC. */

/** What a value is about: a direction, by its registers or by its intervals. */
export interface Units {
  readonly name: string;
  readonly direction: 'import' | 'export';
  readonly isRegister: boolean;
}

const known: readonly Units[] = [
  { name: 'KWH', direction: 'import', isRegister: false },
  { name: 'GKWH', direction: 'export', isRegister: false },
  { name: 'KWHREG', direction: 'import', isRegister: true },
  { name: 'GKWHREG', direction: 'export', isRegister: true },
];

/** The units of a name; undefined for others than electricity in and out. */
export const unitsOf = (name: string): Units | undefined => known.find((each) => each.name === name.toUpperCase());

/** Purposes whose readings are those of the meter; others are examples, sums and notices. */
export const purposes = /^(|OK|RESEND|HISTORY)$/i;

/** How a value came to be. */
export interface FlagMeaning {
  readonly quality: 'measured' | 'estimated';
  readonly remark: string | null;
  /** Whether it says that nothing was measured. */
  readonly isNothing: boolean;
}

/** The letter says how the value came to be; a number other than 0 behind it says that something happened meanwhile. */
export const qualityOf = (flag: string): FlagMeaning | null => {
  if (/^N/i.test(flag)) return { quality: 'estimated', remark: flag, isNothing: true };
  if (/^[RV]?0*$/i.test(flag)) return { quality: 'measured', remark: null, isNothing: false };
  if (/^[RV]\w*$/i.test(flag)) return { quality: 'measured', remark: flag, isNothing: false };
  return /^[AE]\w*$/i.test(flag) ? { quality: 'estimated', remark: flag, isNothing: false } : null;
};

/** `00000100` is an hour: months, days, hours and minutes. @unit ms */
export const intervalOf = (text: string): number | null => {
  const [, months, days, hours, minutes] = /^(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (months !== '00') return null;
  const ms = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000;
  return ms > 0 ? ms : null;
};

const midnightOf = (day: string): number | null => {
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})$/.exec(day) ?? [];
  if (year === undefined) return null;
  const midnight = Date.parse(`${year}-${month}-${date}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().slice(8, 10) === date ? midnight : null;
};

/** The number of two digits of a text; NaN where they are none. */
const twoDigits = (text: string, at: number): number => {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

/** Reads stamps such as `202610310500`, each day once: a file has a few thousand days and millions of stamps. */
export const stampReader = (): ((text: string) => number | null) => {
  const midnights = new Map<string, number | null>();
  return (text) => {
    if (text.length !== 12) return null;
    const day = text.slice(0, 8);
    let midnight = midnights.get(day);
    if (midnight === undefined) midnights.set(day, (midnight = midnightOf(day)));
    const [hour, minute] = [twoDigits(text, 8), twoDigits(text, 10)];
    return midnight === null || !(hour <= 24 && minute < 60) ? null : midnight + (hour * 60 + minute) * 60_000;
  };
};

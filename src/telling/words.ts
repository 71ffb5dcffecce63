/** Words that sentences are put together from. */
import type { FactType, KnownEntry } from '../facts/fact.ts';
import type { Instruction, OneWish } from '../facts/instructions.ts';
import type { OptTerms } from '../facts/opts.ts';
import type { DeviceIdentity } from '../facts/trust.ts';
import { localText } from '../programme/calendar.ts';

/** An entry of one fact. */
export type EntryOf<T extends FactType> = Extract<KnownEntry, { readonly type: T }>;

/** A sentence for each fact of a kind: a fact without one does not compile. */
export type Sentences<T extends FactType> = {
  readonly [Name in T]: (entry: EntryOf<Name>, timeZone: string) => string;
};

/** `1.234 kWh` */
export const kilowattHours = (wattHours: number): string => `${(wattHours / 1000).toFixed(3).replace('-', '−')} kWh`;

/** `2026-11-01 17:00 -05:00 to 2026-11-01 18:00 -05:00` */
export const span = (startAt: number, endAt: number | undefined, timeZone: string): string =>
  `${localText(startAt, timeZone)} to ${endAt === undefined ? 'further notice' : localText(endAt, timeZone)}`;

/** `1 hour`, `3 hours`, `2 entries` */
export const counted = (count: number, thing: string, things = `${thing}s`): string =>
  `${count} ${count === 1 ? thing : things}`;

/** `draw 3000 W`, `deliver 2500 W` */
export const power = (demandWatts: number): string =>
  `${demandWatts >= 0 ? 'draw' : 'deliver'} ${Math.abs(demandWatts)} W`;

/** Who a device is: `Fronius Symo 1234 at sunspec 192.168.1.20:502/1` */
export const identityText = ({ address, serial }: DeviceIdentity): string =>
  serial === undefined ? address : `${serial} at ${address}`;

/** Whole seconds, or what is less than one. */
export const duration = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1_000)} s`);

/** The text as a whole sentence, whatever it was taken from. */
export const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** `charge with 3000 W`, `hold` */
export const instructionText = (instruction: Instruction): string => {
  if (instruction.kind !== 'override') return wishText(instruction);
  const { action, powerWatts } = instruction;
  return powerWatts === undefined ? action : `${action} with ${powerWatts} W`;
};

/** `be 80 % full when it leaves`, `keep 80 %` */
export const wishText = ({ kind, stateOfCharge }: OneWish): string =>
  kind === 'keep'
    ? `keep ${Math.round(stateOfCharge * 100)} %`
    : `be ${Math.round(stateOfCharge * 100)} % full when it leaves`;

/** What was opted, for whom, and when: `out of DR event 17`, `out with battery, 2026-06-10 17:00 -04:00 to …`. */
export const optText = (
  { optType, eventID, windows, resourceIDs }: Pick<OptTerms, 'optType' | 'eventID' | 'windows' | 'resourceIDs'>,
  timeZone: string,
): string => {
  const way = optType === 'optOut' ? 'out' : 'in';
  const who = resourceIDs === undefined ? '' : ` with ${resourceIDs.join(', ')}`;
  if (eventID !== undefined) return `${way}${optType === 'optOut' ? ' of' : ' to'} DR event ${eventID}${who}`;
  const times = windows.map(({ startAt, endAt }) =>
    endAt === null ? `from ${localText(startAt, timeZone)} on` : span(startAt, endAt, timeZone),
  );
  const more = times.length > 2 ? ` and ${times.length - 1} times more` : times.length === 2 ? ` and ${times[1]}` : '';
  return `${way}${who}, ${times[0] ?? 'never'}${more}`;
};

/** What is opted and holds, with how long where no time says it: `out of DR event e1, until that is over or it is taken back`. */
export const heldOptText = (terms: Parameters<typeof optText>[0], endAt: number | null, timeZone: string): string => {
  const text = optText(terms, timeZone);
  if (endAt !== null) return text;
  return terms.eventID === undefined
    ? `${text}, until it is taken back`
    : `${text}, which has no end: until it is cancelled or the opt is taken back`;
};

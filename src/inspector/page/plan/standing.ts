/** How a device stands beside its figures, in few words: who may tell it what, what a person told it, what is wished of it, and what is at stake. */
import type { Device, State } from '../server/answers.ts';
import { shareText } from '../../../text/quantities.ts';
import { shortIDs } from '../show/friendly.ts';
import { clockText, durationText, shortDayText } from '../../../text/times.ts';
import { missedNames } from '../../../text/planWords.ts';

type OneWish = Device['wishes'][number];
type Missed = Device['unmet'][number];
type Out = Device['outs'][number];

/** Whether a device is told what is planned for it; nothing where it is. */
export const modeText = ({ mode }: Pick<Device, 'mode'>): string =>
  mode === 'shadow' ? 'in shadow: told nothing until it is trusted' : mode === 'readOnly' ? 'only read' : '';

/** How long a person holds it still; null where nobody does. */
export const heldText = ({ override }: Pick<Device, 'override'>, now: number): string | null =>
  override === null ? null : `held for ${durationText(Math.max(0, override.endAt - now))} more`;

/** The same where there is room for a few letters. */
export const heldShortText = ({ override }: Pick<Device, 'override'>, now: number): string | null =>
  override === null ? null : `held ${durationText(Math.max(0, override.endAt - now))}`;

const byText = (at: number, { asOf, timeZone }: Pick<State, 'asOf' | 'timeZone'>): string => {
  const day = shortDayText(at, timeZone).slice(0, 3);
  return `${day === shortDayText(asOf, timeZone).slice(0, 3) ? '' : `${day} `}${clockText(at, timeZone)}`;
};

/** @limit Devices that are named in one line. */
const namedAtOnce = 4;

const outBy = (by: string | null): string => (by === 'override' ? 'by your override' : 'by you');

const outWhen = ({ eventID, startAt, endAt }: Out, state: State, now: number): string => {
  const begins = startAt > now ? ` from ${byText(startAt, state)}` : '';
  if (endAt !== null) return `${begins} ${begins === '' ? 'until' : 'to'} ${byText(endAt, state)}`;
  if (eventID !== null) return `${begins}, which has no end`;
  return begins === '' ? ' until you take it back' : `${begins} on`;
};

const outTold: Readonly<Record<string, string>> = {
  asking: ', the VTN has not answered',
  refused: ', the VTN does not take it',
};

const outOf = (out: Out, state: State, now: number): string =>
  `out${out.eventID === null ? '' : ` of DR event ${shortIDs(out.eventID)}`}${outWhen(out, state, now)}, ${outBy(out.by)}${outTold[out.standing] ?? ''}`;

/** The next time for which it is out: `out until 21:00, by you`; null where there is none. */
export const outText = ({ outs: [out] }: Pick<Device, 'outs'>, state: State, now: number): string | null =>
  out === undefined ? null : outOf(out, state, now);

/** A time for which devices are out: who they are, and the opt that can be taken back. */
export interface OutTold {
  readonly optID: string;
  readonly startAt: number;
  readonly endAt: number | null;
  readonly resourceIDs: readonly string[];
  /** All that is out by it, in a sentence. */
  readonly text: string;
}

/** Each time for which some devices are out, once for all of them, the next one first. */
export const outsTold = (
  devices: readonly Pick<Device, 'resourceID' | 'outs'>[],
  nameOf: (resourceID: string) => string,
  state: State,
  now: number,
): readonly OutTold[] => {
  const told = new Map<string, { readonly out: Out; readonly who: string[] }>();
  for (const { resourceID, outs } of devices)
    for (const out of outs) {
      const key = `${out.optID} ${out.startAt}`;
      const others = told.get(key);
      if (others === undefined) told.set(key, { out, who: [resourceID] });
      else others.who.push(resourceID);
    }
  return [...told.values()]
    .toSorted((one, other) => one.out.startAt - other.out.startAt)
    .map(({ out, who }) => {
      const whom =
        who.length > 1 && who.length === state.devices.length
          ? `All ${who.length} devices are`
          : who.length > namedAtOnce
            ? `${who.length} devices are`
            : `${who.map(nameOf).join(', ')} ${who.length === 1 ? 'is' : 'are'}`;
      const { optID, startAt, endAt } = out;
      return { optID, startAt, endAt, resourceIDs: who, text: `${whom} ${outOf(out, state, now)}.` };
    });
};

/** The same where there is room for a few letters; only while it is so. */
export const outShortText = ({ outs: [out] }: Pick<Device, 'outs'>, timeZone: string, now: number): string | null =>
  out === undefined || out.startAt > now
    ? null
    : out.endAt === null
      ? 'out'
      : `out to ${clockText(out.endAt, timeZone)}`;

/** A wish for once, with how long it holds still. */
export const oneWishText = ({ kind, stateOfCharge, endAt }: OneWish, state: State, now: number): string => {
  const left = durationText(Math.max(0, endAt - now)).replaceAll(' ', '\u00a0');
  return kind === 'keep'
    ? `keeps ${shareText(stateOfCharge)}, ${left} more`
    : `${shareText(stateOfCharge)} by ${byText(endAt, state)}, in\u00a0${left}`;
};

/** Wishes that the plan in force misses, and a person might not want missed. */
export const missedWishes = ({ unmet }: Pick<Device, 'unmet'>): readonly Missed[] =>
  unmet.filter(({ kind }) => kind !== 'constraint' && kind !== 'override');

/** What is missed of a wish, with how far it is met. */
export const missedText = (
  { kind, at, wished, reached, unit }: Missed,
  state: Pick<State, 'asOf' | 'timeZone'>,
): string => {
  const when = `${kind === 'reserve' ? 'at' : 'by'} ${byText(at, state)}`;
  if (reached === null) return `a level that nobody knows ${when}, wished ${shareText(wished)}`;
  if (unit === 'stateOfCharge') return `${shareText(reached)} ${when}, wished ${shareText(wished)}`;
  if (unit === 'wattHours') return `${(reached / 1_000).toFixed(1)} of ${(wished / 1_000).toFixed(1)}\u202fkWh ${when}`;
  if (kind === 'delivery')
    return `${(Math.abs(reached) / 1_000).toFixed(1)} of the ${(Math.abs(wished) / 1_000).toFixed(1)}\u202fkW that a DR event asks, at ${byText(at, state)}`;
  return `${missedNames[kind] ?? kind} not kept at ${byText(at, state)}`;
};

/** Whether a device does not do what it is told. */
export const isAstray = ({ resourceID }: Pick<Device, 'resourceID'>, { alarms }: State): boolean =>
  alarms.some(({ alarm, subject }) => alarm === 'setpointFailed' && subject === resourceID);

/** What an hour of what a device is told, or did when it was last heard, comes to at the present price; null where neither is known. @unit USD */
export const stakeOf = (
  { setpoint, powerWatts }: Pick<Device, 'setpoint' | 'powerWatts'>,
  { prices }: State,
): number | null => {
  const watts = Math.max(Math.abs(setpoint?.demandWatts ?? 0), Math.abs(powerWatts ?? 0));
  if (prices.now === null || (setpoint === null && watts === 0)) return null;
  return (watts / 1_000) * Math.abs(Number(prices.now.usdPerKwh));
};

/** A store with less, or with less room, can do nothing that way. */
const nothingLeft = 0.02;

/**
 * What an hour of what a person holds a device to comes to at most, at the present price: as much less as it could bring if it did all it can.
 * Null where no price is known, or no person holds it. What it costs in all is for the plan to find out. @unit USD
 */
export const heldStakeOf = (
  {
    override,
    setpoint,
    powerWatts,
    stateOfCharge,
    maxChargeWatts,
    maxDischargeWatts,
  }: Pick<Device, 'override' | 'setpoint' | 'powerWatts' | 'stateOfCharge' | 'maxChargeWatts' | 'maxDischargeWatts'>,
  { prices }: Pick<State, 'prices'>,
): number | null => {
  if (override === null || prices.now === null) return null;
  const usdPerKwh = Number(prices.now.usdPerKwh);
  const held = setpoint?.demandWatts ?? powerWatts ?? 0;
  const level = stateOfCharge ?? 0.5;
  const best =
    usdPerKwh > 0 ? (level > nothingLeft ? -maxDischargeWatts : 0) : level < 1 - nothingLeft ? maxChargeWatts : 0;
  return Math.max(0, ((held - best) / 1_000) * usdPerKwh);
};

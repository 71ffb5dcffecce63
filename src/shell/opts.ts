/** What a person opts by EiOpt, from whichever door it comes: looked over against what the agent knows, and made an input. */
import { drEventsOf, snapshotOf, type AgentState } from '../core/state.ts';
import type { OptTerms, OptWindow } from '../facts/opts.ts';
import { targetedDevices } from '../machines/drEvent/targetFault.ts';
import { dayMs, wholeDaysMs } from '../programme/calendar.ts';
import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import { optReasons, type OptReason, type OptType } from '../protocol/types/enumerations.ts';
import type { Arrival } from './arrival.ts';
import { RefusedInstruction, wayOf } from './instructions.ts';

/** What a person opts, as it came: nothing of it is believed. */
export interface OptAsked {
  readonly optType?: unknown;
  /** Absent: the reason that fits most. */
  readonly optReason?: unknown;
  /** The DR event that is meant; or else the times. */
  readonly eventID?: unknown;
  readonly windows?: unknown;
  /** Where one time is given: whether it comes again each `day` or `week` by the local clock, and how often it is in all. */
  readonly every?: unknown;
  readonly times?: unknown;
  readonly marketContext?: unknown;
  /** Absent: all devices. */
  readonly resourceIDs?: unknown;
  /** All devices of this class, instead of naming them. */
  readonly deviceClass?: unknown;
  /** Which way it came. */
  readonly by?: unknown;
}

/** Which opt a person takes back, as it came. */
export interface OptCancelAsked {
  readonly optID?: unknown;
  readonly by?: unknown;
}

/** @limit Windows of one schedule. */
export const mostWindows = 100;

/** @limit How far ahead a schedule may reach. @unit ms */
export const farthestOptMs = 366 * dayMs;

const refuse = (sentence: string): never => {
  throw new RefusedInstruction(sentence);
};

const typeAsked = ({ optType }: OptAsked): OptType =>
  optType === 'optIn' || optType === 'optOut'
    ? optType
    : refuse(`One cannot opt ${JSON.stringify(optType)}: say optIn or optOut.`);

/** @rule 2.0b XSD: one of these, or a word of one's own that begins with x- */
const reasonAsked = ({ optReason }: OptAsked, optType: OptType): OptReason => {
  if (optReason === undefined) return optType === 'optOut' ? 'notParticipating' : 'participating';
  const isReason =
    typeof optReason === 'string' && (optReasons.some((each) => each === optReason) || /^x-\S+$/.test(optReason));
  return isReason
    ? (optReason as OptReason)
    : refuse(
        `${JSON.stringify(optReason)} is no reason to opt: it is one of ${optReasons.join(', ')}, or a word that begins with x-.`,
      );
};

const instant = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);

const windowAsked = (asked: unknown, now: number): OptWindow => {
  const { startAt, endAt } = (typeof asked === 'object' && asked !== null ? asked : {}) as Record<string, unknown>;
  if (!instant(startAt) || !(endAt === null || instant(endAt)))
    return refuse('A time to opt is no time: give its start and its end in whole milliseconds.');
  if (endAt !== null && endAt <= startAt)
    return refuse(
      `The time from ${new Date(startAt).toISOString()} has no length: let its end be the later of the two.`,
    );
  if (endAt !== null && endAt <= now)
    return refuse(`The time until ${new Date(endAt).toISOString()} has passed already: name one that is to come.`);
  if (startAt - now > farthestOptMs || (endAt !== null && endAt - now > farthestOptMs))
    return refuse(`That is farther ahead than ${farthestOptMs / dayMs} days: opt for it when it is nearer.`);
  return { startAt, endAt };
};

/** Days from one time to the next. */
export const optPaces: Readonly<Record<string, number>> = { day: 1, week: 7 };

/** A time, and as often as it comes again by the local clock. */
export const comingAgain = (
  { startAt, endAt }: OptWindow,
  everyDays: number,
  times: number,
  timeZone: string,
): readonly OptWindow[] =>
  Array.from({ length: times }, (_, time) => {
    const later = (at: number): number => at + wholeDaysMs(at, time * everyDays, timeZone);
    return { startAt: later(startAt), endAt: endAt === null ? null : later(endAt) };
  });

/** The times as they came, each of which may come again. */
const timesAsked = ({ windows, every, times }: OptAsked, now: number, timeZone: string): readonly unknown[] => {
  if (!Array.isArray(windows) || windows.length === 0)
    return refuse('Say what is opted: a DR event, or a time from and to.');
  if (every === undefined && times === undefined) return windows;
  const everyDays = typeof every === 'string' && Object.hasOwn(optPaces, every) ? optPaces[every] : undefined;
  if (everyDays === undefined) return refuse(`${JSON.stringify(every ?? null)} is no pace: it is day or week.`);
  if (!Number.isSafeInteger(times) || (times as number) < 1 || (times as number) > mostWindows)
    return refuse(`${JSON.stringify(times ?? null)} is no number of times: it is from 1 to ${mostWindows}.`);
  if (windows.length > 1) return refuse('Of several times none comes again: name one, or all of them.');
  const first = windowAsked(windows[0], now);
  if (first.endAt === null && times !== 1)
    return refuse('What has no end cannot come again: give its end as well, or leave out how often.');
  return comingAgain(first, everyDays, times as number, timeZone);
};

const windowsAsked = (asked: OptAsked, now: number, timeZone: string): readonly OptWindow[] => {
  const windows = timesAsked(asked, now, timeZone);
  if (windows.length > mostWindows)
    return refuse(`These are ${windows.length} times, and ${mostWindows} at most can be opted at once.`);
  const sorted = windows.map((each) => windowAsked(each, now)).sort((a, b) => a.startAt - b.startAt);
  const overlapping = sorted.find((each, place) => {
    const before = sorted[place - 1];
    return before !== undefined && (before.endAt === null || before.endAt > each.startAt);
  });
  return overlapping === undefined
    ? sorted
    : refuse(`The times overlap at ${new Date(overlapping.startAt).toISOString()}: name each once.`);
};

/** The devices are among those that the event is for. @rule 2.0b 206 */
const mustBeTargeted = (state: AgentState, event: EiEvent | null, resourceIDs: readonly string[] = []): void => {
  const { settings } = state;
  if (event === null || settings === null) return;
  const venID = snapshotOf(state, 'ven', 'ven')?.context.venID ?? settings.venID;
  const targeted = targetedDevices(event.eiTarget, venID, settings).map(({ resourceID }) => resourceID);
  const targets = new Set(targeted);
  const other = resourceIDs.find((each) => !targets.has(each));
  if (other !== undefined)
    refuse(
      `DR event ${event.eventDescriptor.eventID} is not for ${other}, but for ${targeted.join(', ') || 'no device'}: leave it out.`,
    );
};

/** The event that is qualified: one that we know, that is not over, and that wanted an answer. @rule 2.0b 206 */
const eventAsked = (state: AgentState, eventID: unknown, resourceIDs: OptTerms['resourceIDs']) => {
  const [id, context, standing] = drEventsOf(state).find(([each]) => each === eventID) ?? [];
  if (id === undefined || context === undefined)
    return refuse(`The agent knows no DR event ${JSON.stringify(eventID)}: "ven status" names those it knows.`);
  if (standing === 'completed' || standing === 'cancelled' || standing === 'ending')
    return refuse(`DR event ${id} is over, so there is nothing to opt.`);
  if (context.responseRequired !== 'always')
    return refuse(
      `The VTN wants no answer to DR event ${id}, so it must not be told of an opt: use "ven override" to have the devices do something else.`,
    );
  mustBeTargeted(state, context.event, resourceIDs);
  return { eventID: id, modificationNumber: context.modificationNumber };
};

/** Those that the configuration says are of the class. @rule 2.0b 209 */
const devicesOfClass = (
  { settings }: AgentState,
  deviceClass: unknown,
): Pick<OptTerms, 'resourceIDs' | 'deviceClass'> => {
  const devices = settings?.devices ?? [];
  const ofClass = devices.filter((device) => device.deviceClass !== undefined && device.deviceClass === deviceClass);
  if (ofClass.length > 0)
    return { resourceIDs: ofClass.map(({ resourceID }) => resourceID), deviceClass: String(deviceClass) };
  const classes = [...new Set(devices.flatMap((device) => device.deviceClass ?? []))];
  return refuse(
    `No device is of the class ${JSON.stringify(deviceClass)}: ${
      classes.length === 0
        ? 'the configuration gives no device a "deviceClass", so name devices by --device'
        : `there is ${classes.join(', ')}`
    }.`,
  );
};

const devicesAsked = (
  state: AgentState,
  { resourceIDs, deviceClass }: OptAsked,
): Pick<OptTerms, 'resourceIDs' | 'deviceClass'> => {
  if (deviceClass !== undefined && resourceIDs !== undefined) return refuse('Name devices or their class, not both.');
  if (deviceClass !== undefined) return devicesOfClass(state, deviceClass);
  if (resourceIDs === undefined) return {};
  const known = (state.settings?.devices ?? []).map(({ resourceID }) => resourceID);
  const there = new Set(known);
  const strange = Array.isArray(resourceIDs) ? resourceIDs.find((each) => !there.has(each as string)) : resourceIDs;
  if (!Array.isArray(resourceIDs) || resourceIDs.length === 0 || strange !== undefined)
    return refuse(
      `There is no device ${JSON.stringify(strange ?? resourceIDs)}: there is ${known.join(', ') || 'none'}.`,
    );
  return { resourceIDs: [...new Set(resourceIDs as string[])] };
};

const contextAsked = ({ marketContext, eventID }: OptAsked): Pick<OptTerms, 'marketContext'> => {
  if (marketContext === undefined) return {};
  if (eventID !== undefined) return refuse('A DR event has its programme already: leave the market context out.');
  return typeof marketContext === 'string' && /^[a-z][a-z0-9+.-]*:\S+$/i.test(marketContext)
    ? { marketContext }
    : refuse(
        `${JSON.stringify(marketContext)} is no market context: it is a URI, such as the programme’s events carry.`,
      );
};

/** An opt of the same DR event goes on under its optID: only so is it the later word on it. @rule 2.0b 206 */
const standingFor = (state: AgentState, eventID: string, resourceIDs: OptTerms['resourceIDs']): string | undefined =>
  [...state.streams.shelf('opt').values()]
    .map(({ context }) => (context as { readonly terms: OptTerms | null }).terms)
    .find((terms) => terms?.eventID === eventID && String(terms.resourceIDs) === String(resourceIDs))?.optID;

const newOptID = (state: AgentState, now: number): string => {
  for (let count = 0; ; count += 1) {
    const optID = `opt-${(now + count).toString(36)}`;
    if (state.streams.get(`opt/${optID}`) === undefined) return optID;
  }
};

/** The input that an opt is. @throws RefusedInstruction with a sentence for whoever asked */
export const optGivenArrival = (state: AgentState, now: number, asked: OptAsked): Arrival => {
  const optType = typeAsked(asked);
  const { resourceIDs, ...who } = { resourceIDs: undefined, ...devicesAsked(state, asked) };
  if (asked.eventID !== undefined && (asked.windows !== undefined || asked.every !== undefined))
    return refuse('Name a DR event or a time, not both: an opt of an event has the event’s time.');
  const what =
    asked.eventID === undefined
      ? { windows: windowsAsked(asked, now, state.settings?.timeZone ?? 'UTC') }
      : { ...eventAsked(state, asked.eventID, resourceIDs), windows: [] };
  const standing = 'eventID' in what ? standingFor(state, what.eventID, resourceIDs) : undefined;
  const optID = standing ?? newOptID(state, now);
  const terms: OptTerms = {
    optID,
    optType,
    optReason: reasonAsked(asked, optType),
    ...what,
    ...contextAsked(asked),
    ...who,
    ...(resourceIDs === undefined ? {} : { resourceIDs }),
  };
  return { stream: `opt/${optID}`, input: { type: 'OptGiven', data: { ...terms, by: wayOf(asked.by) } } };
};

/** The input that takes an opt back. @throws RefusedInstruction when there is none of that name */
export const optTakenBackArrival = (state: AgentState, { optID, by }: OptCancelAsked): Arrival => {
  const known = [...state.streams.shelf('opt')].flatMap(([stream, snapshot]) =>
    snapshot.matches('holding') ? [stream.slice('opt/'.length)] : [],
  );
  if (typeof optID !== 'string' || !known.includes(optID))
    return refuse(
      `No opt ${JSON.stringify(optID)} holds: ${known.length === 0 ? 'none does' : `there is ${known.join(', ')}`}.`,
    );
  return { stream: `opt/${optID}`, input: { type: 'OptTakenBack', data: { optID, by: wayOf(by) } } };
};

/**
 * Which devices hold because persons opted out, and which DR events that leaves nothing of.
 *
 * @reading An optOut holds its devices in its time and changes no price: the other hours are planned with, and all are settled. An optIn
 * asks nothing of the devices. Of an optIn and an optOut for the same time the optOut decides here.
 * @rule 2.0b 201
 */
import { drEventOf, optsThatHold, type AgentState } from '../core/state.ts';
import type { OptTerms, OptWindow } from '../facts/opts.ts';
import type { DeviceSettings } from '../facts/settings.ts';
import { dtstartOf, eventTimes } from '../machines/drEvent/eventTimes.ts';
import type { OptContext } from '../machines/opt.ts';
import type { Override } from '../machines/site/overrides.ts';
import { dayMs } from '../programme/calendar.ts';
import type { EiEvent } from '../protocol/elements/eiEvent.ts';

/** An open end is planned for as if it were so far away. @unit ms */
const openEndMs = 366 * dayMs;

const endOf = ({ startAt, endAt }: OptWindow): number => endAt ?? startAt + openEndMs;

/** When an opt holds: its windows, or the time of the DR event that it qualifies. */
const windowsOf = (state: AgentState, { eventID, windows }: OptTerms): readonly OptWindow[] => {
  if (eventID === undefined) return windows;
  const context = drEventOf(state, eventID);
  return context === undefined ? [] : [{ startAt: context.startAt, endAt: context.endAt }];
};

/** A time without those that are taken out of it. */
const outside = (span: Override, taken: readonly Pick<Override, 'startAt' | 'endAt'>[]): readonly Override[] =>
  taken.reduce<readonly Override[]>(
    (parts, { startAt, endAt }) =>
      parts.flatMap((part) =>
        [
          { ...part, endAt: Math.min(part.endAt, startAt) },
          { ...part, startAt: Math.max(part.startAt, endAt) },
        ].filter((piece) => piece.startAt < piece.endAt),
      ),
    [span],
  );

/** Whether an opt is for all that is behind the VEN. */
const isForAll = ({ terms }: OptContext): boolean => terms?.resourceIDs === undefined;

/** Whether devices hold by it: what qualifies a whole DR event is the event’s own affair. */
const holdsDevices = (context: OptContext): boolean =>
  context.terms?.optType === 'optOut' && (context.terms.eventID === undefined || !isForAll(context));

const isNamed = ({ resourceIDs }: OptTerms, { resourceID }: DeviceSettings): boolean =>
  resourceIDs === undefined || resourceIDs.includes(resourceID);

/** An opt that devices hold by, and which they are: null for all. */
interface Holding {
  readonly terms: OptTerms;
  readonly named: ReadonlySet<string> | null;
}

const holdingsOf = (state: AgentState): readonly Holding[] =>
  optsThatHold(state).flatMap((context): readonly Holding[] => {
    const { terms } = context;
    if (terms === null || !holdsDevices(context)) return [];
    return [{ terms, named: terms.resourceIDs === undefined ? null : new Set(terms.resourceIDs) }];
  });

const byDevice = (overrides: readonly Override[]): ReadonlyMap<string, readonly Override[]> => {
  const grouped = new Map<string, Override[]>();
  for (const each of overrides) {
    const { resourceID } = each;
    const theirs = grouped.get(resourceID);
    if (theirs === undefined) grouped.set(resourceID, [each]);
    else theirs.push(each);
  }
  return grouped;
};

/** The devices that hold because persons opted out, but for the times in which a person overrides them. */
export const heldByOpts = (state: AgentState, at: number, overrides: readonly Override[]): readonly Override[] => {
  const holding = holdingsOf(state);
  if (holding.length === 0) return [];
  const theirs = byDevice(overrides);
  const told = (state.settings?.devices ?? []).filter(({ isReadOnly }) => isReadOnly !== true);
  return told.flatMap((device): readonly Override[] => {
    const { resourceID } = device;
    const windows = holding.flatMap(({ terms, named }) =>
      (named?.has(resourceID) ?? true) ? windowsOf(state, terms) : [],
    );
    return windows.reduce<readonly Override[]>((held, window) => {
      const span = { resourceID, startAt: window.startAt, endAt: endOf(window), action: 'hold' } as const;
      return span.endAt <= at ? held : [...held, ...outside(span, [...(theirs.get(resourceID) ?? []), ...held])];
    }, []);
  });
};

/** A time for which a device is out. */
export interface DeviceOut {
  readonly optID: string;
  /** The DR event that it is out of; null: of everything in that time. */
  readonly eventID: string | null;
  /** UTC ms. */
  readonly startAt: number;
  /** Null: until it is taken back, or the event is over. */
  readonly endAt: number | null;
  /** Which way it came; null where a log of before does not say. */
  readonly by: string | null;
  /** Where it stands with the VTN: `asking`, `standing` or `refused`. */
  readonly standing: string;
}

/** The times, present and to come, for which a device is out by EiOpt; the next one first. */
export const outsOf = (state: AgentState, device: DeviceSettings, at: number): readonly DeviceOut[] =>
  optsThatHold(state)
    .flatMap(({ terms, by = null, standing }): readonly DeviceOut[] => {
      if (terms?.optType !== 'optOut' || !isNamed(terms, device)) return [];
      const { optID, eventID = null } = terms;
      return windowsOf(state, terms).map((window) => ({ optID, eventID, ...window, by, standing }));
    })
    .filter(({ endAt }) => endAt === null || endAt > at)
    .sort((a, b) => a.startAt - b.startAt);

/** Whether persons opted out of all of a DR event’s time by schedules, with all devices. */
export const isOptedOutBySchedule = (state: AgentState, event: EiEvent): boolean => {
  const out = optsThatHold(state)
    .filter(
      (context) => context.terms?.optType === 'optOut' && context.terms.eventID === undefined && isForAll(context),
    )
    .flatMap(({ terms }) => (terms === null || !concernsContext(terms, event) ? [] : terms.windows));
  if (out.length === 0) return false;
  const { startAt, endAt } = eventTimes(event, 0);
  const all: Override = {
    resourceID: '',
    startAt: Math.min(startAt, dtstartOf(event)),
    endAt: endAt ?? Infinity,
    action: 'hold',
  };
  const windows = out.map((window) => ({ startAt: window.startAt, endAt: window.endAt ?? Infinity }));
  return outside(all, windows).length === 0;
};

const concernsContext = ({ marketContext }: OptTerms, { eventDescriptor }: EiEvent): boolean =>
  marketContext === undefined || eventDescriptor.eiMarketContext === marketContext;

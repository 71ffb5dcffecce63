import { daySpan } from '../programme/calendar.ts';
import type { LocalDay } from '../programme/calendar.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import type { EventID, ReportRequestID, VenID } from '../protocol/types/identifiers.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { VtnAnswer } from './answer.ts';
import type { BookedAmount, BookedDay, BookingTotals, Vanished } from './booking.ts';
import { openChronicle } from './chronicle.ts';
import type { Chronicle } from './chronicle.ts';
import { openComplaints } from './complaints.ts';
import type { Complain, Complaint } from './complaints.ts';
import { restart } from './faults/disturbances.ts';
import type { DrEventChange, DrEventScript, ListedDrEvent } from './events/drEvents.ts';
import { openExchange, writingOf } from './exchange.ts';
import { openFaults } from './faults/faults.ts';
import type { Faults, RestartOptions } from './faults/faults.ts';
import { openWorld } from './openWorld.ts';
import { openPushing } from './pushing.ts';
import type { Pushes } from './pushing.ts';
import { askReport, cancelRegistration, cancelReports, queueMessage } from './script.ts';
import type { ReportScript } from './reportScript.ts';
import { settingsOf } from './settings.ts';
import type { VtnOptions, VtnSettings } from './settings.ts';
import type { KnownVen, OptAnswer, OptSchedule, VtnWorld } from './world.ts';

/** The DR events of a VTN, as a test changes them. */
export interface VtnEvents {
  readonly add: (script: DrEventScript) => EventID;
  readonly modify: (eventID: EventID, change: DrEventChange) => void;
  readonly modifyPrices: (day: LocalDay, prices: readonly DecimalText[]) => void;
  readonly cancel: (eventID: EventID) => void;
  readonly withdraw: (eventID: EventID) => void;
  readonly withhold: (day: LocalDay) => void;
  readonly release: (day: LocalDay) => void;
  readonly listed: () => readonly ListedDrEvent[];
  readonly priceEventOf: (day: LocalDay) => EventID | undefined;
}

/** An embedded test VTN: no sockets, no timers; time is what its clock says when it is asked something. */
export interface Vtn {
  readonly settings: VtnSettings;
  /** Answers a request: the text of a payload, or a message that is taken as read. */
  readonly handle: (service: OadrServiceName, request: string | OadrMessage) => VtnAnswer;
  /** What it pushes to the VENs that want that. */
  readonly pushes: Pushes;
  /** Notes that a request has begun, and by its body whose; call what is returned when its answer has gone. Two of one VEN at once are a complaint. */
  readonly begin: (body?: string) => () => void;
  /** Notes something the transport has noticed. */
  readonly complain: Complain;
  readonly faults: Faults;
  readonly events: VtnEvents;
  /** Lays a message out for a VEN's next poll; without venID, for all that are registered. */
  readonly queue: (message: OadrMessage, venID?: VenID) => void;
  /** Asks a VEN for reports by its next poll. @throws RangeError when it is not registered or offers none */
  readonly askReport: (script: ReportScript | readonly ReportScript[], venID?: VenID) => readonly ReportRequestID[];
  readonly cancelReports: (
    reportToFollow: boolean,
    reportRequestIDs?: readonly ReportRequestID[],
    venID?: VenID,
  ) => void;
  readonly cancelRegistration: (options?: { readonly registrationID?: string; readonly venID?: VenID }) => void;
  readonly restart: (options?: RestartOptions) => void;
  readonly registrations: () => readonly KnownVen[];
  readonly opts: readonly OptAnswer[];
  /** The opt schedules that stand. */
  readonly optSchedules: () => readonly OptSchedule[];
  readonly complaints: readonly Complaint[];
  readonly chronicle: Chronicle;
  readonly bookings: () => readonly BookedAmount[];
  readonly bookingOf: (day: LocalDay) => BookedDay;
  readonly totals: () => BookingTotals;
  readonly vanished: readonly Vanished[];
  /** Report requests it has lost or cancelled, whether or not anybody was told. */
  readonly forgotten: ReadonlySet<ReportRequestID>;
  /** The prices of a day as the VTN has them now, on the wire's unit. */
  readonly pricesOf: (day: LocalDay) => readonly DecimalText[] | undefined;
}

/** Whose message a body is; empty where it does not say. */
const venIDIn = (body: string): string => /<(?:[\w.-]+:)?venID>\s*([^<]*?)\s*</.exec(body)?.[1] ?? '';

/** Counts the requests that are open: two of one VEN at once are a complaint. */
export const inFlightCounter = (complain: Complain) => {
  const open = new Map<string, number>();
  return (body = ''): (() => void) => {
    const venID = venIDIn(body);
    const count = (open.get(venID) ?? 0) + 1;
    open.set(venID, count);
    if (count > 1) complain('HTTP', `${count} requests are in flight at once.`);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const rest = (open.get(venID) ?? 1) - 1;
      if (rest > 0) open.set(venID, rest);
      else open.delete(venID);
    };
  };
};

/** The VENs a script speaks of. @throws RangeError when there is none */
const registeredVens = (world: VtnWorld, venID: VenID | undefined): readonly KnownVen[] => {
  const found = [...world.vens.values()].filter((ven) => venID === undefined || ven.venID === venID);
  if (found.length > 0) return found;
  throw new RangeError(
    venID === undefined ? 'No VEN is registered with this VTN.' : `The VEN "${venID}" is not registered with this VTN.`,
  );
};

/** The DR events as a test changes them, always as they stand at the present instant. */
const eventsOf = ({ board, now }: VtnWorld): VtnEvents => {
  const current = (): number => {
    board.advance(now());
    return now();
  };
  return {
    add: (script) => board.add(script, current()),
    modify: (eventID, change) => board.modify(eventID, change, current()),
    modifyPrices: (day, prices) => board.modifyPrices(day, prices, current()),
    cancel: (eventID) => board.cancel(eventID, current()),
    withdraw: board.withdraw,
    withhold: board.withhold,
    release: (day) => board.release(day, current()),
    listed: () => {
      current();
      return board.listed();
    },
    priceEventOf: (day) => {
      current();
      return board.priceEventOf(day);
    },
  };
};

/** Opens a VTN. */
export const createVtn = (options: VtnOptions): Vtn => {
  const settings = settingsOf(options);
  const now = (): number => settings.clock.now();
  const { list: complaints, complain } = openComplaints(now);
  const world = openWorld(settings, complain);
  const faults = openFaults(settings.faults, settings.seed);
  const chronicle = openChronicle(settings.remembers);
  const writing = writingOf(world);
  const vensFor = (venID: VenID | undefined): readonly KnownVen[] => registeredVens(world, venID);

  return {
    settings,
    handle: openExchange(world, faults, chronicle, writing),
    pushes: openPushing(world, faults, writing),
    begin: inFlightCounter(complain),
    complain,
    faults,
    events: eventsOf(world),
    queue: (message, venID) => vensFor(venID).forEach((ven) => queueMessage(ven, message)),
    askReport: (script, venID) =>
      vensFor(venID).flatMap((ven) => askReport(world, ven, ...('kind' in script ? [script] : script))),
    cancelReports: (reportToFollow, reportRequestIDs, venID) =>
      vensFor(venID).forEach((ven) => cancelReports(world, ven, reportToFollow, reportRequestIDs)),
    cancelRegistration: ({ registrationID, venID } = {}) =>
      vensFor(venID).forEach((ven) => cancelRegistration(world, ven, registrationID)),
    restart: (restartOptions) => {
      world.board.advance(now());
      restart(world, restartOptions);
    },
    registrations: () => [...world.vens.values()],
    opts: world.opts,
    optSchedules: () => [...world.optSchedules.values()],
    complaints,
    chronicle,
    bookings: world.booking.all,
    bookingOf: (day) => world.booking.ofDay(daySpan(day, settings.timeZone)),
    totals: world.booking.totals,
    vanished: world.booking.vanished,
    forgotten: world.forgotten,
    pricesOf: (day) => world.board.pricesOf(daySpan(day, settings.timeZone)),
  };
};

import { dayOf, daySpan } from '../programme/calendar.ts';
import type { LocalDay } from '../programme/calendar.ts';
import { decodePayload, encodePayload } from '../protocol/payload.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import type { EventID, ReportRequestID, VenID } from '../protocol/types/identifiers.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { altered } from './alterations.ts';
import type { VtnAnswer } from './answer.ts';
import { openBooking } from './booking.ts';
import type { BookedAmount, BookedDay, BookingTotals, Vanished } from './booking.ts';
import { openChronicle } from './chronicle.ts';
import type { Chronicle } from './chronicle.ts';
import { openComplaints } from './complaints.ts';
import type { Complain, Complaint } from './complaints.ts';
import { answerAfter, answerBefore, answerRefused } from './delivery.ts';
import { disturb, restart } from './disturbances.ts';
import type { RestartOptions } from './disturbances.ts';
import type { DrEventChange, DrEventScript, ListedDrEvent } from './drEvents.ts';
import { duesOf, forgiveDues } from './dues.ts';
import { openEventBoard } from './eventBoard.ts';
import { openFaults } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import { createRandom } from './random.ts';
import { askReport, cancelRegistration, cancelReports, queueMessage } from './script.ts';
import type { ReportScript } from './script.ts';
import { belongsTo, serve, venIDOf } from './services/services.ts';
import { settingsOf } from './settings.ts';
import type { VtnOptions, VtnSettings } from './settings.ts';
import { dressedLikeNhec } from './wireStyle.ts';
import type { KnownVen, OptAnswer, VtnWorld } from './world.ts';

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
  /** Notes that a request has begun; call what is returned when its answer has gone. Two at once are a complaint. */
  readonly begin: () => () => void;
  /** Notes something the transport has noticed. */
  readonly complain: Complain;
  readonly faults: Faults;
  readonly events: VtnEvents;
  /** Lays a message out for a VEN's next poll; without venID, for all that are registered. */
  readonly queue: (message: OadrMessage, venID?: VenID) => void;
  /** Asks a VEN for reports by its next poll. @throws RangeError when it is not registered or offers none */
  readonly askReport: (script: ReportScript | readonly ReportScript[], venID?: VenID) => readonly ReportRequestID[];
  readonly cancelReports: (reportToFollow: boolean, reportRequestIDs?: readonly ReportRequestID[], venID?: VenID) => void;
  readonly cancelRegistration: (options?: { readonly registrationID?: string; readonly venID?: VenID }) => void;
  readonly restart: (options?: RestartOptions) => void;
  readonly registrations: () => readonly KnownVen[];
  readonly opts: readonly OptAnswer[];
  readonly complaints: readonly Complaint[];
  readonly chronicle: Chronicle;
  readonly bookings: () => readonly BookedAmount[];
  readonly bookingOf: (day: LocalDay) => BookedDay;
  readonly totals: () => BookingTotals;
  readonly vanished: readonly Vanished[];
  /** The prices of a day as the VTN has them now, on the wire's unit. */
  readonly pricesOf: (day: LocalDay) => readonly DecimalText[] | undefined;
}

const openWorld = (settings: VtnSettings, complain: Complain): VtnWorld => {
  const now = (): number => settings.clock.now();
  const { seed, timeZone, prices, publishAt, listedAfterEndMs, marketContext, wireStyle } = settings;
  const isPlain = wireStyle === 'plain';
  const board = openEventBoard(
    { seed, timeZone, prices, publishAt, listedAfterEndMs, marketContext, intervalDtstart: isPlain ? 'none' : 'oneSecondApart', declaresUnit: isPlain },
    now(),
  );
  const identifiers = createRandom(seed, 'identifiers');
  return {
    settings,
    board,
    booking: openBooking(board.priceAt),
    vens: new Map(),
    opts: [],
    complain,
    now,
    identifier: identifiers.identifier,
    requestID: () => settings.constantRequestID ?? identifiers.identifier(),
    moods: { pollFreq: settings.pollFreq, asksForUsage: true },
  };
};

type Read = { readonly message: OadrMessage } | { readonly refusal: string };

/** Reads a body strictly, and complains about whatever is not as the schema and the rules want it. */
const read = (complain: Complain, request: string | OadrMessage): Read => {
  if (typeof request !== 'string') return { message: request };
  if (request.includes('schemaLocation')) complain('45', 'The body speaks of schemaLocation, which nobody may send.');
  const result = decodePayload(request, { strict: true });
  if (!result.ok) {
    complain('XSD', `${result.refusal.text} (${result.refusal.path})`);
    return { refusal: `${result.refusal.path}: ${result.refusal.text}` };
  }
  for (const deviation of result.deviations) complain(deviation.rule, deviation.text, venIDOf(result.message));
  return { message: result.message };
};

/** Something went wrong with a request that was not the VEN's fault: it may try again soon, and owes nothing the sooner for it. */
const forgive = (ven: KnownVen | undefined): void => {
  if (ven === undefined) return;
  forgiveDues(ven);
  if (ven.lastPoll !== undefined) ven.lastPoll = { ...ven.lastPoll, mayFollowAtOnce: true };
};

const served = (world: VtnWorld, request: OadrMessage, faults: readonly Fault[]): OadrMessage | undefined => {
  const venID = venIDOf(request);
  const reregister = faults.some((fault) => fault.do === 'requestReregistration');
  if (reregister && request.message !== 'oadrCreatePartyRegistration') return { message: 'oadrRequestReregistration', venID: venID ?? '' };
  const answer = serve(world, request);
  const isRepeated = faults.some((fault) => fault.do === 'duplicatePolled') && request.message === 'oadrPoll';
  if (isRepeated && answer !== undefined && answer.message !== 'oadrResponse') world.vens.get(request.venID)?.queue.unshift(answer);
  return answer === undefined ? undefined : faults.reduce(altered, answer);
};

/** Opens a VTN. */
export const createVtn = (options: VtnOptions): Vtn => {
  const settings = settingsOf(options);
  const now = (): number => settings.clock.now();
  const { list: complaints, complain } = openComplaints(now);
  const world = openWorld(settings, complain);
  const faults = openFaults(settings.faults, settings.seed);
  const chronicle = openChronicle(settings.remembers);
  const dress = settings.wireStyle === 'nhec' ? dressedLikeNhec : (xml: string) => xml;
  const encode = (message: OadrMessage): string => dress(encodePayload(message));
  let requests = 0;
  let open = 0;

  const answered = (service: OadrServiceName, message: OadrMessage, struck: readonly Fault[]): VtnAnswer => {
    const context = { at: now(), faults: struck, encode };
    const venID = venIDOf(message) ?? '';
    for (const fault of struck) disturb(world, fault, world.vens.get(venID));
    const before = answerBefore(context);
    const answer = before ?? answerAfter(context, served(world, message, struck));
    world.moods.asksForUsage = true;
    const ven = world.vens.get(venID);
    if (struck.length > 0) forgive(ven);
    if (answer.message !== undefined && answer.processed) ven?.dues.push(...duesOf(answer.message));
    if (!belongsTo(service, message)) complain('511', `The ${message.message} was sent to ${service}, where it does not belong.`, venID);
    return answer;
  };

  const note = (service: OadrServiceName, answer: VtnAnswer, struck: readonly Fault[], request?: OadrMessage): void => {
    const venID = request === undefined ? undefined : venIDOf(request);
    chronicle.note({
      number: (requests += 1),
      at: now(),
      service,
      ...(venID === undefined ? {} : { venID }),
      ...(request === undefined ? {} : { request }),
      ...(answer.message === undefined ? {} : { answer: answer.message }),
      status: answer.status,
      connection: answer.connection,
      processed: answer.processed,
      faults: struck.map((fault) => fault.do),
    });
  };

  const handle = (service: OadrServiceName, request: string | OadrMessage): VtnAnswer => {
    world.board.advance(now());
    const result = read(complain, request);
    const message = 'message' in result ? result.message : undefined;
    const struck = faults.draw(now(), service, message?.message);
    const answer =
      'message' in result ? answered(service, result.message, struck) : answerRefused({ at: now(), faults: struck, encode }, 400, result.refusal);
    note(service, answer, struck, message);
    return answer;
  };

  const begin = (): (() => void) => {
    open += 1;
    if (open > 1) complain('HTTP', `${open} requests are in flight at once.`);
    let isOpen = true;
    return () => {
      if (isOpen) open -= 1;
      isOpen = false;
    };
  };

  const vensFor = (venID: VenID | undefined): readonly KnownVen[] => {
    const found = [...world.vens.values()].filter((ven) => venID === undefined || ven.venID === venID);
    if (found.length === 0) throw new RangeError(venID === undefined ? 'No VEN is registered with this VTN.' : `The VEN "${venID}" is not registered with this VTN.`);
    return found;
  };

  const { board, booking } = world;
  const current = (): number => {
    board.advance(now());
    return now();
  };

  return {
    settings,
    handle,
    begin,
    complain,
    faults,
    events: {
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
    },
    queue: (message, venID) => vensFor(venID).forEach((ven) => queueMessage(ven, message)),
    askReport: (script, venID) => vensFor(venID).flatMap((ven) => askReport(world, ven, ...('kind' in script ? [script] : script))),
    cancelReports: (reportToFollow, reportRequestIDs, venID) => vensFor(venID).forEach((ven) => cancelReports(world, ven, reportToFollow, reportRequestIDs)),
    cancelRegistration: ({ registrationID, venID } = {}) => vensFor(venID).forEach((ven) => cancelRegistration(world, ven, registrationID)),
    restart: (restartOptions) => {
      current();
      restart(world, restartOptions);
    },
    registrations: () => [...world.vens.values()],
    opts: world.opts,
    complaints,
    chronicle,
    bookings: booking.all,
    bookingOf: (day) => booking.ofDay(daySpan(day, settings.timeZone)),
    totals: booking.totals,
    vanished: booking.vanished,
    pricesOf: (day) => board.pricesOf(daySpan(day, settings.timeZone)),
  };
};

/** The local day a VTN is in now. */
export const todayOf = ({ settings }: Vtn): LocalDay => dayOf(settings.clock.now(), settings.timeZone).day;

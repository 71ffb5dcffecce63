import type { Fault, RestartOptions } from './faults.ts';
import { askReport, cancelRegistration, cancelReports } from '../script.ts';
import type { KnownVen, VtnWorld } from '../world.ts';

/** Requests that wait for a poll: they ask for data points of an offer. */
const waitingRequests = ({ queue }: KnownVen): readonly string[] =>
  queue.flatMap((message) =>
    message.message === 'oadrCreateReport'
      ? message.oadrReportRequest.map(({ reportRequestID }) => reportRequestID)
      : [],
  );

/** Of what is handed out afterwards the data points are not known any more: what is reported under it is lost on this side as well. */
const forgetRequests = (world: VtnWorld, ven: KnownVen): void => {
  for (const reportRequestID of [...ven.reportRequests.keys(), ...waitingRequests(ven)])
    world.forgotten.add(reportRequestID);
  ven.reportRequests.clear();
  ven.dataPoints = [];
};

const forgetSession = (world: VtnWorld, ven: KnownVen): void => {
  forgetRequests(world, ven);
  ven.queue.length = 0;
  ven.dues.length = 0;
  delete ven.lastPoll;
};

/**
 * Restarts the VTN: report requests and what waited for polls are gone, registrations too unless they are kept.
 *
 * DR events stay unless told otherwise, and so does the mark that a poll has handed them out: the way a day's prices are missed.
 */
export const restart = (
  world: VtnWorld,
  { registrations = 'forgotten', events = 'kept', silently = false, vtnID }: RestartOptions = {},
): void => {
  for (const ven of world.vens.values()) forgetSession(world, ven);
  if (registrations === 'forgotten') {
    world.vens.clear();
    world.optSchedules.clear();
  }
  world.moods.isSilent = silently;
  if (vtnID !== undefined) world.moods.vtnID = vtnID;
  world.board.restart(events, world.now());
};

const changePollFreq = (world: VtnWorld, pollFreq: string): void => {
  world.moods.pollFreq = pollFreq;
  for (const ven of world.vens.values()) ven.queue.push({ message: 'oadrRequestReregistration', venID: ven.venID });
};

const tryToAsk = (world: VtnWorld, ven: KnownVen, fault: Extract<Fault, { readonly do: 'askReport' }>): void => {
  const canAsk = fault.ask.kind === 'metadata' || ven.dataPoints.length > 0;
  if (canAsk) askReport(world, ven, fault.ask);
};

/** Lets a fault change the VTN's own state before a request is handled. */
export const disturb = (world: VtnWorld, fault: Fault, ven: KnownVen | undefined): void => {
  switch (fault.do) {
    case 'restart':
      return restart(world, fault);
    case 'pollFreq':
      return changePollFreq(world, fault.pollFreq);
    case 'cancelReportsInAnswer':
      world.moods.cancelsWithNextReport = fault.reportToFollow;
      return;
    case 'newVtnID':
      world.moods.vtnID = fault.vtnID;
      return;
    case 'askNoUsage':
      world.moods.asksForUsage = false;
      return;
    default:
      if (ven !== undefined) disturbVen(world, ven, fault);
  }
};

const disturbVen = (world: VtnWorld, ven: KnownVen, fault: Fault): void => {
  switch (fault.do) {
    case 'forgetReportRequests':
      return forgetRequests(world, ven);
    case 'cancelRegistration':
      return cancelRegistration(world, ven);
    case 'cancelReports':
      return cancelReports(world, ven, fault.reportToFollow);
    case 'askReport':
      return tryToAsk(world, ven, fault);
    case 'repeatEvents':
      return world.board.handOutAgain(ven.venID);
    case 'reorderPolled':
      ven.queue.unshift(...ven.queue.splice(-1));
      return;
    default:
  }
};

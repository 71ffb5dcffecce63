import type { Fault } from './faults.ts';
import type { EventsAfterRestart } from './eventBoard.ts';
import { askReport, cancelRegistration, cancelReports } from './script.ts';
import type { KnownVen, VtnWorld } from './world.ts';

/** What a VTN still knows after a restart; report requests are always forgotten. */
export interface RestartOptions {
  readonly registrations?: 'kept' | 'forgotten';
  readonly events?: EventsAfterRestart;
}

const forgetRequests = (ven: KnownVen): void => {
  ven.reportRequests.clear();
  ven.dataPoints = [];
};

const forgetSession = (ven: KnownVen): void => {
  forgetRequests(ven);
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
  { registrations = 'forgotten', events = 'kept' }: RestartOptions = {},
): void => {
  if (registrations === 'forgotten') world.vens.clear();
  for (const ven of world.vens.values()) forgetSession(ven);
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
      return forgetRequests(ven);
    case 'cancelRegistration':
      return cancelRegistration(world, ven);
    case 'cancelReports':
      return cancelReports(world, ven, fault.reportToFollow);
    case 'askReport':
      return tryToAsk(world, ven, fault);
    case 'reorderPolled':
      ven.queue.unshift(...ven.queue.splice(-1));
      return;
    default:
  }
};

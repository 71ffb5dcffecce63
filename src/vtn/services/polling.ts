import type { MessageOf, OadrMessage } from '../../protocol/payload.ts';
import { countPollAgainstDues } from '../dues.ts';
import { spanOf } from '../time.ts';
import { eiResponseOf } from '../world.ts';
import type { KnownVen, ServiceAnswer, VtnWorld } from '../world.ts';
import { distributeNews } from './distribution.ts';
import { rememberCancel, rememberRequests } from './reporting.ts';

/** Part of the poll interval that is overlooked, for clocks that differ a little. */
const earlyTolerance = 0.9;

const checkPace = (world: VtnWorld, ven: KnownVen): void => {
  const last = ven.lastPoll;
  if (last === undefined || last.mayFollowAtOnce) return;
  const gapMs = world.now() - last.at;
  const pollFreqMs = spanOf(ven.pollFreq ?? world.moods.pollFreq) ?? 0;
  if (gapMs < pollFreqMs * earlyTolerance)
    world.complain(
      '500',
      `The VEN polled ${gapMs} ms after its last quiet poll; it was asked to wait ${pollFreqMs} ms.`,
      ven.venID,
    );
};

/** Remembers what the VEN is now told. */
export const noteHandedOut = (world: VtnWorld, ven: KnownVen, message: OadrMessage): void => {
  if (message.message === 'oadrCreateReport') rememberRequests(world, ven, message.oadrReportRequest);
  if (message.message === 'oadrCancelReport')
    rememberCancel(world, ven, message.reportRequestID, message.reportToFollow);
};

const named = (ven: KnownVen, message: OadrMessage): OadrMessage =>
  'venID' in message || message.message === 'oadrQueryRegistration' || message.message === 'oadrDistributeEvent'
    ? message
    : ({ ...message, venID: ven.venID } as OadrMessage);

/** What waits for the VEN: queued messages first, then news about DR events. */
export const takeNext = (world: VtnWorld, ven: KnownVen): ServiceAnswer => {
  const queued = ven.queue.shift();
  if (queued !== undefined) noteHandedOut(world, ven, queued);
  return (queued === undefined ? undefined : named(ven, queued)) ?? distributeNews(world, ven);
};

/** Hands out what waits for the VEN, or says that nothing does. */
export const poll = (world: VtnWorld, ven: KnownVen, _request: MessageOf<'oadrPoll'>): ServiceAnswer => {
  checkPace(world, ven);
  countPollAgainstDues(ven, world.complain);
  if (ven.pushTo !== undefined) world.complain('500', 'The VEN polled, although it is pushed to.', ven.venID);
  const answer = takeNext(world, ven);
  ven.lastPoll = { at: world.now(), mayFollowAtOnce: answer !== undefined };
  return (
    answer ?? {
      message: 'oadrResponse',
      eiResponse: eiResponseOf(world.settings.wireStyle === 'nhec' ? 'None' : ''),
      venID: ven.venID,
    }
  );
};

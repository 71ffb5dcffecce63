import { openBooking } from './booking.ts';
import type { Complain } from './complaints.ts';
import { openEventBoard } from './events/eventBoard.ts';
import { createRandom } from './random.ts';
import type { VtnSettings } from './settings.ts';
import type { VtnWorld } from './world.ts';

/** Everything the services of a new VTN share. */
export const openWorld = (settings: VtnSettings, complain: Complain): VtnWorld => {
  const now = (): number => settings.clock.now();
  const { seed, timeZone, prices, publishAt, listedAfterEndMs, marketContext, wireStyle } = settings;
  const isPlain = wireStyle === 'plain';
  const board = openEventBoard(
    {
      seed,
      timeZone,
      prices,
      publishAt,
      listedAfterEndMs,
      marketContext,
      intervalDtstart: isPlain ? 'none' : 'oneSecondApart',
      declaresUnit: isPlain,
      dayDuration: settings.dayDuration,
    },
    now(),
  );
  const identifiers = createRandom(seed, 'identifiers');
  return {
    settings,
    board,
    booking: openBooking(board.priceAt),
    vens: new Map(),
    opts: [],
    optSchedules: new Map(),
    complain,
    now,
    identifier: identifiers.identifier,
    requestID: () => settings.constantRequestID ?? identifiers.identifier(),
    forgotten: new Set(),
    moods: { pollFreq: settings.pollFreq, asksForUsage: true, vtnID: settings.vtnID, isSilent: false },
  };
};

/** Which moment is asked for. */
import type { History, ShownMoment } from '../history/history.ts';
import { RequestRefused } from './refusal.ts';

/** The position that `at`, or another parameter of the kind, names. @throws RequestRefused */
export const positionOf = async (history: History, at: string, parameter = 'at'): Promise<number> => {
  await history.ready;
  const { head, index } = history;
  if (/^\d+$/.test(at)) {
    const position = Number(at);
    if (position > head)
      throw new RequestRefused(
        404,
        'notInLog',
        `The log has no position ${at}: ${head < 0 ? 'it has no entries yet' : `its last one is ${head}`}.`,
      );
    return position;
  }
  const instant = Date.parse(at);
  if (Number.isNaN(instant))
    throw new RequestRefused(
      400,
      'badParameter',
      `The parameter ${parameter}=${at.slice(0, 40)} is no instant: write it as 2026-11-01T21:00:00Z, or give a position.`,
    );
  return index.firstAfter(instant) - 1;
};

/** The moment a request asks for; the present when it names none. @throws RequestRefused */
export const momentAsked = async (history: History, at: string | undefined): Promise<ShownMoment> =>
  at === undefined ? history.present() : history.past(await positionOf(history, at));

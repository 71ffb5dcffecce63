/** What would have been from a moment of the log on with other settings. */
import type { Planner } from '../../dispatch/planner.ts';
import type { Entry } from '../../facts/entry.ts';
import { forkInCents } from '../../fork/cents.ts';
import { forkFrom } from '../../fork/fork.ts';
import { forkHeadline, forkSentences } from '../../fork/words.ts';
import { otherSettings, settingChangeOf } from '../../shell/settings/otherSettings.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { History } from '../history/history.ts';
import type { GiveWay } from '../history/keyframes.ts';

/** What is asked. */
export interface ForkAsked {
  /** The last entry before the fork. */
  readonly position: number;
  readonly at: number;
  readonly until: number;
  readonly changes: readonly string[];
  readonly planner: Planner;
  readonly isGone: () => boolean;
  readonly giveWay: GiveWay;
}

async function* inPieces(entries: AsyncIterable<Entry>, giveWay: GiveWay): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    yield entry;
    await giveWay();
  }
}

/** The answer. @throws ForkImpossible; UnfitChange for settings that cannot be like that */
export const forkAnswerOf = async (
  history: History,
  { position, at, until, changes: texts, planner, isGone, giveWay }: ForkAsked,
): Promise<ApiAnswer<'fork'>> => {
  const changes = texts.map(settingChangeOf);
  const fold = await history.foldAfter(history.index.endOfStep(position));
  const entries = inPieces(history.inspected.log.read({ from: fold.position + 1 }), giveWay);
  const fork = await forkFrom({
    fold,
    entries,
    at,
    until,
    change: (settings) => otherSettings(settings, changes),
    planning: planner,
    isGone,
  });
  const { unknown: _unknown, resourceIDs, hours, levels, needs, shadow, ...told } = fork;
  const shown = forkInCents(fork);
  return {
    isEstimated: true,
    ...told,
    resourceIDs: [...resourceIDs],
    hours: [...hours],
    levels: [...levels],
    needs: [...needs],
    shadow: shadow === null ? null : { ...shadow, resourceIDs: [...shadow.resourceIDs] },
    headline: forkHeadline(shown),
    sentences: [...forkSentences(shown)],
  };
};

import { describe, expect, it } from 'vitest';
import type { Leaving } from './support/adversity/draw.ts';
import { simulate } from './support/simulate.ts';

/** As they were when they were found: what adversaries have come to since is left out. */
const asFound: Leaving = { without: new Set(['directories', 'secondVens', 'opts', 'signed', 'badDays', 'lostPolls']) };

/** What has been found, mended, and must not come back. */
const regressions: readonly { readonly seed: number; readonly leaving: Leaving; readonly what: string }[] = [
  {
    seed: 3,
    leaving: { without: new Set(), only: [] },
    what: 'a delivery went out under the reportRequestID of another',
  },
  {
    seed: 9,
    leaving: { without: new Set(), only: [] },
    what: 'two deliveries went out under the reportRequestID of a third',
  },
  {
    seed: 900_091,
    leaving: { without: new Set(), only: [] },
    what: 'a history report was told twice after a lost answer, and no fact said so',
  },
  {
    seed: 11,
    leaving: { without: new Set(), only: ['echoes'] },
    what: 'the VTN shows the token in whatever it says',
  },
  {
    seed: 5_023,
    leaving: asFound,
    what: 'a delivery that another was to take the place of went out, and its acknowledgement was not booked',
  },
  {
    seed: 5_029,
    leaving: asFound,
    what: 'the clock is set back by weeks and right again, and the readings of the day were forgotten',
  },
  {
    seed: 20_049,
    leaving: asFound,
    what: 'the VTN says which registration it has and fails on its renewal, and the VEN took itself to be registered',
  },
  {
    seed: 20_093,
    leaving: asFound,
    what: 'the VEN starts by a clock that is days ahead, and hours that had not passed were told as not measured',
  },
  {
    seed: 40_105,
    leaving: asFound,
    what: 'all devices are in shadow, and a person opts in to what nothing follows',
  },
  {
    seed: 50_008,
    leaving: asFound,
    what: 'the clock is set while a person has a device charge, and one step told it two powers at once',
  },
  {
    seed: 30_059,
    leaving: asFound,
    what: 'what passed unread was asked for of each device by itself, until the log grew by more than it may',
  },
];

describe('the agent under trouble that was too much for it once', () => {
  it.each(regressions)(
    'given seed $seed, in which $what, then every invariant holds',
    async ({ seed, leaving: left }) => {
      expect((await simulate(seed, 1, left)).violations).toEqual([]);
    },
  );
});

/** Something that is not as it should be at a moment: a few words, and what they mean for money. */
import type { AlarmName } from '../../../facts/alarms.ts';
import type { ShownMoment } from '../../history/history.ts';
import type { ApiAnswer } from '../../api/paths.ts';

type State = ApiAnswer<'state'>;

/** How sure a person may be of their money. */
export type WorryLevel = Exclude<State['verdict']['level'], 'well'>;

/** One worry. */
export interface Worry {
  readonly level: WorryLevel;
  /** At most eight words, without a full stop at the end. */
  readonly headline: string;
  readonly cause: string;
  readonly money: string;
  readonly toDo: string;
  /** What a person may copy to look further. */
  readonly command: string | null;
  /** What is at stake in an hour, or of hours past; null when nobody can tell. @unit USD */
  readonly atStakeUsd: number | null;
  /** Alarms that it tells; those are not told again. */
  readonly alarms: readonly AlarmName[];
}

/** What worries are judged by. */
export interface StandingGrounds extends Pick<
  State,
  'agent' | 'alarms' | 'contact' | 'devices' | 'hours' | 'prices' | 'registration' | 'timers'
> {
  readonly moment: ShownMoment;
  /** The state of the machine that leads: null before the first start. */
  readonly lifecycle: string | null;
}

/** `1 hour`, `3 hours`. */
export const hoursText = (count: number): string => (count === 1 ? '1 hour' : `${count} hours`);

/** Statecharts' states and timers in words. */
import { timerParts } from '../../facts/timerName.ts';
import { localText } from '../../programme/calendar.ts';
import type { Here } from '../when.ts';

/** A machine's state as XState keeps it: a name, or regions and substates by name. */
const isNested = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** `registered: polling.waiting ∥ reporting.idle` */
export const stateText = (value: unknown): string => {
  if (!isNested(value)) return String(value);
  const regions = Object.entries(value);
  const region = ([name, inner]: readonly [string, unknown]): string => {
    const text = stateText(inner);
    return text === '' ? name : text.includes('∥') || text.includes(':') ? `${name}: ${text}` : `${name}.${text}`;
  };
  return regions.map(region).join(' ∥ ');
};

/** A stream and where it stands. */
export interface StreamRow {
  readonly stream: string;
  readonly text: string;
}

const valueOf = (snapshot: unknown): unknown =>
  isNested(snapshot) && 'value' in snapshot && 'context' in snapshot ? snapshot['value'] : snapshot;

/** Streams and their states, the single ones first. */
export const streamRows = (streams: Readonly<Record<string, unknown>>): readonly StreamRow[] =>
  Object.entries(streams)
    .map(([stream, snapshot]) => ({ stream, text: stateText(valueOf(snapshot)) }))
    .sort((a, b) => Number(a.stream.includes('/')) - Number(b.stream.includes('/')));

/** A delay that is running. */
export interface PendingTimer {
  readonly stream: string;
  readonly timer: string;
  readonly dueAt: number;
}

/** A delay in words. */
export interface TimerRow extends PendingTimer {
  /** `2026-11-01 17:30 -04:00 (in 3 h 12 min)` */
  readonly due: string;
  readonly text: string;
}

/** How far away an instant is, for people: `in 3 h 12 min`, `2 min ago`. */
export const distanceText = (at: number, now: number): string => {
  const seconds = Math.round(Math.abs(at - now) / 1_000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const text =
    days > 0
      ? `${days} d ${hours} h`
      : hours > 0
        ? `${hours} h ${minutes} min`
        : minutes > 0
          ? `${minutes} min`
          : `${seconds} s`;
  return at >= now ? `in ${text}` : `${text} ago`;
};

/** A delay and the state that waits for it: `dtstart (near)`. */
const delayText = (timer: string): string => {
  const { delay, stateID } = timerParts(timer) ?? { delay: timer, stateID: '' };
  const place = stateID.split('.').slice(1).join('.');
  return place === '' ? delay : `${delay} (${place})`;
};

/** Timers in the order in which they are due. */
export const timerRows = (timers: readonly PendingTimer[], { timeZone, now }: Here): readonly TimerRow[] =>
  [...timers]
    .sort((a, b) => a.dueAt - b.dueAt)
    .map((timer) => ({
      ...timer,
      due: `${localText(timer.dueAt, timeZone)} (${distanceText(timer.dueAt, now)})`,
      text: delayText(timer.timer),
    }));

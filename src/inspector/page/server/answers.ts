/** What the server answers, by the schemas of its API. */
import type { z } from 'zod';
import type { aboutAnswer } from '../../api/about.ts';
import type { dayAnswer, hour, monthAnswer } from '../../api/days.ts';
import type { entriesAnswer, entryAnswer, entryRow } from '../../api/entries.ts';
import type { chartState, machineAnswer, machinesAnswer, transitionsAnswer } from '../../api/machines.ts';
import type { planAnswer, whyAnswer } from '../../api/plan.ts';
import type { pricesAnswer } from '../../api/programs.ts';
import type { reviewAnswer } from '../../api/review.ts';
import type { forkAnswer } from '../../api/fork.ts';
import type { whereAnswer } from '../../api/where.ts';
import type { wroteAnswer } from '../../api/wrote.ts';
import type { hourStatus, lane } from '../../api/shapes.ts';
import type { stateAnswer } from '../../api/state.ts';
import type { placeAnswer, timelineAnswer } from '../../api/timeline.ts';

/** Which log is looked at. */
export type About = z.infer<typeof aboutAnswer>;

/** Everything about one moment. */
export type State = z.infer<typeof stateAnswer>;
/** A device at a moment. */
export type Device = State['devices'][number];
/** A statechart instance at a moment. */
export type Stream = State['streams'][number];
/** A delay that is running. */
export type Timer = State['timers'][number];
/** An alarm that is up. */
export type Alarm = State['alarms'][number];

/** A local day. */
export type Day = z.infer<typeof dayAnswer>;
/** A device's part of a day. */
export type DayOfDevice = Day['devices'][number];
/** An hour of a device. */
export type Hour = z.infer<typeof hour>;
/** What became of an hour. */
export type HourStatus = z.infer<typeof hourStatus>;
/** A month of hours. */
export type Month = z.infer<typeof monthAnswer>;

/** Prices of some days. */
export type Prices = z.infer<typeof pricesAnswer>;
/** The plan in force. */
export type Plan = z.infer<typeof planAnswer>;
/** A device's part of it. */
export type PlannedDevice = Plan['devices'][number];
/** Why it is as it is. */
export type Why = z.infer<typeof whyAnswer>;

/** A day looked back upon. */
export type Reviewed = z.infer<typeof reviewAnswer>;

/** Who wrote a value. */
export type Wrote = z.infer<typeof wroteAnswer>;

/** Where in the log something holds. */
export type Where = z.infer<typeof whereAnswer>;
/** One such place. */
export type WherePlace = Where['places'][number];

/** What would have been with other settings. */
export type Fork = z.infer<typeof forkAnswer>;

/** An entry as a list shows it. */
export type Row = z.infer<typeof entryRow>;
/** A window of the log. */
export type Rows = z.infer<typeof entriesAnswer>;
/** One entry with all that belongs to it. */
export type WholeEntry = z.infer<typeof entryAnswer>;
/** What an entry is about. */
export type Lane = z.infer<typeof lane>;

/** The machines by name. */
export type Machines = z.infer<typeof machinesAnswer>;
/** One machine with its picture. */
export type Machine = z.infer<typeof machineAnswer>;
/** A state of a chart. */
export type ChartState = z.infer<typeof chartState>;
/** What the machines did lately. */
export type Transitions = z.infer<typeof transitionsAnswer>;
/** One step of a machine. */
export type Taken = Transitions['transitions'][number];

/** The log's time in parts. */
export type Timeline = z.infer<typeof timelineAnswer>;
/** Where an instant lies in the log. */
export type Place = z.infer<typeof placeAnswer>;

/**
 * Every path of the API: what may be asked, and what is answered.
 *
 * The server routes by this table, the OpenAPI document is made of it, and the tests hold every answer against it.
 */
import { z } from 'zod';
import { aboutAnswer } from './about.ts';
import { dayAnswer, monthAnswer } from './days.ts';
import { entriesAnswer, entriesQuery, entryAnswer, entryStreamQuery } from './entries.ts';
import { machineAnswer, machinesAnswer, transitionsAnswer, transitionsQuery } from './machines.ts';
import {
  deliveriesAnswer,
  emhassAnswer,
  emhassQuery,
  evccAnswer,
  healthAnswer,
  pricesAnswer,
  stretchQuery,
  usageAnswer,
} from './programs.ts';
import { planAnswer, planQuery, whyAnswer } from './plan.ts';
import { reviewAnswer, reviewQuery } from './review.ts';
import { forkAnswer, forkQuery } from './fork.ts';
import { momentQuery } from './shapes.ts';
import { whereAnswer, whereQuery } from './where.ts';
import { wroteAnswer, wroteQuery } from './wrote.ts';
import { stateAnswer } from './state.ts';
import { placeAnswer, placeQuery, timelineAnswer, timelineQuery } from './timeline.ts';

/** One path: its query, its answer, and what it is for. */
export interface ApiPath {
  readonly path: string;
  readonly summary: string;
  /** Names in braces of the path, each with what it stands for. */
  readonly parts?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  /** Its JSON; absent for other kinds of answers. */
  readonly answer?: z.ZodType;
  /** What it means when the same answer comes with 503. */
  readonly failing?: string;
  /** Why it is refused with 503 where no agent runs; absent where a log at rest has its answer. */
  readonly atRest?: string;
  /** Why it may be refused with 503 although it has an answer. */
  readonly unavailable?: string;
  /** What the answer is when it is not JSON. */
  readonly contentType?:
    'text/event-stream' | 'text/plain; version=0.0.4; charset=utf-8' | 'text/css; charset=utf-8' | 'image/svg+xml';
}

const stretchAt = stretchQuery.extend(momentQuery.shape);

/** All paths by name. */
export const apiPaths = {
  about: { path: '/api/v1/about', summary: 'Which log this is, and how much of it has been read', answer: aboutAnswer },
  state: {
    path: '/api/v1/state',
    summary: 'Everything about one moment: streams, timers, prices, devices, hours, alarms',
    query: momentQuery,
    answer: stateAnswer,
  },
  entries: {
    path: '/api/v1/entries',
    summary: 'A window of the log, filtered or searched',
    query: entriesQuery,
    answer: entriesAnswer,
  },
  entry: {
    path: '/api/v1/entries/{position}',
    summary: 'One entry with its causes, consequences and XML',
    parts: { position: 'Position in the log.' },
    answer: entryAnswer,
  },
  stream: {
    path: '/api/v1/stream',
    summary: 'Entries as they are recorded, as server-sent events that can be resumed by position',
    query: entryStreamQuery,
    contentType: 'text/event-stream',
  },
  timeline: {
    path: '/api/v1/timeline',
    summary: 'The lanes of a range of time, counted in buckets',
    query: timelineQuery,
    answer: timelineAnswer,
  },
  wrote: {
    path: '/api/v1/wrote',
    summary: 'Who wrote a value: the step of the log that changed it, before a moment or after it',
    query: wroteQuery,
    answer: wroteAnswer,
  },
  where: {
    path: '/api/v1/where',
    summary: 'Where in the log a predicate holds: a state, a price, a level, a fact',
    query: whereQuery,
    answer: whereAnswer,
  },
  fork: {
    path: '/api/v1/fork',
    summary: 'What would have been from a moment on with other settings: the first divergence, and the money',
    query: forkQuery,
    unavailable: 'Nobody is here who could plan again',
    answer: forkAnswer,
  },
  place: { path: '/api/v1/place', summary: 'Where in the log an instant lies', query: placeQuery, answer: placeAnswer },
  day: {
    path: '/api/v1/days/{day}',
    summary: 'A local day: prices, energy, charge, setpoints, delivery',
    parts: { day: 'A local day, 2026-11-01.' },
    query: momentQuery,
    answer: dayAnswer,
  },
  month: {
    path: '/api/v1/months/{month}',
    summary: 'A month of hours with their delivery',
    parts: { month: 'A month, 2026-11.' },
    query: momentQuery,
    answer: monthAnswer,
  },
  machines: { path: '/api/v1/machines', summary: 'The machines there are', answer: machinesAnswer },
  machine: {
    path: '/api/v1/machines/{machine}',
    summary: 'A machine’s definition and picture',
    parts: { machine: 'A machine’s id.' },
    answer: machineAnswer,
  },
  picture: {
    path: '/api/v1/machines/{machine}/picture.svg',
    summary: 'A machine’s picture, to stand alone',
    parts: { machine: 'A machine’s id.' },
    contentType: 'image/svg+xml',
  },
  looks: {
    path: '/api/v1/machines.css',
    summary: 'The stylesheet of the pictures',
    contentType: 'text/css; charset=utf-8',
  },
  transitions: {
    path: '/api/v1/transitions',
    summary: 'The transitions the machines took last',
    query: transitionsQuery,
    answer: transitionsAnswer,
  },
  prices: { path: '/api/v1/prices', summary: 'Prices in hand', query: stretchAt, answer: pricesAnswer },
  evcc: {
    path: '/api/v1/prices/evcc',
    summary: 'Prices from now on, as evcc’s custom tariff reads them',
    atRest: 'No agent runs: which prices hold now is not known',
    answer: evccAnswer,
  },
  emhass: {
    path: '/api/v1/prices/emhass',
    summary: 'Prices from now on, as EMHASS’ runtime parameters',
    query: emhassQuery,
    atRest: 'No agent runs: which prices hold now is not known',
    answer: emhassAnswer,
  },
  plan: {
    path: '/api/v1/plan',
    summary: 'The plan in force: what each device does, and what is bought for what',
    query: planQuery,
    answer: planAnswer,
  },
  review: {
    path: '/api/v1/review',
    summary: 'A day looked back upon: earned, planned, possible, and the difference cause by cause',
    query: reviewQuery,
    unavailable: 'Nobody is here who could plan the day again',
    answer: reviewAnswer,
  },
  why: {
    path: '/api/v1/plan/why',
    summary: 'Why the plan in force is as it is: what binds, what would change it, what wishes cost',
    query: momentQuery,
    unavailable: 'It cannot be found out here: nothing is at hand that solves the plan again, or it failed',
    answer: whyAnswer,
  },
  usage: {
    path: '/api/v1/usage',
    summary: 'Metered hours with their worth and delivery',
    query: stretchAt,
    answer: usageAnswer,
  },
  deliveries: {
    path: '/api/v1/deliveries',
    summary: 'Usage reports that became due in the days, and what became of them',
    query: stretchAt,
    answer: deliveriesAnswer,
  },
  openapi: {
    path: '/api/v1/openapi.json',
    summary: 'This document',
    answer: z.looseObject({ openapi: z.literal('3.1.0') }),
  },
  health: {
    path: '/healthz',
    summary: 'Whether the agent is healthy; 503 when not',
    failing: 'A check fails: the same answer, with its sentence',
    answer: healthAnswer,
  },
  metrics: {
    path: '/metrics',
    summary: 'Figures for Prometheus',
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
  },
} as const satisfies Readonly<Record<string, ApiPath>>;

/** The name of a path. */
export type ApiName = keyof typeof apiPaths;

/** What a path answers, as a program receives it. */
export type ApiAnswer<Name extends ApiName> = (typeof apiPaths)[Name] extends {
  readonly answer: infer Answer extends z.ZodType;
}
  ? z.output<Answer>
  : never;

/** What may be asked of a path, understood. */
export type ApiQuery<Name extends ApiName> = (typeof apiPaths)[Name] extends {
  readonly query: infer Query extends z.ZodObject;
}
  ? z.output<Query>
  : Record<never, never>;

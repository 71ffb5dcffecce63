/** From a path to its answer. */
import type { Explainer } from '../../dispatch/explain/why.ts';
import { dayMs, dayOf, daySpan, type DaySpan } from '../../programme/calendar.ts';
import type { Planner } from '../../dispatch/planner.ts';
import type { ApiName, ApiQuery } from '../api/paths.ts';
import { apiPaths } from '../api/paths.ts';
import { openApiDocument } from '../api/openapi.ts';
import { aboutAnswerOf } from '../answers/about.ts';
import { dayAnswerOf, monthAnswerOf } from '../answers/days.ts';
import { entriesAnswerOf } from '../answers/entries.ts';
import { entryAnswerOf } from '../answers/entry.ts';
import { shownDayOf } from '../answers/amounts.ts';
import { forkAnswerOf } from '../answers/fork.ts';
import { healthOf } from '../answers/health.ts';
import { machineAnswerOf, machinesAnswerOf, pictureOf } from '../answers/machines.ts';
import { metricsText } from '../answers/metrics.ts';
import {
  explainedPlan,
  planAnswerOf,
  planInForce,
  whyAnswerOf,
  whyOfPlan,
  type PlanRecorded,
} from '../answers/plan.ts';
import { pricesAnswerOf } from '../answers/prices.ts';
import {
  daysAsked,
  deliveriesAnswerOf,
  emhassAnswerOf,
  evccAnswerOf,
  stretchOf,
  usageAnswerOf,
} from '../answers/programs.ts';
import { restText } from '../answers/rest.ts';
import { reviewAnswerOf, reviewOfDay } from '../answers/review.ts';
import { shownOf, stateOfMoment } from '../answers/state.ts';
import { timelineAnswerOf } from '../answers/timeline.ts';
import { lastTransitions } from '../answers/transitions.ts';
import { whereAnswerOf } from '../answers/where.ts';
import { wroteAnswerOf } from '../answers/wrote.ts';
import { ForkImpossible } from '../../fork/fork.ts';
import { UnfitChange } from '../../shell/settings/otherSettings.ts';
import { WhereFault } from '../../where/fault.ts';
import { predicateOf } from '../../where/parse.ts';
import type { Predicate } from '../../where/terms.ts';
import { stylesheet } from '../drawing/style.ts';
import type { History, ShownMoment } from '../history/history.ts';
import { momentAsked, positionOf } from './moments.ts';
import { giveWayBeside } from './pace.ts';
import { RequestRefused } from './refusal.ts';
import { json, type HttpAnswer } from './respond.ts';
import { understood } from './understand.ts';

/** What answers are made from. */
export interface Sources {
  readonly history: History;
  readonly version: string;
  /** Who plans again what is looked back upon, away from the agent. */
  readonly planner?: Planner;
  /** Solves a plan again to say why it is as it is; null where nothing does. */
  readonly explainer: Explainer | null;
}

/** What is asked: the parts of the path, and the query. */
export interface ApiQuestion {
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Whether whoever asked has gone. */
  readonly isGone: () => boolean;
}

type Answering = (sources: Sources, asked: ApiQuestion) => Promise<HttpAnswer> | HttpAnswer;

const notThere = (what: string): RequestRefused => new RequestRefused(404, 'notFound', what);

/** How long an answer that may be incomplete waits for a log that is being read. @unit ms */
const patienceMs = 600;

/** @limit Slots of a plan that are told at once, so that writing them down keeps nobody waiting. */
const planSlotsLimit = 5_000;

/** A log of usual length is read whole; of a long one something is told meanwhile. */
const mostlyRead = ({ ready }: History): Promise<unknown> =>
  Promise.race([ready, new Promise((resolve) => setTimeout(resolve, patienceMs).unref())]);

const timeZoneOf = ({ history }: Sources): Promise<string> => history.timeZone();

const dayNamed = (day: string, timeZone: string): DaySpan => {
  try {
    const span = daySpan(day, timeZone);
    if (/^\d{4}-\d{2}-\d{2}$/.test(day) && span.day === day) return span;
  } catch {
    // It is no day of the calendar: said below.
  }
  throw new RequestRefused(400, 'badDay', `"${day.slice(0, 40)}" is no day of the calendar: write it as 2026-11-01.`);
};

const monthNamed = (month: string): string => {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) return month;
  throw new RequestRefused(400, 'badMonth', `"${month.slice(0, 40)}" is no month: write it as 2026-11.`);
};

const positionNamed = (text: string): number => {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RequestRefused(
    400,
    'badPosition',
    `"${text.slice(0, 40)}" is no position: positions are whole numbers from 0 on.`,
  );
};

const momentOf = ({ history }: Sources, { query }: ApiQuestion): Promise<ShownMoment> =>
  momentAsked(history, understood(apiPaths.state.query, query).at);

/** The present of an agent that runs: a program that acts on an answer has no use for what held when one last ran. */
const runningMoment = async ({ history }: Sources): Promise<ShownMoment> => {
  if (history.inspected.live() !== null) return history.present();
  throw new RequestRefused(503, 'atRest', `${await restText(history)} Which prices hold now is not known.`);
};

/** The first position that `from` means: itself, or the first one recorded at that instant or later. */
const firstOf = async (history: History, from: string): Promise<number> =>
  /^\d+$/.test(from) ? Number(from) : history.index.firstAfter(Date.parse(from) - 1);

/** An answer about some days at a moment. */
const aboutDays =
  (make: (moment: ShownMoment, days: readonly DaySpan[]) => object, isTomorrowTold = false): Answering =>
  async ({ history }, { query }) => {
    const { at, from, to } = understood(apiPaths.usage.query, query);
    const moment = await momentAsked(history, at);
    return json(make(moment, daysAsked(moment, from, to, isTomorrowTold)));
  };

const planOf = async (history: History, moment: ShownMoment): Promise<PlanRecorded> => {
  const plan = await planInForce(history, moment);
  if (plan !== null) return plan;
  throw notThere('There is no plan yet: the agent plans at its start, each hour, and when prices arrive.');
};

const forgotten = (): RequestRefused =>
  notThere('The log has let go of what this plan was asked with: plans of later are explained.');

/** What keeps it from being known why a plan is as it is. */
const unexplained = (why: string): RequestRefused =>
  new RequestRefused(503, 'unexplained', `Why the plan is as it is cannot be found out here: ${why}.`);

const predicateGiven = (text: string): Predicate => {
  try {
    return predicateOf(text);
  } catch (error) {
    throw error instanceof WhereFault ? new RequestRefused(400, 'badPredicate', error.message) : error;
  }
};

/** @limit How long a fork goes on that is asked of the page. @unit ms */
const forkMs = 3 * dayMs;

/** Where a fork begins. */
const forkPoint = async (history: History, at: string | undefined) => {
  if (at !== undefined) {
    const position = await positionOf(history, at);
    return { position, atMs: /^\d+$/.test(at) ? (history.index.recordedAt(position) ?? 0) : Date.parse(at) };
  }
  const moment = await history.present();
  const resourceIDs = (moment.agent.settings?.devices ?? []).map(({ resourceID }) => resourceID);
  const { startAt } = daySpan(shownDayOf(moment, resourceIDs), moment.timeZone);
  return { position: history.index.firstAfter(startAt) - 1, atMs: startAt };
};

const forkAnswering = async (
  { history, planner }: Sources,
  { at, until, set }: ApiQuery<'fork'>,
  isGone: () => boolean,
): Promise<HttpAnswer> => {
  await history.ready;
  if (planner === undefined)
    throw new RequestRefused(503, 'noPlanner', 'Nobody is here who could plan again; "ven log fork" can.');
  const { position, atMs } = await forkPoint(history, at);
  const untilMs = until === undefined ? dayOf(atMs, await history.timeZone()).endAt : Date.parse(until);
  if (!(untilMs > atMs && untilMs - atMs <= forkMs))
    throw new RequestRefused(400, 'badParameter', 'A fork ends after it begins, and three days later at most.');
  const giveWay = giveWayBeside(history.inspected.live() !== null);
  const asked = { position, at: atMs, until: untilMs, changes: [set].flat(), planner, isGone, giveWay };
  try {
    return json(await forkAnswerOf(history, asked));
  } catch (error) {
    if (error instanceof UnfitChange || error instanceof ForkImpossible)
      throw new RequestRefused(400, error instanceof UnfitChange ? 'unfitChange' : 'noFork', error.message);
    throw error;
  }
};

/** What answers each path; the stream is answered elsewhere. */
const answering: Readonly<Record<Exclude<ApiName, 'stream'>, Answering>> = {
  about: async ({ history, version }) => {
    await mostlyRead(history);
    return json(await aboutAnswerOf(history, version));
  },
  state: async (sources, asked) =>
    json(stateOfMoment(await momentOf(sources, asked), (position) => sources.history.index.recordedAt(position))),
  entries: async (sources, { query }) => {
    const wanted = understood(apiPaths.entries.query, query);
    await sources.history.ready;
    return json(await entriesAnswerOf(sources.history, wanted, await timeZoneOf(sources)));
  },
  entry: async (sources, { parts }) => {
    const position = positionNamed(parts['position'] ?? '');
    await sources.history.ready;
    const answer = await entryAnswerOf(sources.history, position, await timeZoneOf(sources));
    if (answer === null)
      throw notThere(`The log has no position ${position}: its last one is ${sources.history.head}.`);
    return json(answer);
  },
  timeline: async (sources, { query }) => {
    const wanted = understood(apiPaths.timeline.query, query);
    await mostlyRead(sources.history);
    return json(await timelineAnswerOf(sources.history, wanted, await timeZoneOf(sources)));
  },
  wrote: async ({ history }, { query }) => {
    const { at, value, way } = understood(apiPaths.wrote.query, query);
    const moment = await momentAsked(history, at);
    await history.ready;
    return json(await wroteAnswerOf(history, moment, value, way));
  },
  where: async ({ history }, { query, isGone }) => {
    const { q, from, to, limit } = understood(apiPaths.where.query, query);
    const predicate = predicateGiven(q);
    await history.ready;
    const range = {
      from: from === undefined ? history.index.start : await firstOf(history, from),
      to: to === undefined ? history.head : await positionOf(history, to, 'to'),
    };
    const giveWay = giveWayBeside(history.inspected.live() !== null);
    return json(await whereAnswerOf(history, { predicate, ...range, limit, isGone, giveWay }));
  },
  fork: async (sources, { query, isGone }) => forkAnswering(sources, understood(apiPaths.fork.query, query), isGone),
  place: async ({ history }, { query }) => {
    const { time } = understood(apiPaths.place.query, query);
    await history.ready;
    const position = history.index.firstAfter(time) - 1;
    return json({ position, recordedAt: history.index.recordedAt(position) });
  },
  day: async (sources, asked) => {
    const moment = await momentOf(sources, asked);
    return json(dayAnswerOf(moment, dayNamed(asked.parts['day'] ?? '', moment.timeZone)));
  },
  month: async (sources, asked) => {
    const month = monthNamed(asked.parts['month'] ?? '');
    return json(monthAnswerOf(await momentOf(sources, asked), month));
  },
  machines: () => json(machinesAnswerOf()),
  machine: (_sources, { parts }) => {
    const answer = machineAnswerOf(parts['machine'] ?? '');
    if (answer === null)
      throw notThere(`There is no machine "${(parts['machine'] ?? '').slice(0, 40)}": /api/v1/machines lists them.`);
    return json(answer);
  },
  picture: (_sources, { parts }) => {
    const body = pictureOf(parts['machine'] ?? '');
    if (body === null)
      throw notThere(`There is no machine "${(parts['machine'] ?? '').slice(0, 40)}": /api/v1/machines lists them.`);
    return {
      contentType: apiPaths.picture.contentType,
      body,
      headers: { 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" },
    };
  },
  looks: () => ({ contentType: apiPaths.looks.contentType, body: stylesheet }),
  transitions: async ({ history }, { query }) => {
    const { at, stream, limit } = understood(apiPaths.transitions.query, query);
    await history.ready;
    return json(await lastTransitions(history, at ?? history.head, stream, limit));
  },
  prices: aboutDays((moment, days) => ({ ...shownOf(moment), ...pricesAnswerOf(moment, stretchOf(days)) }), true),
  evcc: async (sources) => json(evccAnswerOf(await runningMoment(sources))),
  emhass: async (sources, { query }) => {
    const wanted = understood(apiPaths.emhass.query, query);
    return json(emhassAnswerOf(await runningMoment(sources), wanted));
  },
  plan: async ({ history }, { query }) => {
    const { at, device } = understood(apiPaths.plan.query, query);
    const moment = await momentAsked(history, at);
    const plan = await planOf(history, moment);
    await history.ready;
    const explained = await explainedPlan(history, plan, giveWayBeside(history.inspected.live() !== null));
    if (explained === null) throw forgotten();
    const { devices } = explained.explanation;
    if (device !== undefined && !devices.some(({ resourceID }) => resourceID === device))
      throw notThere(`The plan in force has no device "${device.slice(0, 40)}".`);
    const told = device === undefined ? devices : devices.filter(({ resourceID }) => resourceID === device);
    if (told.length > 1 && told.reduce((sum, { slots }) => sum + slots.length, 0) > planSlotsLimit)
      throw new RequestRefused(
        400,
        'tooLarge',
        `The plan has more than ${planSlotsLimit} slots: ask for one device at a time, with device=${devices[0]?.resourceID ?? ''}.`,
      );
    return json(planAnswerOf(moment, explained, device));
  },
  review: async ({ history, planner }, { query }) => {
    const { at, day } = understood(apiPaths.review.query, query);
    const moment = await momentAsked(history, at);
    await history.ready;
    const { timeZone } = moment;
    const span =
      day === undefined ? dayOf(dayOf(moment.asOf, timeZone).startAt - 1, timeZone) : dayNamed(day, timeZone);
    if (planner === undefined)
      throw new RequestRefused(
        503,
        'noPlanner',
        'Nobody is here who could plan the day again; "ven plan --review" can.',
      );
    const review = await reviewOfDay(history, moment, span, planner, giveWayBeside(history.inspected.live() !== null));
    return json(reviewAnswerOf(moment, span, review));
  },
  why: async ({ history, explainer }, { query }) => {
    const { at } = understood(apiPaths.why.query, query);
    const moment = await momentAsked(history, at);
    const plan = await planOf(history, moment);
    if (explainer === null) throw unexplained('nothing is at hand that solves it again');
    await history.ready;
    const why = await whyOfPlan(history, plan, moment, explainer).catch((error: unknown) => {
      throw unexplained(error instanceof Error ? error.message : String(error));
    });
    if (why === null) throw forgotten();
    return json(whyAnswerOf(moment, plan, why));
  },
  usage: aboutDays(usageAnswerOf),
  deliveries: aboutDays(deliveriesAnswerOf),
  openapi: () => json(openApiDocument()),
  health: async ({ history }) => {
    const health = await healthOf(history);
    return json(health, health.status === 'healthy' ? 200 : 503);
  },
  metrics: async ({ history, version }) => ({
    contentType: apiPaths.metrics.contentType,
    body: await metricsText(history, version),
  }),
};

/** The answer to a path. @throws RequestRefused */
export const answerTo = async (
  name: Exclude<ApiName, 'stream'>,
  sources: Sources,
  asked: ApiQuestion,
): Promise<HttpAnswer> => answering[name](sources, asked);

import type { ExplainedDevice, ExplainedSlot, PlanExplanation } from '../../dispatch/explain/explanation.ts';
import type { PlanSpan } from '../../dispatch/planningProblem.ts';
import type { PlanMade } from '../../facts/planning.ts';
import { type DaySpan, dayOf, hourMs, localText, nextDay, timeOnDay } from '../../programme/calendar.ts';
import { centsText, differenceOf, sumOf } from '../../programme/money.ts';
import { moneyWords, priceWords } from '../../programme/moneyWords.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { instructionsProjection } from '../../store/projections/instructions.ts';
import { paragraphsFor, roomOf } from '../prose.ts';
import { hourNamed } from '../explain/subject.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { reading } from '../reading.ts';
import { gapText, limitTags } from '../../text/planWords.ts';
import { isoText } from '../rows.ts';
import type { Surroundings, TextOutput } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { viewsOf } from '../views.ts';
import { dayNamed, instantNamed } from '../when.ts';
import { besideSentences } from './beside.ts';
import { hoursOver, type HourSet } from './over.ts';
import {
  type ExplainedAsRecorded,
  expectToExplain,
  explainedAsRecorded,
  planInForce,
  type RecordedPlan,
} from './recorded.ts';
import {
  clock,
  isTold,
  missedSentence,
  pairSentence,
  slotSentences,
  untoldSentence,
  wishSentence,
} from './sentences.ts';

/** The instants that a time of day means in the time of a plan, or the one that is named with its day, or now. */
const instantsAsked = (text: string, { startAt, endAt, timeZone }: PlanExplanation, now: number): readonly number[] => {
  if (text === 'now') return [now];
  const time = /^([01]?\d|2[0-3])(?::([0-5]\d))?$/.exec(text);
  if (time === null) {
    const hourAsked = hourNamed(text, timeZone);
    if (hourAsked === null || hourAsked.kind !== 'hour')
      throw new UsageError(`"${text}" is no hour: write it as 14:00, or as "2026-11-25 14:00".`);
    const minute = Number(/^\d{4}-\d\d-\d\d[ T]\d\d:(\d\d)$/.exec(text)?.[1] ?? 0);
    return [instantNamed(text) ?? hourAsked.startAt + minute * 60_000];
  }
  const [, hour = '', minute = '00'] = time;
  const days: DaySpan[] = [dayOf(startAt, timeZone)];
  for (let last = days[0]; last !== undefined && last.endAt < endAt; last = days.at(-1))
    days.push(nextDay(last, timeZone));
  return days.map((day) => timeOnDay(day, `${hour.padStart(2, '0')}:${minute}`, timeZone));
};

/** The slot in force at the time that is asked about; the first of its hour where the plan begins within that. */
const slotAsked = (
  text: string,
  plan: PlanExplanation,
  slots: readonly ExplainedSlot[],
  now: number,
): ExplainedSlot => {
  const asked = instantsAsked(text, plan, now);
  const found = [0, hourMs].flatMap((lateMs) =>
    slots.filter(({ startAt, endAt }) => asked.some((at) => startAt < at + Math.max(1, lateMs) && endAt > at)),
  );
  const [first] = found;
  if (first !== undefined) return first;
  throw new CommandFailure(
    `The plan in force has no such hour: it begins at ${isoText(plan.startAt)}; "ven explain" tells hours that are over.`,
  );
};

/** Where the hour goes on otherwise. */
const goesOn = (slot: ExplainedSlot, slots: readonly ExplainedSlot[], timeZone: string): readonly string[] => {
  const next = slots.find(({ startAt }) => startAt === slot.endAt);
  if (next === undefined || slot.endAt % hourMs === 0) return [];
  const at = clock(next.startAt, timeZone);
  return next.does === slot.does && next.limit === slot.limit
    ? []
    : [`From ${at} on it is otherwise: --why ${at} tells.`];
};

const kilowattHours = (wattHours: number): string =>
  wattHours === 0 ? '' : `${wattHours > 0 ? '+' : '−'}${(Math.abs(wattHours) / 1_000).toFixed(2)}`;

/** Hours that are over, as they were set. */
const rowsOver = (hours: readonly HourSet[], timeZone: string): readonly (readonly string[])[] =>
  hours.map(({ startAt, usdPerKwh, energyWattHours }) => {
    // Whole watts of a few seconds at the change of an hour are no order of that hour.
    const wattHours = Math.abs(energyWattHours ?? 0) < 5 ? 0 : (energyWattHours ?? 0);
    const did = energyWattHours === null ? 'was left' : wattHours > 0 ? 'bought' : wattHours < 0 ? 'sold' : 'rested';
    return [
      `${dayOf(startAt, timeZone).day.slice(5)} ${clock(startAt, timeZone)}`,
      priceWords(usdPerKwh),
      did,
      kilowattHours(wattHours),
      '',
      'as set',
      '',
    ];
  });

/** `isBoundKnown`: what binds was found out. */
const rowsOf = (
  slots: readonly ExplainedSlot[],
  timeZone: string,
  isBoundKnown: boolean,
): readonly (readonly string[])[] =>
  slots.map((slot) => [
    `${dayOf(slot.startAt, timeZone).day.slice(5)} ${clock(slot.startAt, timeZone)}`,
    priceWords(slot.importUsdPerKwh),
    slot.does,
    kilowattHours(slot.energyWattHours),
    slot.stateOfChargeAtEnd === null ? '' : `${Math.round(slot.stateOfChargeAtEnd * 100)} %`,
    isBoundKnown ? limitTags[slot.limit] : '',
    slot.does === 'rests' ? '' : moneyWords(slot.cashUsd),
  ]);

/** @limit Hours without a price in a row that are still told one by one. */
const pricelessTold = 2;

/** Hours in a row without a price, in which nothing is done, as one sentence; and the slots that remain. */
const withoutPriceless = (
  slots: readonly ExplainedSlot[],
  timeZone: string,
): { readonly told: readonly ExplainedSlot[]; readonly sentences: readonly string[] } => {
  // Where the solver said nothing, the price is all that is known to bind.
  const isPriceless = ({ limit, importUsdPerKwh }: ExplainedSlot): boolean =>
    limit === 'noPrice' || (limit === 'price' && importUsdPerKwh === null);
  const isIdle = (slot: ExplainedSlot): boolean =>
    isPriceless(slot) && slot.does === 'rests' && slot.energyWattHours === 0;
  const runs: ExplainedSlot[][] = [];
  for (const slot of slots) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && isIdle(before) && isIdle(slot)) last.push(slot);
    else runs.push([slot]);
  }
  const isFolded = ({ length }: readonly ExplainedSlot[]): boolean => length > pricelessTold;
  return {
    told: runs.filter((run) => !isFolded(run)).flat(),
    sentences: runs.filter(isFolded).map(([first, ...others]) => {
      const [startAt, endAt] = [first?.startAt ?? 0, others.at(-1)?.endAt ?? 0];
      return `From ${localText(startAt, timeZone)} to ${localText(endAt, timeZone)} no price is known: it rests.`;
    }),
  };
};

const deviceText = (
  device: ExplainedDevice,
  slots: readonly ExplainedSlot[],
  over: readonly HourSet[],
  { timeZone, untold }: Pick<ExplainedAsRecorded, 'timeZone' | 'untold'>,
  output: TextOutput,
): string => {
  const { told, sentences } = withoutPriceless(slots, timeZone);
  const rows = [...rowsOver(over, timeZone), ...rowsOf(told, timeZone, untold === null)];
  const table = tableText(['hour', 'price', 'does', 'kWh', 'level', 'bound by', 'money'], rows, {
    right: new Set([1, 3, 4, 6]),
    columns: [{}, {}, {}, {}, { goes: 2 }, { gives: 'words', goes: 1 }, {}],
    width: roomOf(output),
  });
  const pairs = device.pairs.filter(isTold).map((pair) => pairSentence(pair, timeZone));
  return `${device.resourceID}\n\n${rows.length === 0 ? '' : `${table}\n`}${paragraphsFor(output, [...sentences, ...pairs])}`;
};

/** What is said of a plan beside what it does. */
interface PlanNotes extends Pick<PlanMade, 'basis' | 'unmet'> {
  /** How much more a plan could be worth at most. @unit USD */
  readonly gapUsd: DecimalText;
  /** What goes before the plan, and whatever else stands beside it. */
  readonly beside: readonly string[];
}

const wholeText = (
  explanation: Omit<ExplainedAsRecorded, 'isShadow' | 'worth'>,
  devices: readonly ExplainedDevice[],
  within: (slot: PlanSpan) => boolean,
  overOf: (resourceID: string) => readonly HourSet[],
  { basis, unmet = [], gapUsd, beside }: PlanNotes,
  output: TextOutput,
): string => {
  const { timeZone, wishes, untold } = explanation;
  const [cashUsd, wearUsd, stockUsd] = [explanation.cashUsd, explanation.wearUsd, explanation.stockUsd].map(
    centsText,
  ) as [string, string, string];
  // The sum is of what is shown, so that it can be added up by whoever reads it.
  const valueUsd = sumOf([differenceOf(cashUsd, wearUsd), stockUsd]);
  const told = devices.map((device) => {
    const over = overOf(device.resourceID).filter(({ startAt }) => within({ startAt, endAt: startAt + hourMs }));
    // An hour that is over is told once, as it was set.
    const isOver = (slot: PlanSpan): boolean =>
      over.some(({ startAt }) => slot.startAt >= startAt && slot.startAt < startAt + hourMs);
    const ahead = device.slots.filter((slot) => within(slot) && !isOver(slot));
    return deviceText(device, ahead, over, explanation, output);
  });
  const sum = `The plan is worth ${moneyWords(valueUsd)}: the bill will show ${moneyWords(cashUsd)}, wear takes ${moneyWords(wearUsd).replace('+', '')}, and what is stored changes by ${moneyWords(stockUsd)}. It rests on: ${basis}.`;
  const gap = gapText(gapUsd);
  const missed = unmet.filter(({ resourceID }) =>
    devices.some((device) => (resourceID ?? device.resourceID) === device.resourceID),
  );
  const sentences = [
    sum,
    ...(gap === null ? [] : [gap]),
    ...missed.map((wish) => missedSentence(wish, timeZone)),
    ...wishes.map((wish) => wishSentence(wish, timeZone)),
    ...(untold === null ? [] : [untoldSentence('What binds the hours, and what wishes cost,', untold)]),
    ...beside,
  ];
  return `${told.join('\n')}\n${paragraphsFor(output, sentences)}`;
};

/** Where the solver said nothing, limits are null, and `untold` says why. */
const asDocument = (
  { untold, ...explanation }: Omit<ExplainedAsRecorded, 'isShadow' | 'worth'>,
  notes: Pick<PlanNotes, 'unmet' | 'gapUsd'>,
): string =>
  JSON.stringify(
    { ...explanation, ...notes, ...(untold === null ? {} : { untold }) },
    (key, value: unknown) => {
      if (key === 'limit' && untold !== null) return null;
      return (key === 'startAt' || key === 'endAt' || key === 'at') && typeof value === 'number'
        ? isoText(value)
        : value;
    },
    2,
  );

/** What a person should know of devices in shadow; null where there are none. */
const shadowNote = ({ shadow }: PlanMade, isShadow: boolean): string | null => {
  if (shadow === undefined || shadow.resourceIDs.length === 0) return null;
  const names = shadow.resourceIDs.join(', ');
  if (isShadow) return `In shadow: ${names} would do this, and is told nothing.`;
  const why = shadow.failed === undefined ? ' ("ven plan --device" tells what it would do)' : `: ${shadow.failed}`;
  return `In shadow, and not in this: ${names}${why}.`;
};

/** That the plan in force is not the newest that was wanted; null where it is. */
const failureNote = ({ failure, madeAt }: RecordedPlan, timeZone: string): string | null =>
  failure === null
    ? null
    : `This plan was made ${localText(madeAt, timeZone)}. Since ${localText(failure.at, timeZone)} there is no newer one: ${failure.detail.replace(/\.?$/, '.')}`;

/** The body of `ven plan`. */
export const planBody = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const { stdout } = surroundings;
    expectToExplain();
    const recorded = await planInForce(opened);
    if (recorded === null)
      throw new CommandFailure(
        'No plan was made yet: the agent plans at its start, each hour, and when prices arrive.',
      );
    const wanted = given.text('device');
    const isJson = given.switches.has('json');
    const why = given.text('why');
    const { isShadow, worth, ...explanation } = await explainedAsRecorded(opened, recorded, {
      device: wanted,
      // The table has no room for them.
      thresholds: isJson || why !== undefined,
    });
    const { timeZone } = explanation;
    const devices = explanation.devices.filter(({ resourceID }) => wanted === undefined || resourceID === wanted);
    if (devices.length === 0)
      throw new CommandFailure(
        wanted === undefined
          ? 'The plan in force has nothing for any device.'
          : `The plan in force knows no device "${wanted}".`,
      );
    if (isJson) {
      const { unmet = [] } = recorded.made;
      const more = { unmet: isShadow ? [] : unmet, gapUsd: worth?.gapUsd ?? '0' };
      stdout.write(`${asDocument({ ...explanation, devices }, more)}\n`);
      return EXIT.success;
    }
    for (const note of [failureNote(recorded, timeZone), shadowNote(recorded.made, isShadow)])
      if (note !== null) stdout.write(`${paragraphsFor(stdout, [note])}\n`);
    const here = { ...opened.here, timeZone };
    const { instructions } = await viewsOf(opened.log, { instructions: instructionsProjection() });
    const besideOf = (resourceID: string, span: PlanSpan): readonly string[] =>
      besideSentences(instructions, resourceID, span, here);
    if (why !== undefined) {
      const texts = devices.map((device) => {
        const slot = slotAsked(why, explanation, device.slots, here.now);
        const sentences = [
          ...slotSentences(device, slot, timeZone, explanation.untold),
          ...besideOf(device.resourceID, slot),
          ...goesOn(slot, device.slots, timeZone),
        ];
        return `${device.resourceID}\n${paragraphsFor(stdout, sentences)}`;
      });
      stdout.write(texts.join('\n'));
      return EXIT.success;
    }
    const day = given.text('day');
    const span = day === undefined ? null : dayNamed(day, { timeZone, now: opened.here.now });
    const within = ({ startAt }: PlanSpan): boolean =>
      span === null || (startAt >= span.startAt && startAt < span.endAt);
    const overOf = await hoursOver(opened, timeZone);
    const ahead = { startAt: here.now, endAt: Math.max(explanation.endAt, here.now + 1) };
    const beside = devices.flatMap(({ resourceID }) =>
      besideOf(resourceID, ahead).map((text) => `${resourceID}: ${text}`),
    );
    const { basis, unmet = [] } = recorded.made;
    const notes: PlanNotes = { basis, unmet: isShadow ? [] : unmet, gapUsd: worth?.gapUsd ?? '0', beside };
    stdout.write(wholeText(explanation, devices, within, overOf, notes, stdout));
    return EXIT.success;
  });

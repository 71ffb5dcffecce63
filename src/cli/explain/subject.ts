/** What `ven explain` is asked about. */
import { nearest } from '../../text/nearest.ts';
import { dayOf, daySpan, hourMs, hoursOf, localText } from '../../programme/calendar.ts';
import type { EventLog } from '../../store/eventLog.ts';
import type { IdentifiedKind, Identifiers } from '../../telling/identifiers.ts';
import { CommandFailure } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { cut } from '../table.ts';
import { dayNamed, instantNamed, type Here } from '../when.ts';

/** A position, an hour, or a thing by its name. */
export type Subject =
  | { readonly kind: 'position'; readonly position: number }
  | { readonly kind: 'hour'; readonly startAt: number; readonly endAt: number }
  | { readonly kind: IdentifiedKind; readonly id: string };

const localHour = /^(\d{4}-\d{2}-\d{2})[ T](\d{2})(:\d{2})?$/;

const spanFrom = (startAt: number): Subject => ({ kind: 'hour', startAt, endAt: startAt + hourMs });

const hoursCalled = (day: string, hour: string, timeZone: string): readonly number[] => {
  try {
    return hoursOf(daySpan(day, timeZone)).filter((startAt) =>
      localText(startAt, timeZone).startsWith(`${day} ${hour}`),
    );
  } catch {
    return [];
  }
};

/** How an hour is written so that nothing else can be meant: `2026-11-01T01:00-04:00`. */
const spelled = (startAt: number, timeZone: string): string =>
  localText(startAt, timeZone).replace(' ', 'T').replace(' ', '');

const localHourNamed = (text: string, timeZone: string): Subject | null => {
  const [, day = '', hour = ''] = localHour.exec(text) ?? [];
  if (day === '') return null;
  const [first, second] = hoursCalled(day, hour, timeZone);
  if (first === undefined)
    throw new UsageError(`There is no "${text}" in ${timeZone}: the day or the hour does not exist there.`);
  if (second === undefined) return spanFrom(first);
  throw new UsageError(
    `The clocks show "${text}" twice: write ${spelled(first, timeZone)} for the first and ${spelled(second, timeZone)} for the second.`,
  );
};

/** The hour of the programme's day that a text names; null for a text that names none. @throws UsageError for an hour that is not there, or there twice */
export const hourNamed = (text: string, timeZone: string): Subject | null => {
  const at = instantNamed(text);
  if (at === null) return localHourNamed(text, timeZone);
  const { startAt } = dayOf(at, timeZone);
  return spanFrom(startAt + Math.floor((at - startAt) / hourMs) * hourMs);
};

const ofNamedDay = /^(?:(today|yesterday|tomorrow)[ T])?([01]?\d|2[0-3]):([0-5]\d)$/;

/** `14:00`, `yesterday 14:00`: an hour of today, or of the day that is named, as the clock shows it; null for any other text. @throws UsageError */
export const hourOfNamedDay = (text: string, here: Here): Subject | null => {
  const [, day = 'today', hour = '', minute = ''] = ofNamedDay.exec(text) ?? [];
  return hour === ''
    ? null
    : localHourNamed(`${dayNamed(day, here).day} ${hour.padStart(2, '0')}:${minute}`, here.timeZone);
};

const kinds: readonly IdentifiedKind[] = ['drEvent', 'reportRequest', 'delivery'];

/** Options that say of what kind a name is. */
const kindOptions: Readonly<Record<string, IdentifiedKind>> = {
  event: 'drEvent',
  request: 'reportRequest',
  delivery: 'delivery',
};

/** @limit Names that are offered when one is not known, and what is shown of the one that was given. @unit characters */
const offered = 3;
const shownCharacters = 100;

/** The known names that are nearest, the nearest first. */
const nearestOf = (text: string, names: readonly string[]): readonly string[] => {
  const near: string[] = [];
  for (let count = 0; count < offered; count += 1) {
    const best = nearest(
      text,
      names.filter((name) => !near.includes(name)),
    );
    if (best === null) break;
    near.push(best);
  }
  return near;
};

const nobody: Identifiers = { drEvent: new Set(), reportRequest: new Set(), delivery: new Set() };

const unknown = (text: string, identifiers: Identifiers): CommandFailure => {
  const near =
    text.length > shownCharacters
      ? []
      : nearestOf(
          text,
          kinds.flatMap((kind) => [...identifiers[kind]]),
        );
  const hint =
    near.length === 0
      ? ''
      : ` The nearest ${near.length === 1 ? 'name is' : 'names are'} ${near.map((name) => `"${name}"`).join(', ')}.`;
  return new CommandFailure(
    `The log knows no DR event, report request or delivery "${cut(text, shownCharacters)}", and it is no position or hour.${hint} "ven log list" shows what there is.`,
  );
};

/** The thing that bears a name. @throws CommandFailure with the nearest names when none does */
export const subjectNamed = (text: string, identifiers: Identifiers): Subject => {
  const kind = kinds.find((each) => identifiers[each].has(text));
  if (kind === undefined) throw unknown(text, identifiers);
  return { kind, id: text };
};

/** The thing that an option names; null where none does. @throws CommandFailure when nothing of that kind bears the name; UsageError */
export const subjectByKind = async (
  given: ParsedArguments,
  identifiersIn: () => Promise<Identifiers>,
): Promise<Subject | null> => {
  const named = Object.entries(kindOptions).flatMap(([option, kind]) => {
    const id = given.text(option);
    return id === undefined ? [] : [{ kind, id }];
  });
  const [first, second] = named;
  if (first === undefined) return null;
  if (second !== undefined || given.operands.length > 0)
    throw new UsageError(
      'One thing is explained at a time: name it either by itself or with one of --event, --request and --delivery.',
    );
  const { kind, id } = first;
  const identifiers = await identifiersIn();
  if (!identifiers[kind].has(id)) throw unknown(id, { ...nobody, [kind]: identifiers[kind] });
  return { kind, id };
};

/** The position a text names, when the log reaches that far. */
export const positionIn = (text: string, log: EventLog): Subject | null => {
  const position = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return position <= log.durableHead.position ? { kind: 'position', position } : null;
};

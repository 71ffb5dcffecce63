/** What somebody at the broker wants: a word or a number, as Home Assistant sends it, or JSON that says more. */
import type { OptWindow } from '../../facts/opts.ts';
import type { OperatorCommand } from '../../shell/operatorCommands.ts';
import { overrideOptions } from './discovery.ts';

/** A command that is none. */
export class RefusedCommand extends Error {
  override readonly name = 'RefusedCommand';
}

/** What a command is about, as its topic says it. */
export type CommandTarget =
  { readonly is: 'override' | 'reserve' | 'wish' | 'trust'; readonly resourceID: string } | { readonly is: 'opt' };

/** What holds of commands at a broker. */
export interface CommandTerms {
  /** How long an override, and a reserve, holds that does not say it. @unit ms */
  readonly overrideForMs: number;
  readonly reserveForMs: number;
  /** Whether devices may be trusted from here. */
  readonly mayTrust: boolean;
}

type CommandFields = Readonly<Record<string, unknown>>;

const shortened = (word: string): string => (word.length > 60 ? `${word.slice(0, 60)}…` : word);

const spoken = (value: unknown): string => shortened(JSON.stringify(value ?? null));

const parsed = (text: string, example: string): CommandFields => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new RefusedCommand(`${shortened(text)} is no object of JSON: send ${example}.`);
};

const checkNames = (fields: CommandFields, names: readonly string[]): void => {
  const strange = Object.keys(fields).find((name) => !names.includes(name));
  if (strange !== undefined)
    throw new RefusedCommand(`${spoken(strange)} means nothing here: there is ${names.join(', ')}.`);
};

const instantOf = (until: unknown, name = 'until'): number => {
  const at = typeof until === 'string' && /(?:Z|[+-]\d\d:\d\d)$/.test(until) ? Date.parse(until) : Number.NaN;
  if (Number.isNaN(at))
    throw new RefusedCommand(
      `"${name}" is ${spoken(until)}: give an instant with its offset, such as 2026-11-02T18:00:00-05:00.`,
    );
  return at;
};

/** When it lapses. `usualForMs`: how long it holds where that is not said; whoever has to say it gets the agent's own sentence. */
const endOf = ({ until, forMs }: CommandFields, usualForMs?: number): CommandFields => {
  if (until !== undefined) return { endAt: instantOf(until), ...(forMs === undefined ? {} : { forMs }) };
  const length = forMs ?? usualForMs;
  return length === undefined ? {} : { forMs: length };
};

const partOf = (percent: unknown): number => {
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100))
    throw new RefusedCommand(`${spoken(percent)} is no level: send a number of percent, from 0 to 100.`);
  return percent / 100;
};

const overrideOf = (given: string, resourceID: string, { overrideForMs }: CommandTerms): OperatorCommand => {
  const fields = given.startsWith('{')
    ? parsed(given, '{ "action": "charge", "forMs": 3600000 }')
    : { action: given.toLowerCase() };
  checkNames(fields, ['action', 'powerWatts', 'forMs', 'until']);
  const { action, powerWatts } = fields;
  if (typeof action !== 'string' || !(overrideOptions as readonly string[]).includes(action))
    throw new RefusedCommand(`${spoken(action)} is no override: send ${overrideOptions.join(', ')}.`);
  if (action === 'none') return { type: 'OperatorReleased', resourceID };
  const power = powerWatts === undefined ? {} : { powerWatts };
  return { type: 'OperatorInstructed', resourceID, action, ...power, ...endOf(fields, overrideForMs) };
};

const reserveOf = (given: string, resourceID: string, { reserveForMs }: CommandTerms): OperatorCommand => {
  if (given.toLowerCase() === 'none') return { type: 'OperatorReleased', resourceID, kind: 'keep' };
  const fields = given.startsWith('{')
    ? parsed(given, '{ "percent": 40, "until": "2026-11-02T18:00:00-05:00" }')
    : { percent: given === '' || Number.isNaN(Number(given)) ? given : Number(given) };
  checkNames(fields, ['percent', 'forMs', 'until']);
  const stateOfCharge = partOf(fields['percent']);
  return { type: 'OperatorInstructed', resourceID, kind: 'keep', stateOfCharge, ...endOf(fields, reserveForMs) };
};

const wishOf = (given: string, resourceID: string): OperatorCommand => {
  const fields = parsed(given, '{ "kind": "leave", "percent": 80, "until": "2026-11-02T06:00:00-05:00" }');
  checkNames(fields, ['kind', 'percent', 'forMs', 'until', 'cancel']);
  const { kind, percent, cancel } = fields;
  if (kind !== 'leave' && kind !== 'keep') throw new RefusedCommand(`${spoken(kind)} is no wish: send leave or keep.`);
  if (cancel === true) return { type: 'OperatorReleased', resourceID, kind };
  const level = percent === undefined ? {} : { stateOfCharge: partOf(percent) };
  return { type: 'OperatorInstructed', resourceID, kind, ...level, ...endOf(fields) };
};

const trustOf = (given: string, resourceID: string, { mayTrust }: CommandTerms): OperatorCommand => {
  const word = given.toLowerCase();
  if (word === 'distrust') return { type: 'DeviceDistrusted', resourceID };
  if (word !== 'trust') throw new RefusedCommand(`${spoken(given)} says nothing of trust: send trust or distrust.`);
  if (mayTrust) return { type: 'DeviceTrusted', resourceID };
  throw new RefusedCommand(
    `Nobody at the broker may trust a device: say it with "ven devices trust ${resourceID}", or let them with mqtt.mayTrust.`,
  );
};

/** Words that say for whom an opt by EiOpt is, why, and how often. */
const schedulingNames = ['device', 'class', 'reason', 'marketContext', 'every', 'times', 'windows'] as const;

const windowOf = ({ from, until }: CommandFields): OptWindow => ({
  startAt: instantOf(from, 'from'),
  endAt: until === undefined ? null : instantOf(until),
});

/** One time, several of one opt, or none. */
const windowsOf = (fields: CommandFields): readonly OptWindow[] => {
  const { from, windows = [] } = fields;
  if (!Array.isArray(windows)) throw new RefusedCommand(`"windows" is ${spoken(windows)}: send a list of times.`);
  const others = windows.map((each: unknown) => {
    const time = typeof each === 'object' && each !== null ? { ...each } : {};
    checkNames(time, ['from', 'until']);
    return windowOf(time);
  });
  return from === undefined ? others : [windowOf(fields), ...others];
};

/** What is opted by EiOpt: a time to come, which may come again, or a DR event that was answered, for some devices or all. */
const byEiOpt = (fields: CommandFields): OperatorCommand => {
  const { optType, eventID, device, class: deviceClass, reason: optReason, marketContext, every, times } = fields;
  const windows = windowsOf(fields);
  const said = { deviceClass, optReason, marketContext, every, times };
  return {
    type: 'OptGiven',
    optType,
    ...(eventID === undefined ? {} : { eventID }),
    ...(windows.length === 0 ? {} : { windows }),
    ...(device === undefined ? {} : { resourceIDs: [device] }),
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
  };
};

const optOf = (given: string): OperatorCommand => {
  const fields = parsed(given, '{ "eventID": "…", "optType": "optOut" }');
  if (fields['cancel'] !== undefined) {
    checkNames(fields, ['cancel']);
    return { type: 'OptTakenBack', optID: fields['cancel'] };
  }
  checkNames(fields, ['eventID', 'optType', 'from', 'until', ...schedulingNames]);
  const { eventID, optType } = fields;
  if (optType !== 'optIn' && optType !== 'optOut')
    throw new RefusedCommand(`"optType" is ${spoken(optType)}: send optIn or optOut.`);
  if (fields['from'] !== undefined || fields['windows'] !== undefined) return byEiOpt(fields);
  if (typeof eventID !== 'string')
    throw new RefusedCommand(
      `"eventID" is ${spoken(eventID)}: name the DR event that is meant, or a time with "from".`,
    );
  return schedulingNames.some((name) => fields[name] !== undefined)
    ? byEiOpt(fields)
    : { type: 'OperatorOpted', eventID, optType };
};

/** Understands a command. @throws RefusedCommand */
export const commandOf = (text: string, target: CommandTarget, terms: CommandTerms): OperatorCommand => {
  const given = text.trim();
  switch (target.is) {
    case 'override':
      return overrideOf(given, target.resourceID, terms);
    case 'reserve':
      return reserveOf(given, target.resourceID, terms);
    case 'wish':
      return wishOf(given, target.resourceID);
    case 'trust':
      return trustOf(given, target.resourceID, terms);
    case 'opt':
      return optOf(given);
  }
};

/** What somebody at the broker wants of a device: a word, as Home Assistant’s select sends it, or JSON that says more. */
import type { InstructionAsked } from '../../shell/instructions.ts';
import { overrideOptions } from './discovery.ts';

/** A command that is none. */
export class RefusedCommand extends Error {
  override readonly name = 'RefusedCommand';
}

/** What is wanted: an override, or that it ends. */
export type OverrideCommand =
  { readonly is: 'release' } | { readonly is: 'override'; readonly asked: InstructionAsked };

const keys = ['action', 'powerWatts', 'forMs', 'until'];

const spoken = (word: string): string => (word.length > 60 ? `${word.slice(0, 60)}…` : word);

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new RefusedCommand(`${spoken(text)} is no object of JSON: send { "action": "charge", "forMs": 3600000 }.`);
};

const endOf = (until: unknown): number => {
  const at = typeof until === 'string' && /(?:Z|[+-]\d\d:\d\d)$/.test(until) ? Date.parse(until) : Number.NaN;
  if (Number.isNaN(at))
    throw new RefusedCommand(
      `"until" is ${JSON.stringify(until)}: give an instant with its offset, such as 2026-11-02T18:00:00-05:00.`,
    );
  return at;
};

/** Understands a command. `usualForMs`: how long it holds where it does not say. @throws RefusedCommand */
export const commandOf = (text: string, resourceID: string, usualForMs: number): OverrideCommand => {
  const given = text.trim();
  const { action, powerWatts, forMs, until, ...rest } = given.startsWith('{')
    ? parsed(given)
    : { action: given.toLowerCase() };
  const [strange] = Object.keys(rest);
  if (strange !== undefined)
    throw new RefusedCommand(`${JSON.stringify(spoken(strange))} means nothing here: there is ${keys.join(', ')}.`);
  if (typeof action !== 'string' || !(overrideOptions as readonly string[]).includes(action))
    throw new RefusedCommand(
      `${spoken(JSON.stringify(action ?? null))} is no override: send ${overrideOptions.join(', ')}.`,
    );
  if (action === 'none') return { is: 'release' };
  const end =
    until === undefined
      ? { forMs: forMs ?? usualForMs }
      : { endAt: endOf(until), ...(forMs === undefined ? {} : { forMs }) };
  return {
    is: 'override',
    asked: { resourceID, action, ...(powerWatts === undefined ? {} : { powerWatts }), ...end, by: 'mqtt' },
  };
};

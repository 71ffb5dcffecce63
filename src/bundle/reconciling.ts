import type { Fold } from '../shell/fold.ts';
import type { Entry } from '../facts/entry.ts';
import { sameContent } from '../machines/sameContent.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import type { Rewriting } from './rewriting.ts';

/**
 * Outputs under other names. What the machines make out of identifiers (a requestID is drawn from a reportRequestID, an alarm
 * names a device in its text) is taken from the machines themselves, so that they conclude the very same when the bundle is replayed.
 */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Calls with each pair of texts that stand at the same place of two values; false when the values differ in anything else. */
const forTexts = (a: unknown, b: unknown, pair: (a: string, b: string, name: string) => void, name = ''): boolean => {
  if (typeof a === 'string' && typeof b === 'string') {
    pair(a, b, name);
    return true;
  }
  if (!isObject(a) || !isObject(b)) return Object.is(a, b);
  const names = Object.keys(a).filter((each) => a[each] !== undefined);
  const others = Object.keys(b).filter((each) => b[each] !== undefined);
  if (names.length !== others.length) return false;
  return names.every((each) => forTexts(a[each], b[each], pair, Array.isArray(a) ? name : each));
};

/** Brings outputs in line with what the machines conclude from inputs that were rewritten. */
export class Reconciler {
  readonly #rewriting: Rewriting;
  readonly #pseudonyms: Pseudonyms;
  readonly #overruled = new Map<number, unknown>();

  constructor(rewriting: Rewriting, pseudonyms: Pseudonyms) {
    this.#rewriting = rewriting;
    this.#pseudonyms = pseudonyms;
  }

  /** Looks at an output beside what is concluded in its place; what is learnt holds from then on. */
  learn(entry: Entry, concluded: Fold['concluded'][number] | undefined): void {
    const written = this.#rewriting.entry(entry);
    if (concluded?.fact.type !== entry.type || concluded.stream !== written.stream) return;
    const { data } = concluded.fact;
    if (sameContent(data, written.data)) return;
    forTexts(entry.data, data, (old, now, name) => {
      if (name === 'requestID' && old !== now) this.#pseudonyms.learn(old, now);
    });
    if (sameContent(data, this.#rewriting.entry(entry).data)) return;
    if (forTexts(written.data, data, () => undefined))
      this.#overruled.set(entry.position, JSON.parse(JSON.stringify(data)));
  }

  /** The rewriting with all that was learnt. */
  readonly rewriting: Rewriting = {
    entry: (entry) => {
      const written = this.#rewriting.entry(entry);
      return this.#overruled.has(entry.position) ? { ...written, data: this.#overruled.get(entry.position) } : written;
    },
    xml: (xml, position) => this.#rewriting.xml(xml, position),
    checkpoint: (checkpoint) => this.#rewriting.checkpoint(checkpoint),
  };
}

import type { OadrMessage } from '../protocol/payload.ts';
import { alignedPairs, isOver } from './alignment.ts';
import { isIdentifying, isWord } from './identifiers.ts';
import { isDecimal, isInstant, madeNames } from './instants.ts';
import type { Renaming } from './renaming.ts';

/**
 * Whether a message says the same as a recorded one, although it was sent at another time, by another VTN or VEN, that gives
 * things other names.
 */

/** Where two messages differ, and what stands there; null where nothing does. */
export interface MessageDifference {
  /** Elements from the message on; places in lists count from 0. */
  readonly path: string;
  readonly recorded: string | null;
  readonly now: string | null;
}

/** What is not counted as a difference, for people. */
export const normalisations: readonly string[] = [
  'identifiers: one that stands where a recorded one stood is taken for it, and from then on must stay the same',
  'a registrationID with which a VEN registers, and its answers to DR events that the VTN has not sent now: they are left out',
  'requestIDs of requests; those of answers must repeat that of the request',
  'times: those that were not moved; else a day may be another day, the same for all times of that kind; when something was made is not compared',
  'where a DR event is in its time, and those that are over; whether one is cancelled is compared',
  'the address to which a VEN is pushed',
  'order: of things in a list, and of what is handed out by polls',
  'numbers that are written differently, and the prose of a responseDescription',
];

/** Whether a VEN registers anew or again depends on what was before. */
const depending: ReadonlySet<string> = new Set(['oadrCreatePartyRegistration/registrationID']);

/** Identifiers that a VEN chooses; the others are the VTN's, and what stands for them is only known from its answer. */
const chosenByVen: ReadonlySet<string> = new Set([
  'venID',
  'venName',
  'oadrVenName',
  'requestID',
  'resourceID',
  'rID',
  'reportSpecifierID',
  'oadrTransportAddress',
]);

/** @limit Another day is at most so much nearer or farther than the time that has passed since the recording. @unit ms */
const furthestDayMs = 36 * 3_600_000;
/** @limit What two times may differ by and be the same. @unit ms */
const toleranceMs = 5_000;

const prose: ReadonlySet<string> = new Set(['responseDescription']);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string | null =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);

const starred = (path: string): string => path.replaceAll(/\[\d+\]/g, '[*]');

/** Compares messages of one recording with messages of now, one after the other; it learns which name stands for which. */
export class Likeness {
  readonly #renaming: Renaming;
  readonly #shifts = new Map<string, number>();
  /** Identifiers of now that are known. @limit one recording's */
  readonly #present = new Set<string>();
  #differences: MessageDifference[] = [];
  #distanceMs = 0;
  #isMeeting = false;

  /** `renaming`: from recorded to present identifiers; what is learnt is put there. */
  constructor(renaming: Renaming) {
    this.#renaming = renaming;
  }

  /** Takes the names that the VEN chose, in a message that was sent in the place of a recorded one, for what they are. */
  meet(recorded: OadrMessage, sent: OadrMessage): void {
    this.#isMeeting = true;
    this.compare(recorded, sent, 0);
    this.#isMeeting = false;
  }

  /** Where they differ. `distanceMs`: how much later the present one was sent. @unit ms */
  compare(recorded: OadrMessage, now: OadrMessage, distanceMs: number): readonly MessageDifference[] {
    this.#differences = [];
    this.#distanceMs = distanceMs;
    if (recorded.message === now.message) this.#visit(recorded, now, recorded.message, '');
    else this.#note('message', recorded.message, now.message);
    return this.#differences;
  }

  #note(path: string, recorded: unknown, now: unknown): void {
    this.#differences.push({ path, recorded: shown(recorded), now: shown(now) });
  }

  #visit(recorded: unknown, now: unknown, path: string, name: string): void {
    if (typeof recorded === 'string' && typeof now === 'string') this.#text(recorded, now, path, name);
    else if (Array.isArray(recorded) && Array.isArray(now)) this.#list(recorded, now, path, name);
    else if (isObject(recorded) && isObject(now)) this.#members(recorded, now, path);
    else if (!Object.is(recorded, now) && !(recorded === undefined && now === null)) this.#note(path, recorded, now);
  }

  #members(recorded: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>, path: string): void {
    for (const name of new Set([...Object.keys(recorded), ...Object.keys(now)])) {
      if (depending.has(`${path}/${name}`) && (recorded[name] === undefined || now[name] === undefined)) continue;
      this.#visit(recorded[name], now[name], `${path}/${name}`, name);
    }
  }

  #list(recorded: readonly unknown[], now: readonly unknown[], path: string, name: string): void {
    alignedPairs(recorded, now, (identifier) => this.#renaming.nameOf(identifier)).forEach(([before, after], index) => {
      if ((before === undefined && isOver(after)) || (after === undefined && isOver(before))) return;
      this.#visit(before, after, `${path}[${index}]`, name);
    });
  }

  #text(recorded: string, now: string, path: string, name: string): void {
    if (madeNames.has(name) || prose.has(name) || (this.#isMeeting && !chosenByVen.has(name))) return;
    if (name === 'eventStatus' && recorded !== 'cancelled' && now !== 'cancelled') return;
    if (name === 'requestID') this.#requestID(recorded, now, path);
    else if (isIdentifying(name) && !isWord(recorded) && !isWord(now)) this.#identifier(recorded, now, path);
    else if (isInstant(recorded) && isInstant(now)) this.#instant(recorded, now, path);
    else if (!this.#isSame(recorded, now)) this.#note(path, recorded, now);
  }

  #isSame(recorded: string, now: string): boolean {
    return (
      recorded === now ||
      this.#renaming.text(recorded) === now ||
      (isDecimal(recorded) && isDecimal(now) && Number(recorded) === Number(now))
    );
  }

  #identifier(recorded: string, now: string, path: string): void {
    const known = this.#renaming.nameOf(recorded) ?? (this.#renaming.text(recorded) === now ? now : undefined);
    if (known !== undefined && known !== now) this.#note(path, `${recorded} (now ${known})`, now);
    if (known !== now || this.#renaming.nameOf(recorded) === undefined) this.#learn(recorded, now);
  }

  /** A request bears any requestID; an answer repeats that of its request, unless the recorded one did not. */
  #requestID(recorded: string, now: string, path: string): void {
    if (isWord(recorded)) return;
    const known = this.#renaming.nameOf(recorded);
    const isEcho = path.endsWith('/eiResponse/requestID');
    const isBroken = known === undefined ? this.#present.has(now) : known !== now;
    if (isEcho && isBroken) this.#note(path, known === undefined ? recorded : `${recorded} (now ${known})`, now);
    else this.#learn(recorded, now);
  }

  #learn(recorded: string, now: string): void {
    this.#renaming.learn(recorded, now);
    this.#present.add(now);
  }

  #instant(recorded: string, now: string, path: string): void {
    const shift = Date.parse(now) - Date.parse(recorded);
    const kind = starred(path);
    const known = this.#shifts.get(kind);
    if (shift === 0 || Math.abs(shift - this.#distanceMs) <= toleranceMs) return;
    if (known !== undefined && Math.abs(shift - known) <= toleranceMs) return;
    if (known !== undefined || Math.abs(shift - this.#distanceMs) > furthestDayMs) this.#note(path, recorded, now);
    else this.#shifts.set(kind, shift);
  }
}

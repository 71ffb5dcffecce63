import { initialTransition, transition, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import { isFactType, type Output } from '../../../src/facts/fact.ts';
import type { VenSettings } from '../../../src/facts/settings.ts';
import { machines } from '../../../src/machines/machines.ts';
import type { Moment } from '../../../src/machines/moment.ts';
import type { Signal } from '../../../src/machines/signals.ts';
import { settingsFor } from '../../support/agentWorld.ts';

/**
 * given(machine).having(events).when(event): plays a statechart by pure transitions, with timers as data, as the agent does.
 *
 * A play never changes; each event gives a new one. `state` is where it stands, `said` is what it emitted last.
 */

/** 2026-06-10T14:00:00Z, ten in the morning in New Hampshire. */
export const noon = Date.parse('2026-06-10T14:00:00Z');

/** An event of a machine; the play adds the moment. */
export type PlainEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

interface Pending {
  readonly id: string;
  readonly type: string;
  readonly dueAt: number;
}

type Action = { readonly type: string; readonly params?: unknown };

const emittedBy = (actions: readonly Action[]): readonly (Output | Signal)[] =>
  actions.flatMap(({ type, params }) => (type === 'xstate.emit' ? [(params as { event: Output | Signal }).event] : []));

const timersAfter = (timers: readonly Pending[], actions: readonly Action[], at: number): readonly Pending[] =>
  actions.reduce<readonly Pending[]>((pending, { type, params }) => {
    if (type === 'xstate.cancel') return pending.filter(({ id }) => id !== (params as { sendId: string }).sendId);
    if (type !== 'xstate.raise') return pending;
    const { event, id = '', delay } = params as { event: { type: string }; id?: string; delay?: number };
    if (delay === undefined || !Number.isFinite(delay)) return pending;
    return [
      ...pending.filter((timer) => timer.id !== id),
      { id, type: event.type, dueAt: at + Math.max(0, Math.round(delay)) },
    ];
  }, timers);

/** Where and when a play stands. */
interface Standing {
  readonly machine: AnyStateMachine;
  readonly moment: Moment;
  readonly snapshot: AnyMachineSnapshot;
  readonly pending: readonly Pending[];
  readonly said: readonly (Output | Signal)[];
}

/** A statechart in the middle of its story. */
export class Play {
  readonly #standing: Standing;

  constructor(standing: Standing) {
    this.#standing = standing;
  }

  get at(): number {
    return this.#standing.moment.at;
  }

  get snapshot(): AnyMachineSnapshot {
    return this.#standing.snapshot;
  }

  /** `far`, or `{ registered: { polling: 'waiting', reporting: 'idle' } }`. */
  get state(): unknown {
    return this.snapshot.value;
  }

  get settings(): VenSettings {
    return this.#standing.moment.settings;
  }

  get context(): Readonly<Record<string, unknown>> {
    return this.snapshot.context as Readonly<Record<string, unknown>>;
  }

  get isOver(): boolean {
    return this.snapshot.status === 'done';
  }

  /** Facts and signals of the last event, in order. */
  get said(): readonly (Output | Signal)[] {
    return this.#standing.said;
  }

  /** Their types. */
  get saidTypes(): readonly string[] {
    return this.said.map(({ type }) => type);
  }

  /** The types of the facts among them. */
  get factTypes(): readonly string[] {
    return this.saidTypes.filter(isFactType);
  }

  /** The facts of a type among them, by their data. */
  facts(type: Output['type']): readonly unknown[] {
    return this.said.flatMap((one) => (one.type === type && isFactType(one.type) ? [(one as Output).data] : []));
  }

  /** Delays that are running: name and ms until due. */
  get waits(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.pending.map(({ type, dueAt }) => [nameOfDelay(type), dueAt - this.at]));
  }

  get pending(): readonly Pending[] {
    return this.#standing.pending;
  }

  /** The story so far. */
  having(...events: readonly PlainEvent[]): Play {
    return events.reduce<Play>((play, event) => play.when(event), this);
  }

  /** An event as the machine hears it at the present instant of the play. */
  heard(event: PlainEvent): PlainEvent {
    return { ...event, ...this.#standing.moment };
  }

  /** One event, at the present instant of the play. */
  when(event: PlainEvent): Play {
    const { machine, moment, snapshot, pending } = this.#standing;
    const full = this.heard(event);
    const [next, actions] = transition(machine, snapshot as never, full as never) as unknown as [
      AnyMachineSnapshot,
      readonly Action[],
    ];
    if (next.status === 'error') throw next.error;
    const fired = pending.filter(({ type }) => type !== event.type);
    return new Play({
      machine,
      moment,
      snapshot: next,
      pending: timersAfter(fired, actions, moment.at),
      said: emittedBy(actions),
    });
  }

  /** Time passes, and nothing is due yet. */
  after(ms: number): Play {
    return this.with({ at: this.at + ms });
  }

  /** Other dice, another time, other settings from here on. */
  with({
    settings,
    ...changes
  }: Partial<Omit<Moment, 'settings'>> & { readonly settings?: Partial<VenSettings> }): Play {
    const { moment } = this.#standing;
    return new Play({
      ...this.#standing,
      moment: { ...moment, ...changes, settings: { ...moment.settings, ...settings } },
    });
  }

  /** The running delay of that name comes due. @throws Error when it is not running. */
  whenDue(delay: string): Play {
    const timer = this.pending.find(({ type }) => nameOfDelay(type) === delay);
    if (timer === undefined) throw new Error(`No delay ${delay} is running, but ${JSON.stringify(this.waits)}.`);
    return this.with({ at: Math.max(this.at, timer.dueAt) }).when({ type: timer.type });
  }
}

/** `xstate.after.dtstart.drEvent.near` → `dtstart`. */
const nameOfDelay = (timerType: string): string => timerType.split('.')[2] ?? timerType;

export type MachineName = keyof typeof machines;

/** A statechart before its first event. */
export const given = (
  name: MachineName,
  options: {
    readonly id?: string;
    readonly at?: number;
    readonly chance?: number;
    readonly settings?: Partial<VenSettings>;
  } = {},
): Play => {
  const machine = machines[name] as AnyStateMachine;
  const { id = '', at = noon, chance = 0x1234_5678, settings } = options;
  const moment: Moment = {
    at,
    chance,
    runID: 'run00001',
    settings: settingsFor({ pollJitter: 0, backoffJitter: 0, ...settings }),
  };
  const [snapshot, actions] = initialTransition(machine, { ...moment, id } as never) as unknown as [
    AnyMachineSnapshot,
    readonly Action[],
  ];
  return new Play({ machine, moment, snapshot, pending: timersAfter([], actions, at), said: emittedBy(actions) });
};

import type { Entry } from '../../facts/entry.ts';
import { closedError } from '../errors.ts';
import type { Checkpoint, EventLog } from '../eventLog.ts';
import type { Projected, Projection } from '../projection.ts';
import { alarmsProjection, type AlarmsState } from '../projections/alarms.ts';
import { deliveriesProjection } from '../projections/deliveries.ts';
import type { DeliveriesState } from '../projections/deliveryState.ts';
import { drEventsProjection, type DrEventsState } from '../projections/drEvents.ts';
import { exchangesProjection, type ExchangesState } from '../projections/exchanges.ts';
import { pricesProjection } from '../projections/prices.ts';
import type { PricesState } from '../projections/priceState.ts';
import { registrationProjection, type RegistrationState } from '../projections/registration.ts';
import { reportRequestsProjection, type ReportRequestsState } from '../projections/reportRequests.ts';
import { setpointsProjection, type SetpointsState } from '../projections/setpoints.ts';
import { usageProjection } from '../projections/usage.ts';
import type { UsageState } from '../projections/usageState.ts';
import { attend, attendLatest, type Attendant, type LiveFaultListener, type SlowAttendant } from './attend.ts';
import { checkpointIntervalEntries } from './checkpointSaver.ts';
import { Feed } from './feed.ts';
import { Folder } from './folder.ts';
import { unhurried, type Pace } from './pace.ts';
import { stepped, type NamedProjections, type Stepped } from './stepped.ts';
import { EmptyError, filter, firstValueFrom, Observable, takeUntil } from './rxjs.ts';

/** A projection as it lives: the present state at once, then the newest whenever the log has grown. */
export type Live$<State> = Observable<Projected<State>>;

const aborted = (signal: AbortSignal): Observable<void> =>
  new Observable((subscriber) => {
    const tell = (): void => subscriber.next();
    if (signal.aborted) return tell();
    signal.addEventListener('abort', tell);
    return () => signal.removeEventListener('abort', tell);
  });

const until = <Value>(heard$: Observable<Value>, signal: AbortSignal | undefined): Observable<Value> =>
  signal === undefined ? heard$ : heard$.pipe(takeUntil(aborted(signal)));

/** How projections are kept alive. */
export interface LiveOptions {
  /** Told of whoever fails while it hears something. */
  readonly onFault: LiveFaultListener;
  readonly pace?: Pace;
  /** Entries between two checkpoints; null keeps none. The last one is kept when the log closes. */
  readonly checkpointEveryEntries?: number | null;
}

/**
 * The projections of a log as observables: from a checkpoint, then live; the one place that makes them.
 *
 * Each is folded once, whoever and however many hear it, and not at all when nobody does. A late subscriber gets the present state
 * at once; of states that follow one another quickly each gets the newest, so that nothing waits in memory. A projection that meets
 * a fact it cannot read ends with an error; all complete when the log closes.
 */
export class LiveProjections {
  readonly prices$: Live$<PricesState>;
  readonly usage$: Live$<UsageState>;
  readonly deliveries$: Live$<DeliveriesState>;
  readonly alarms$: Live$<AlarmsState>;
  readonly registration$: Live$<RegistrationState>;
  readonly exchanges$: Live$<ExchangesState>;
  readonly drEvents$: Live$<DrEventsState>;
  readonly reportRequests$: Live$<ReportRequestsState>;
  /** The devices' plans and setpoints. */
  readonly setpoints$: Live$<SetpointsState>;
  /** The position of the newest entry: the present one at once, then each. */
  readonly head$: Observable<number>;
  readonly #log: EventLog;
  readonly #feed: Feed;
  readonly #folder: Folder;
  readonly #pace: Pace;
  readonly #onFault: LiveFaultListener;
  readonly #known = new Map<string, { readonly version: string; readonly live$: Live$<unknown> }>();

  constructor(
    log: EventLog,
    { onFault, pace = unhurried, checkpointEveryEntries = checkpointIntervalEntries }: LiveOptions,
  ) {
    this.#log = log;
    this.#feed = new Feed(log);
    this.#folder = new Folder({ log, feed: this.#feed, pace, checkpointEveryEntries });
    this.#pace = pace;
    this.#onFault = onFault;
    this.head$ = this.#feed.head$;
    this.prices$ = this.of(pricesProjection());
    this.usage$ = this.of(usageProjection());
    this.deliveries$ = this.of(deliveriesProjection());
    this.alarms$ = this.of(alarmsProjection());
    this.registration$ = this.of(registrationProjection());
    this.exchanges$ = this.of(exchangesProjection());
    this.drEvents$ = this.of(drEventsProjection());
    this.reportRequests$ = this.of(reportRequestsProjection());
    this.setpoints$ = this.of(setpointsProjection());
  }

  /** The position of the newest entry. */
  get head(): number {
    return this.#feed.head;
  }

  /** Any other projection; one of the same name that is alive already is shared. */
  of<State>(projection: Projection<State>): Live$<State> {
    const { name, version } = projection;
    const known = this.#known.get(name);
    if (known?.version === version) return known.live$ as Live$<State>;
    const live$ = this.#folder.live(projection);
    if (known === undefined) this.#known.set(name, { version, live$ });
    return live$;
  }

  /** Every entry from a position on, then each as it is recorded; only the latter without a position. */
  entries(from?: number): Observable<Entry> {
    return this.#feed.entries(from, this.#pace.giveWay);
  }

  /** Each entry that is recorded from now on, with what projections know right after it; none is left out. */
  stepped<Named extends NamedProjections>(projections: Named): Observable<Stepped<Named>> {
    return stepped({ log: this.#log, feed: this.#feed, pace: this.#pace }, projections);
  }

  /** Entries of a range; the newest are at hand. */
  read(range: { readonly from: number; readonly to?: number }): AsyncIterable<Entry> {
    return this.#feed.read(range);
  }

  /** The first value of an observable that is meant. @throws LogError `closed` when the log closes before, or nobody waits any more */
  async first<Value>(
    heard$: Observable<Value>,
    isMeant: (value: Value) => boolean,
    noLonger?: AbortSignal,
  ): Promise<Value> {
    try {
      return await firstValueFrom(until(heard$, noLonger).pipe(filter(isMeant)));
    } catch (error) {
      throw error instanceof EmptyError ? closedError() : error;
    }
  }

  /** Resolves when the log goes beyond a position, has closed, or nobody waits any more. */
  async grown(beyond: number, noLonger: AbortSignal): Promise<void> {
    const grown$ = until(this.head$, noLonger).pipe(filter((head) => head > beyond));
    await firstValueFrom(grown$, { defaultValue: beyond });
  }

  /** What a projection knows of all that is recorded by now. @throws LogError `closed`; UnreadableFact */
  knowing<State>(live$: Live$<State>): Promise<Projected<State>> {
    const { head } = this;
    return this.first(live$, ({ position }) => position >= head);
  }

  /** The present state of a projection that lives here, as a fold is taken up from it; null for another, and for a state that leaves something out. */
  async checkpointOf(name: string): Promise<Checkpoint | null> {
    const known = this.#known.get(name);
    if (known === undefined) return null;
    const projected = await this.knowing(known.live$).catch(() => null); // why, it will find out by its own reading
    if (projected === null) return null;
    const { state, position, hash, faults } = projected;
    return faults === null ? { name, version: known.version, position, hash, state } : null;
  }

  /** Hears an observable until the returned function is called; whoever fails hears nothing more, and is told of. */
  attend<Value>(heard$: Observable<Value>, attendant: Attendant<Value>): () => void {
    return attend(heard$, attendant, this.#onFault);
  }

  /** The same for one that takes its time: of what comes meanwhile it gets the newest. */
  attendLatest<Value>(heard$: Observable<Value>, attendant: SlowAttendant<Value>): () => void {
    return attendLatest(heard$, attendant, this.#onFault);
  }
}

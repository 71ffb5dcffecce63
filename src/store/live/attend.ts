import { from, throttle, type Observable, type Subscription } from './rxjs.ts';

/** Told of a subscriber that failed, or of an observable that ended in an error; the subscriber hears nothing more. */
export type LiveFaultListener = (fault: { readonly subscriber: string; readonly error: unknown }) => void;

/** Somebody who hears an observable. */
export interface Attendant<Value> {
  /** Who it is, for whoever is told that it failed. */
  readonly name: string;
  readonly next: (value: Value) => void;
  /** Called once when it is over because its log was closed. */
  readonly ended?: () => void;
  /** Called when it hears nothing more because it, or what it hears, failed. */
  readonly failed?: (error: unknown) => void;
}

/** One who takes its time. */
export interface SlowAttendant<Value> extends Omit<Attendant<Value>, 'next'> {
  /** While it is busy only the newest value is kept for it. */
  readonly next: (value: Value) => Promise<void>;
}

/**
 * Hears an observable until the returned function is called.
 *
 * RxJS throws what a subscriber throws at the whole process. Here it costs the one who threw its subscription and nobody anything
 * else, and somebody is told.
 */
export const attend = <Value>(
  heard$: Observable<Value>,
  { name, next, ended, failed }: Attendant<Value>,
  onFault: LiveFaultListener,
): (() => void) => {
  let subscription: Subscription | null = null;
  let isOver = false;
  const leave = (): void => {
    isOver = true;
    subscription?.unsubscribe();
  };
  const guarded = (work: () => void): void => {
    if (isOver) return;
    try {
      work();
    } catch (error) {
      leave();
      failed?.(error);
      onFault({ subscriber: name, error });
    }
  };
  subscription = heard$.subscribe({
    next: (value) => guarded(() => next(value)),
    error: (error: unknown) =>
      guarded(() => {
        throw error;
      }),
    complete: () => guarded(() => ended?.()),
  });
  if (isOver) subscription.unsubscribe(); // it failed at once
  return leave;
};

/** Hears states at its own pace: of those that come while it is busy it gets the last one. */
export const attendLatest = <Value>(
  heard$: Observable<Value>,
  { next, ...attendant }: SlowAttendant<Value>,
  onFault: LiveFaultListener,
): (() => void) =>
  attend(
    heard$.pipe(throttle((value) => from(next(value)), { leading: true, trailing: true })),
    { ...attendant, next: () => undefined },
    onFault,
  );

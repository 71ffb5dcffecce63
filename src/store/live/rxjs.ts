/**
 * The parts of RxJS that are used, loaded by themselves: the whole library reads two hundred files at each start.
 * The version is pinned exactly, so these paths cannot move unnoticed.
 */
export { firstValueFrom } from 'rxjs/internal/firstValueFrom';
export { Observable } from 'rxjs/internal/Observable';
export { combineLatest } from 'rxjs/internal/observable/combineLatest';
export { defer } from 'rxjs/internal/observable/defer';
export { from } from 'rxjs/internal/observable/from';
export { merge } from 'rxjs/internal/observable/merge';
export { filter } from 'rxjs/internal/operators/filter';
export { map } from 'rxjs/internal/operators/map';
export { scan } from 'rxjs/internal/operators/scan';
export { share } from 'rxjs/internal/operators/share';
export { startWith } from 'rxjs/internal/operators/startWith';
export { switchMap } from 'rxjs/internal/operators/switchMap';
export { takeUntil } from 'rxjs/internal/operators/takeUntil';
export { throttle } from 'rxjs/internal/operators/throttle';
export { ReplaySubject } from 'rxjs/internal/ReplaySubject';
export { EmptyError } from 'rxjs/internal/util/EmptyError';
export type { Subscriber } from 'rxjs/internal/Subscriber';
export type { Subscription } from 'rxjs/internal/Subscription';

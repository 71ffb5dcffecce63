/** What the demo and its workers say to one another. */
import type { BadQuality, MeterRead } from '../../../facts/input.ts';
import type { GivenPower } from '../../../shell/ports.ts';
import type { VenDay } from './venDay.ts';

/** What a worker is begun with. */
export interface WorkerTask {
  readonly vens: number;
  /** Which of them are this worker's, where no leases say it: every `of`th from the `first` on; all if absent. */
  readonly share?: { readonly first: number; readonly of: number };
  /** What opens the VTN; a secret. */
  readonly vtnUrl: string;
  /** Where it keeps what is its own, and the logs where they are in no database. */
  readonly directory: string;
  /** The file with the connection string of their database; null where the logs lie in the directory. */
  readonly storeFile: string | null;
  /** @unit ms */
  readonly leaseMs: number;
  /** When the demo was begun, which says what day it lives through. UTC ms. */
  readonly now: number;
  readonly lapse: number;
}

/** What is wanted of a meter. */
export type MeterWish = { readonly read: number } | { readonly apply: GivenPower } | { readonly release: true };

/** What a worker is told. */
export type WorkerOrder =
  | { readonly kind: 'begin'; readonly task: WorkerTask }
  /** How far time may pass. UTC ms. */
  | { readonly kind: 'limit'; readonly at: number }
  | { readonly kind: 'pace'; readonly lapse: number }
  | { readonly kind: 'metered'; readonly number: number; readonly reading: MeterRead | null }
  | {
      readonly kind: 'unmetered';
      readonly number: number;
      readonly quality: BadQuality;
      readonly because: string;
    }
  | { readonly kind: 'tellDays' }
  | { readonly kind: 'end'; readonly because: string };

/** What a worker says. */
export type WorkerWord =
  /** What it still waits for began then. UTC ms. */
  | { readonly kind: 'floor'; readonly at: number }
  | {
      readonly kind: 'standing';
      /** How many shards of a database it leases. */
      readonly shards: number;
      /** How many VENs are its own, how many of them run, and how many have delivered the day. */
      readonly listed: number;
      readonly running: number;
      readonly delivered: number;
    }
  | {
      readonly kind: 'meter';
      readonly number: number;
      readonly resourceID: string;
      /** UTC ms, by the worker's clock. */
      readonly now: number;
      readonly wish: MeterWish;
    }
  | { readonly kind: 'days'; readonly days: readonly VenDay[] }
  | { readonly kind: 'daysTold' }
  /** Something that a person should know. */
  | { readonly kind: 'said'; readonly sentence: string };

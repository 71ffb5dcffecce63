import type { AgentState } from '../core/state.ts';
import type { Entry } from '../facts/entry.ts';
import type { Operator } from './tokens.ts';

/** What a predicate is asked about: an entry, and what the agent knew when the step that it belongs to had been recorded. */
export interface WhereMoment {
  readonly entry: Entry;
  /** Null where the predicate speaks of the entry alone. */
  readonly state: AgentState | null;
  readonly timeZone: string;
}

/** A value that a word was found to have; `key` says of which device, DR event or other thing. */
export interface WhereValue {
  readonly key: string | null;
  readonly value: string | number;
}

/** A word that a predicate can use. */
export interface WhereWord {
  readonly name: string;
  /** What it says, in a few words for people. */
  readonly about: string;
  /** Whether it is a word of the entry, or of what the agent knows. */
  readonly of: 'entry' | 'state';
  /** Numbers can be more and less than others; `unit`: what a bare number means. */
  readonly kind: 'number' | 'text' | 'any';
  readonly unit?: WhereUnit;
  /** The values that it can have; absent where they are many. */
  readonly values?: readonly string[];
  /** Where a text that a value begins with, up to a slash, means it as well. */
  readonly isPath?: true;
  /** There are several of the kind, and `word[key]` means one of them. */
  readonly isKeyed?: true;
  /** What it is at a moment; nothing where nobody knows. */
  readonly read: (moment: WhereMoment, path: string) => readonly WhereValue[];
}

/** What numbers of a word are given in. */
export type WhereUnit = '%' | 'kW' | 'USD/kWh' | 'h';

/** A word as it was used: `soc[battery]`, `data.demandWatts`. */
export interface WordUsed {
  readonly word: WhereWord;
  /** The rest of the name, of a word that goes on: `demandWatts`. */
  readonly path: string;
  readonly key: string | null;
  readonly text: string;
}

/** A predicate that was understood. */
export type Predicate =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Predicate[] }
  | { readonly kind: 'not'; readonly part: Predicate }
  | {
      readonly kind: 'compare';
      readonly used: WordUsed;
      readonly operator: Operator;
      /** Null: whether nobody knows. */
      readonly value: string | number | null;
    };

import type { Input } from '../facts/fact.ts';

/** An input on its way: what it is about, what led to it, and the XML that brought it. */
export interface Arrival {
  readonly input: Input;
  readonly stream: string;
  readonly cause?: number | null;
  readonly xml?: string;
}

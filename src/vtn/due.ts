import type { MessageName } from '../protocol/payload.ts';
import type { RequestID } from '../protocol/types/identifiers.ts';

/** An answer a VEN owes to something it was handed. */
export interface Due {
  readonly answer: MessageName;
  /** The requestID the answer has to echo; absent where the message has none. */
  readonly requestID?: RequestID;
  /** The `always` DR events that still wait for an answer under this requestID. */
  readonly eventIDs: Set<string>;
  /** Polls made since without answering. */
  polls: number;
}

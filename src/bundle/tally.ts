import type { Entry } from '../facts/entry.ts';
import type { Checkpoint } from '../store/eventLog.ts';
import { visitData, visitXml, type TextVisitor } from '../recording/identifiers.ts';
import type { BundleItem } from './lines.ts';

/** What is in a bundle, counted. */
export interface Tally {
  readonly facts: ReadonlyMap<string, number>;
  /** Messages by name: what the VEN sent, and what the VTN answered. */
  readonly sent: ReadonlyMap<string, number>;
  readonly received: ReadonlyMap<string, number>;
  /** Exchanges without a message, by why there is none. */
  readonly failures: ReadonlyMap<string, number>;
  /** By the name under which they stand. */
  readonly identifiers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly wires: number;
}

const add = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

/** Counts entry by entry. */
export class Tallying implements Tally {
  readonly facts = new Map<string, number>();
  readonly sent = new Map<string, number>();
  readonly received = new Map<string, number>();
  readonly failures = new Map<string, number>();
  readonly identifiers = new Map<string, Set<string>>();
  wires = 0;

  readonly #visitor: TextVisitor = {
    text: (text) => text,
    part: (text) => text,
    identifier: (text, name) => {
      const known = this.identifiers.get(name);
      if (known === undefined) this.identifiers.set(name, new Set([text]));
      else known.add(text);
      return text;
    },
  };

  take({ entry, xml }: BundleItem): void {
    add(this.facts, entry.type);
    this.#exchange(entry);
    visitData(entry.data, this.#visitor);
    if (xml === undefined) return;
    this.wires += 1;
    visitXml(xml, this.#visitor);
  }

  takeCheckpoint({ state }: Checkpoint): void {
    visitData(state, this.#visitor);
  }

  #exchange({ type, data }: Entry): void {
    const { message, reason, httpStatus } = data as {
      readonly message?: { readonly message?: string };
      readonly reason?: string;
      readonly httpStatus?: number;
    };
    if (type === 'SendRequested') add(this.sent, message?.message ?? 'unknown');
    if (type === 'ReplyRequested') add(this.sent, message?.message ?? 'empty reply');
    if (type === 'MessageReceived' || type === 'RequestReceived') add(this.received, message?.message ?? 'unknown');
    if (type === 'EmptyReplyReceived') add(this.received, 'empty reply');
    if (type === 'MessageRejected' || type === 'RequestRejected') add(this.failures, 'unreadable');
    if (type === 'SignatureRefused') add(this.failures, 'signature');
    if (type === 'ExchangeFailed') add(this.failures, httpStatus === undefined ? String(reason) : `HTTP ${httpStatus}`);
  }
}

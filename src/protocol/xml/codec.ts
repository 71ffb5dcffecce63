import type { Deviation } from '../errors.ts';
import type { KnownResponseCode } from '../types/responseCode.ts';
import { type XmlElement, pathOf } from './element.ts';
import type { Name } from './names.ts';
import { refuseElement } from './refuse.ts';

/** One reading of one message: how strict it is, and what it has tolerated so far. */
export class WireReading {
  readonly strict: boolean;
  /** Whether an item of a list that cannot be read costs the others nothing, rather than the whole message. */
  readonly itemByItem: boolean;
  readonly #deviations = new Map<string, Deviation>();
  /** How often something was noted, of what was noted before too. */
  noted = 0;

  constructor(strict: boolean, itemByItem = false) {
    this.strict = strict;
    this.itemByItem = itemByItem;
  }

  /** Accepts what the schema forbids; refuses it when strict. */
  tolerate(rule: string, element: XmlElement, text: string, responseCode?: KnownResponseCode): void {
    if (this.strict) refuseElement(element, text, responseCode);
    this.note(rule, element, text);
  }

  /** Notes what the schema allows and the profile does not. */
  note(rule: string, element: XmlElement, text: string): void {
    this.noted += 1;
    const key = `${rule} ${element.name.namespace} ${element.name.local}`;
    if (!this.#deviations.has(key)) this.#deviations.set(key, { rule, path: pathOf(element), text });
  }

  get deviations(): readonly Deviation[] {
    return [...this.#deviations.values()];
  }
}

/** Where encoded messages go: elements are opened, filled and closed in order. */
export interface XmlWriter {
  open(name: Name): void;
  attribute(name: Name, value: string): void;
  text(text: string): void;
  /** Writes a list of elements of one name, where the writer has a way of its own to do that. */
  list?<Value>(name: Name, codec: Codec<Value>, values: readonly Value[]): void;
  close(): void;
  /** Where the writer stands, for errors. */
  readonly path: string;
}

/** Both directions of one element's content, mirroring each other; the element's name belongs to who contains it. */
export interface Codec<Value> {
  /** @throws RefusalSignal */
  readonly decode: (element: XmlElement, reading: WireReading) => Value;
  /** @throws EncodeError when a value may not be sent so. */
  readonly encode: (value: Value, writer: XmlWriter) => void;
}

/** A value that may not be sent: a defect of the sender's own code, not of a message received. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
}

/** Writes one element with its content. */
export const writeElement = <Value>(name: Name, codec: Codec<Value>, value: Value, writer: XmlWriter): void => {
  writer.open(name);
  codec.encode(value, writer);
  writer.close();
};

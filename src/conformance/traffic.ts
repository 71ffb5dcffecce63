import { decodePayload, type MessageName, type MessageOf, type OadrMessage } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import { remembering } from '../vtn/remembering.ts';

/** A text that went over the wire, and the message that it is. */
export interface WireText {
  readonly xml: string;
  /** Absent when the text is no message. */
  readonly message?: OadrMessage;
}

/** One exchange as the VEN had it. */
export interface WiredExchange {
  /** When the VEN sent it. UTC ms. */
  readonly at: number;
  readonly service: OadrServiceName;
  readonly asked: WireText;
  /** Absent while it is under way, and when no answer came; an empty body is an answer without a message. */
  readonly answer?: WireText;
  /** Why no answer came. */
  readonly failure?: string;
}

/** A message of one kind, with its text and when it went. */
export interface Passed<Name extends MessageName = MessageName> {
  readonly at: number;
  readonly xml: string;
  readonly message: MessageOf<Name>;
}

const messageIn = remembering((xml): OadrMessage | undefined => {
  const result = decodePayload(xml);
  return result.ok ? result.message : undefined;
});

/** A text with the message that it is. */
export const wireText = (xml: string): WireText => {
  const message = xml === '' ? undefined : messageIn(xml);
  return message === undefined ? { xml } : { xml, message };
};

/** Everything that went over the wire in a case, oldest first. */
export class Traffic {
  readonly #exchanges: WiredExchange[] = [];

  get exchanges(): readonly WiredExchange[] {
    return this.#exchanges;
  }

  /** Notes that the VEN sends something; call what is returned with what came of it. */
  sends(at: number, service: OadrServiceName, xml: string): (came: Pick<WiredExchange, 'answer' | 'failure'>) => void {
    const place = this.#exchanges.length;
    const exchange: WiredExchange = { at, service, asked: wireText(xml) };
    this.#exchanges.push(exchange);
    return (came) => void (this.#exchanges[place] = { ...exchange, ...came });
  }

  /** What the VEN sent under a name from the exchange with this number on. */
  sent<Name extends MessageName>(name: Name, from = 0): readonly (Passed<Name> & { readonly place: number })[] {
    return this.#exchanges.flatMap(({ at, asked: { xml, message } }, place) =>
      place >= from && message?.message === name ? [{ at, xml, message: message as MessageOf<Name>, place }] : [],
    );
  }

  /** What the VTN answered under a name from the exchange with this number on. */
  received<Name extends MessageName>(name: Name, from = 0): readonly (Passed<Name> & { readonly place: number })[] {
    return this.#exchanges.flatMap(({ at, answer }, place) =>
      place >= from && answer?.message?.message === name
        ? [{ at, xml: answer.xml, message: answer.message as MessageOf<Name>, place }]
        : [],
    );
  }
}

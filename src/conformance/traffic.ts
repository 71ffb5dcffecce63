import { decodePayload, type MessageName, type MessageOf, type OadrMessage } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import { remembering } from '../vtn/remembering.ts';

/** A text that went over the wire, and the message that it is. */
export interface WireText {
  readonly xml: string;
  /** Absent when the text is no message. */
  readonly message?: OadrMessage;
}

/** One side of the conversation. */
export type Side = 'VEN' | 'VTN';

/** One exchange as the VEN had it. */
export interface WiredExchange {
  /** Who asked: the VEN, or a VTN that pushes. */
  readonly by: Side;
  /** When it left the VEN, or came to it. UTC ms. */
  readonly at: number;
  readonly service: OadrServiceName;
  readonly asked: WireText;
  /** Absent while it is under way, and when no answer came; an empty body is an answer without a message. */
  readonly answer?: WireText;
  /** Why no answer came. */
  readonly failure?: string;
  /** Exchanges of the other side that were under way when this one began: what is asked there may not have been heard yet. */
  readonly beside?: readonly number[];
}

/** A message of one kind, with its text and when it went. */
export interface Passed<Name extends MessageName = MessageName> {
  readonly at: number;
  readonly xml: string;
  readonly message: MessageOf<Name>;
  /** The number of its exchange. */
  readonly place: number;
}

/** What one side said in an exchange. */
export const saidBy = (side: Side, { by, asked, answer }: WiredExchange): WireText | undefined =>
  by === side ? asked : answer;

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
  readonly #underWay = new Map<number, Side>();

  get exchanges(): readonly WiredExchange[] {
    return this.#exchanges;
  }

  /** Notes that one side asks something of the other; call what is returned with what came of it. */
  opens(
    by: Side,
    at: number,
    service: OadrServiceName,
    xml: string,
  ): (came: Pick<WiredExchange, 'answer' | 'failure'>) => void {
    const place = this.#exchanges.length;
    const beside = [...this.#underWay].flatMap(([other, side]) => (side === by ? [] : [other]));
    const exchange: WiredExchange = { by, at, service, asked: wireText(xml), beside };
    this.#exchanges.push(exchange);
    this.#underWay.set(place, by);
    return (came) => {
      this.#underWay.delete(place);
      this.#exchanges[place] = { ...exchange, ...came };
    };
  }

  /** What one side said under a name from the exchange with this number on, be it asked or answered. */
  said<Name extends MessageName>(side: Side, name: Name, from = 0): readonly Passed<Name>[] {
    return this.#exchanges.flatMap((exchange, place) => {
      const { xml = '', message } = saidBy(side, exchange) ?? {};
      return place >= from && message?.message === name
        ? [{ at: exchange.at, xml, message: message as MessageOf<Name>, place }]
        : [];
    });
  }
}

import { checkOutgoing } from '../../src/protocol/rules.ts';
import { decodePayload, type OadrMessage } from '../../src/protocol/payload.ts';
import type { AgentWorld } from './agentWorld.ts';
import { validateAgainstXsd, xsdIsPresent } from './xsd.ts';

/** A message that left, and when. */
export interface Sent<Message extends OadrMessage = OadrMessage> {
  readonly at: number;
  readonly message: Message;
}

/** Everything that leaves a world's VEN, checked as it leaves: against the schema, and by the checks certification always makes. */
export class Outgoing {
  readonly sent: Sent[] = [];
  readonly faults: string[] = [];

  constructor(world: AgentWorld) {
    world.transport.onSent = ({ body }) => this.#take(body, world.time.now());
  }

  /** Messages of a name, oldest first. */
  named<Name extends OadrMessage['message']>(name: Name): Sent<Extract<OadrMessage, { message: Name }>>[] {
    return this.sent.filter((sent): sent is Sent<Extract<OadrMessage, { message: Name }>> => sent.message.message === name);
  }

  #take(body: string, at: number): void {
    const decoded = decodePayload(body, { strict: true });
    if (!decoded.ok) {
      this.faults.push(`refused by our own reader: ${decoded.refusal.text}`);
      return;
    }
    const { message } = decoded;
    this.sent.push({ at, message });
    if (message.message === 'oadrPoll' && this.named('oadrPoll').length > 1) return;
    const schema = xsdIsPresent ? validateAgainstXsd(body) : [];
    this.faults.push(...[...schema, ...checkOutgoing(message)].map((fault) => `${message.message}: ${fault}`));
  }
}

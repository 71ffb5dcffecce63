import { decodePayload, type OadrMessage } from '../../src/protocol/payload.ts';
import type { AgentWorld } from './agentWorld.ts';
import { faultsOf } from './judgeMessage.ts';

/** A message that left, and when. */
export interface Sent<Message extends OadrMessage = OadrMessage> {
  readonly at: number;
  readonly message: Message;
}

/** Everything that leaves a world's VEN, judged as it leaves; of polls, which are all alike, only the first. */
export class Outgoing {
  readonly sent: Sent[] = [];
  readonly faults: string[] = [];
  #judgedPoll = false;

  constructor(world: AgentWorld) {
    world.transport.onSent = ({ service, body }) => this.#take(service, body, world.time.now());
  }

  #take(service: string, body: string, at: number): void {
    const decoded = decodePayload(body, { strict: true });
    if (decoded.ok) this.sent.push({ at, message: decoded.message });
    const isPoll = decoded.ok && decoded.message.message === 'oadrPoll';
    if (!isPoll || !this.#judgedPoll) this.faults.push(...faultsOf(service, body));
    this.#judgedPoll ||= isPoll;
  }
}

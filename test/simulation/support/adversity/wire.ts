import type { OadrMessage } from '../../../../src/protocol/payload.ts';
import type { VtnAnswer } from '../../../../src/vtn/answer.ts';
import type { AgentWorld } from '../../../support/agentWorld.ts';
import { traceOfCanary } from '../../../support/canary.ts';
import type { SignedRun } from './signedRun.ts';

/** What went over the wire, as somebody between the two would have seen it. */
export interface WireRecord {
  /** When each request left, by a clock that nobody sets. @unit UTC ms */
  readonly sentAt: number[];
  /** The reports that left, as text. */
  readonly reports: { readonly at: number; readonly body: string }[];
  /** The first request, or reply to one, that nobody had signed; null where nothing is to be. */
  unsigned: string | null;
  /** The first request that showed the secret. */
  leak: string | null;
}

/** Called with each message that arrives whole at the VEN. */
export type Arriving = (message: OadrMessage) => void;

const messageThatArrives = ({ connection, status, message }: VtnAnswer): OadrMessage | undefined =>
  connection === 'answered' && status === 200 ? message : undefined;

/** Listens in on a world's wire; where messages are signed, what arrives is heard where it is verified. */
export const listenIn = (
  world: AgentWorld,
  signed: SignedRun | null,
  onArriving: Arriving,
  onSent: (body: string) => void,
): WireRecord => {
  const wire: WireRecord = { sentAt: [], reports: [], unsigned: null, leak: null };
  world.transport.onSent = ({ body }) => {
    wire.sentAt.push(world.time.trueNow());
    if (body.includes('oadrUpdateReport')) wire.reports.push({ at: world.time.trueNow(), body });
    if (signed !== null && !body.includes('<ds:SignatureValue>')) wire.unsigned ??= body;
    wire.leak ??= traceOfCanary(body);
    onSent(body);
  };
  if (signed !== null) {
    signed.onTaken = onArriving;
    return wire;
  }
  world.transport.onAnswered = (answer) => {
    const message = messageThatArrives(answer);
    if (message !== undefined) onArriving(message);
  };
  return wire;
};

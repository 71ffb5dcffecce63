import { turnsOf } from '../../../src/bundle/exchanges.ts';
import { isPlayedPush, type PlayedPush } from '../../../src/recording/awaitedPushes.ts';
import { isPush, type RecordedExchange, type RecordedTurn } from '../../../src/recording/recordedExchange.ts';
import { Reproduction, type Played } from '../../../src/recording/reproduction.ts';
import type { EventLog } from '../../../src/store/eventLog.ts';
import type { ReplayedPush } from '../../../src/vtn/replay/replayedPushes.ts';
import { createReplayVtn, type ReplayedRequest, type ReplayVtn } from '../../../src/vtn/replay/replayVtn.ts';
import type { Vtn } from '../../../src/vtn/vtn.ts';
import { DirectTransport, type AgentWorld } from '../../support/agentWorld.ts';

/** All turns of a log. */
export const turnsIn = async (log: EventLog): Promise<readonly RecordedTurn[]> => {
  const all: RecordedTurn[] = [];
  for await (const each of turnsOf(log)) all.push(each);
  return all;
};

/** The exchanges that the VEN of a log began. */
export const exchangesIn = async (log: EventLog): Promise<readonly RecordedExchange[]> =>
  (await turnsIn(log)).filter((turn): turn is RecordedExchange => !isPush(turn));

/** Plays the VEN's half of a log against the VTN of a world, in the time of that world. */
export const allPlayedAgainst = async (log: EventLog, world: AgentWorld): Promise<readonly (Played | PlayedPush)[]> => {
  const { time, transport } = world;
  // Read before: a disk takes real time, which virtual time does not wait for.
  const turns = await turnsIn(log);
  const stage = {
    now: () => time.now(),
    until: (due: number) => (due <= time.now() ? Promise.resolve() : time.sleep(due - time.now())),
    exchange: async (request: Parameters<typeof transport.exchange>[0]) => {
      const outcome = await transport.exchange(request);
      return outcome.kind === 'answered' ? { kind: outcome.kind, body: outcome.body } : outcome;
    },
  };
  const reproduction = new Reproduction(stage, { turns, speed: 1, pushedTo: 'https://tester.example' });
  world.ports.listener?.answerWith(({ body }) => Promise.resolve(reproduction.answer(body)));
  const played: (Played | PlayedPush)[] = [];
  let isDone = false;
  const playing = (async () => {
    for (const turn of turns) played.push(...(await reproduction.play(turn)));
    played.push(...reproduction.finish());
  })().finally(() => (isDone = true));
  for (let hours = 0; !isDone && hours < 1_000; hours += 1) await world.runTo(time.now() + 3_600_000);
  await playing;
  return played;
};

/** The requests that were played. */
export const playedAgainst = async (log: EventLog, world: AgentWorld): Promise<readonly Played[]> =>
  (await allPlayedAgainst(log, world)).filter((each): each is Played => !isPlayedPush(each));

/** Puts a VTN that repeats a log in the place of a world's own; gives it, and what it is asked. */
export const repeatedIn = async (
  world: AgentWorld,
  log: EventLog,
): Promise<{
  readonly vtn: ReplayVtn;
  readonly requests: readonly ReplayedRequest[];
  readonly pushes: readonly ReplayedPush[];
}> => {
  const requests: ReplayedRequest[] = [];
  const pushes: ReplayedPush[] = [];
  const vtn = createReplayVtn({
    turns: await turnsIn(log),
    known: { vtnID: 'vtn', registrationID: 'registration', pollFreq: 'PT1H' },
    now: () => world.time.now(),
    onRequest: (request) => void requests.push(request),
    onPush: (push) => void pushes.push(push),
  });
  Object.assign(world, { vtn });
  Object.assign(world.ports, { transport: new DirectTransport(world.time, () => vtn as unknown as Vtn) });
  return { vtn, requests, pushes };
};

import { exchangesOf } from '../../../src/bundle/exchanges.ts';
import type { RecordedExchange } from '../../../src/recording/recordedExchange.ts';
import { Reproduction, type Played } from '../../../src/recording/reproduction.ts';
import type { EventLog } from '../../../src/store/eventLog.ts';
import { createReplayVtn, type ReplayedRequest, type ReplayVtn } from '../../../src/vtn/replayVtn.ts';
import type { Vtn } from '../../../src/vtn/vtn.ts';
import { DirectTransport, type AgentWorld } from '../../support/agentWorld.ts';

/** All exchanges of a log. */
export const exchangesIn = async (log: EventLog): Promise<readonly RecordedExchange[]> => {
  const all: RecordedExchange[] = [];
  for await (const each of exchangesOf(log)) all.push(each);
  return all;
};

/** Plays the VEN's half of a log against the VTN of a world, in the time of that world. */
export const playedAgainst = async (log: EventLog, world: AgentWorld, speed = 1): Promise<readonly Played[]> => {
  const { time, transport } = world;
  const reproduction = new Reproduction(
    {
      now: () => time.now(),
      until: (due) => (due <= time.now() ? Promise.resolve() : time.sleep(due - time.now())),
      exchange: async (request) => {
        const outcome = await transport.exchange(request);
        return outcome.kind === 'answered' ? { kind: 'answered', body: outcome.body } : outcome;
      },
    },
    speed,
  );
  // Read before: a disk takes real time, which virtual time does not wait for.
  const exchanges = await exchangesIn(log);
  const played: Played[] = [];
  let isDone = false;
  const playing = (async () => {
    for (const exchange of exchanges) played.push(await reproduction.play(exchange));
    played.push(...reproduction.finish());
  })().finally(() => (isDone = true));
  for (let hours = 0; !isDone && hours < 1_000; hours += 1) await world.runTo(time.now() + 3_600_000);
  await playing;
  return played;
};

/** Puts a VTN that repeats a log in the place of a world's own; gives it, and what it is asked. */
export const repeatedIn = async (
  world: AgentWorld,
  log: EventLog,
): Promise<{ readonly vtn: ReplayVtn; readonly requests: readonly ReplayedRequest[] }> => {
  const requests: ReplayedRequest[] = [];
  const vtn = createReplayVtn({
    exchanges: await exchangesIn(log),
    known: { vtnID: 'vtn', registrationID: 'registration', pollFreq: 'PT1H' },
    now: () => world.time.now(),
    onRequest: (request) => void requests.push(request),
  });
  Object.assign(world.ports, { transport: new DirectTransport(world.time, () => vtn as unknown as Vtn) });
  return { vtn, requests };
};

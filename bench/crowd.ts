import type { DrEventScript } from '../src/vtn/events/drEvents.ts';
import { createVtn } from '../src/vtn/vtn.ts';
import { VirtualTime } from '../test/support/virtualTime.ts';
import { directTransport } from './support/directTransport.ts';
import { withDirectory } from './support/directory.ts';
import { atMost, percent, readable, type Subject } from './support/figure.ts';
import { measurePair, type Work } from './support/measure.ts';
import { startSimulatedVen } from './support/simulatedVen.ts';
import { simulationStart } from './support/simulation.ts';

const pollMs = 10_000;
const dayMs = 86_400_000;
const few = 4;
const many = 4_000;
const rounds = 7;
const pollsPerRound = 300;

/** As many as one list may hold; what a later list leaves out stays known. */
const perList = 100;

const eventIn = (days: number): DrEventScript => ({
  startAt: simulationStart + days * dayMs,
  lengthMs: 3_600_000,
  signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
});

/** A VEN that knows so many DR events, all of them weeks ahead, and hears nothing new from now on. */
const quietPolls = async (
  directory: string,
  events: number,
): Promise<{ readonly known: number; readonly polls: Work; readonly stop: () => Promise<void> }> => {
  const time = new VirtualTime(simulationStart);
  const vtn = createVtn({ clock: { now: () => time.now() }, status: 'never' });
  let lastQuiet = '';
  let isQuiet = false;
  const transport = directTransport(
    (service, body) => {
      if (isQuiet && service === 'OadrPoll') return lastQuiet;
      const answer = vtn.handle(service, body).body;
      if (service === 'OadrPoll' && answer.includes('oadrResponse>')) lastQuiet = answer;
      return answer;
    },
    () => time.now(),
  );
  const ven = await startSimulatedVen(directory, time, transport);
  const run = (ms: number): Promise<void> => ven.runTo(time.now() + ms);
  await run(60_000);
  for (let count = 0; count < events; count += perList) {
    const list = Array.from({ length: Math.min(perList, events - count) }, (_, index) =>
      vtn.events.add(eventIn(20 + index / 24)),
    );
    await run(6 * pollMs);
    if (count + perList < events) list.forEach((eventID) => vtn.events.withdraw(eventID));
  }
  isQuiet = true;
  const polls = async (): Promise<number> => {
    await run(pollsPerRound * pollMs);
    return pollsPerRound;
  };
  return { known: ven.hosted.agent.state.streams.shelf('drEvent').size, polls, stop: ven.stop };
};

/** A VEN that has met thousands of DR events polls as cheaply as one that has met four. */
export const crowd: Subject = {
  name: 'crowd',
  title: `Quiet poll with ${many} known DR events beside ${few}: CPU time of whole polls in virtual time, without sockets`,
  measure: () =>
    withDirectory((here) =>
      withDirectory(async (there) => {
        const crowded = await quietPolls(here, many);
        const lonely = await quietPolls(there, few);
        const { perSecond, floorPerSecond, ratio } = await measurePair(crowded.polls, lonely.polls, rounds);
        await crowded.stop();
        await lonely.stop();
        return [
          {
            name: `quiet polls with ${crowded.known} known DR events`,
            value: `${readable(perSecond)} /s`,
            floor: { name: `with ${lonely.known}`, value: `${readable(floorPerSecond)} /s` },
            ratio: percent(1 / ratio),
            goal: atMost(100 / ratio, 120, '% of the time'),
          },
        ];
      }),
    ),
};

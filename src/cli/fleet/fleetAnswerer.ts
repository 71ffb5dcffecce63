/** What the one door of a host answers: of the fleet as a whole, and of each VEN what an agent by itself answers. */
import type { Answerer, Question } from '../../adapters/control/controlSocket.ts';
import type { Host, ListChange } from '../../fleet/host.ts';
import type { FleetVen } from '../../fleet/fleetVen.ts';
import type { VenHold } from '../../fleet/member.ts';
import { standingOf, worstFirst } from '../../fleet/standing.ts';
import type { Head } from '../../store/head.ts';
import { answererFor } from '../control/answerer.ts';
import { CommandFailure } from '../exitCode.ts';
import { VERSION } from '../version.ts';
import { projectionsOf } from './projections.ts';

/** Standings that go on one line of the answer. */
const standingsALine = 200;

/** Says that there is no such VEN, or none for the one who asks: which of the two is told to nobody. */
export const noSuchVen = (venID: string): CommandFailure =>
  new CommandFailure(`There is no VEN "${venID}" here for you: "ven fleet status" shows those there are.`);

/** Says that a VEN is to be held before its log can be moved. */
const mustBeHeld = (venID: string): CommandFailure =>
  new CommandFailure(
    `The VEN ${venID} runs: "ven fleet drain ${venID}" ends it in good order, and its log can be moved.`,
  );

const headIn = ({ position, hash }: Question): Head => ({ position: Number(position), hash: String(hash) });

const holdPhases: Readonly<Record<string, VenHold['phase']>> = { pause: 'paused', drain: 'drained' };

const becauseOf = ({ because }: Question, phase: VenHold['phase']): string =>
  typeof because === 'string' && because !== '' ? because : `a person has ${phase} it`;

const ofOne = (host: Host, ven: FleetVen): Answerer => {
  const { agent, log, member } = ven;
  if (agent === null || log === null)
    throw new CommandFailure(
      `The VEN ${member.venID} does not run (${ven.phase}${ven.because === null ? '' : `: ${ven.because}`}), so it can be asked nothing: "ven fleet release ${member.venID}" lets it go on.`,
    );
  return answererFor({
    agent,
    log,
    projections: projectionsOf(log),
    runID: agent.state.runID,
    version: VERSION,
    now: () => host.now,
    lastContactAt: () => ven.lastContactAt,
  });
};

/** What is answered besides what the host knows. */
export interface FleetAnswers {
  readonly host: Host;
  /** Reads the file again. */
  readonly reload: () => Promise<ListChange>;
  /** How many VENs of the file are none of this worker's; 0 where there is but one. */
  readonly elsewhere: () => number;
}

export const fleetAnswerer = ({ host, reload, elsewhere }: FleetAnswers): Answerer =>
  async function* (question, noLonger, closing) {
    const venID = typeof question['ven'] === 'string' ? question['ven'] : null;
    switch (question.op) {
      case 'fleet': {
        const all = [...host.vens.values()].map((ven) => standingOf(ven, host.now)).sort(worstFirst);
        yield { pid: process.pid, version: VERSION, now: host.now, startedAt: host.startedAt, elsewhere: elsewhere() };
        for (let first = 0; first < all.length; first += standingsALine) yield all.slice(first, first + standingsALine);
        return;
      }
      case 'fleetReload':
        yield await reload();
        return;
      default: {
        if (venID === null)
          throw new CommandFailure('Many VENs run here: say which with --ven; "ven fleet status" shows all of them.');
        const ven = host.vens.get(venID);
        if (ven === undefined) throw noSuchVen(venID);
        if (question.op === 'fleetVen') {
          yield standingOf(ven, host.now);
          return;
        }
        if (question.op === 'fleetRelease') {
          host.release(venID);
          yield standingOf(ven, host.now);
          return;
        }
        if (question.op === 'fleetMoveAway') {
          if (!(await host.moveAway(venID, headIn(question)))) throw mustBeHeld(venID);
          yield standingOf(ven, host.now);
          return;
        }
        const phase = question.op === 'fleetHold' ? holdPhases[String(question['how'])] : undefined;
        if (phase !== undefined) {
          await host.hold(venID, phase, becauseOf(question, phase));
          yield standingOf(ven, host.now);
          return;
        }
        yield* ofOne(host, ven)(question, noLonger, closing);
      }
    }
  };

import type { Random } from '../../../../src/vtn/random.ts';
import { CANARY } from '../../../support/canary.ts';
import type { Run } from '../run.ts';
import type { Adversity } from './adversity.ts';
import { badDay } from './badDays.ts';
import { restoreBackup } from './backups.ts';
import { replaceDirectory } from './directory.ts';
import { opting } from './opting.ts';
import { beginSecondVen } from './secondVen.ts';
import { crowd, oddDrEvent } from './oddDrEvents.ts';
import { oddRequests } from './reportRequests.ts';

type Of<Name extends Adversity['do']> = Extract<Adversity, { readonly do: Name }>;

const addCrowd = (run: Run, { count, withPrices }: Of<'crowdDrEvents'>, random: Random): void => {
  const { vtn, time } = run.world;
  const fromAt = Math.floor(time.trueNow() / 3_600_000) * 3_600_000;
  for (const script of crowd(count, withPrices, fromAt, random)) run.extraDrEvents.push(vtn.events.add(script));
};

const modifyCrowd = ({ world: { vtn }, extraDrEvents }: Run, { count }: Of<'modifyCrowd'>, random: Random): boolean => {
  const open = vtn.events
    .listed()
    .filter(({ eventID, cancelledAt }) => extraDrEvents.includes(eventID) && cancelledAt === undefined);
  for (const { eventID, script } of open.slice(0, count)) {
    if (random.chance(0.2)) vtn.events.cancel(eventID);
    else vtn.events.modify(eventID, { startAt: script.startAt + 3_600_000, priority: random.integer(0, 3) });
  }
  return open.length > 0;
};

const addOdd = (run: Run, { odd, startInMs }: Of<'oddDrEvent'>): void => {
  const { vtn, time } = run.world;
  const startAt = Math.floor((time.trueNow() + startInMs) / 60_000) * 60_000;
  run.extraDrEvents.push(vtn.events.add(oddDrEvent(odd, startAt)));
};

const askOddly = ({ world: { vtn, time } }: Run, { odd }: Of<'askOddly'>): boolean => {
  if (vtn.registrations().every(({ dataPoints }) => dataPoints.length === 0)) return false;
  vtn.askReport(oddRequests(odd, time.trueNow()));
  return true;
};

const troubleService = (
  run: Run,
  { on, status, times, forMs, processed, retryAfterSeconds }: Of<'troubleService'>,
): void =>
  run.world.vtn.faults.next({
    do: 'status',
    status,
    times,
    processed,
    untilAt: run.world.time.trueNow() + forMs,
    ...(on === 'any' ? {} : { on }),
    ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }),
  });

const setClock = ({ world }: Run, { jumpMs, forMs }: Of<'setClock'>): boolean => {
  if (world.time.jumpedMs !== 0) return false;
  world.jump(jumpMs);
  world.time.ringIn(forMs, () => {
    if (world.time.jumpedMs === jumpMs) world.jump(-jumpMs);
  });
  return true;
};

/** Lets an adversary act; false when there was nothing it could act on. */
export const act = (run: Run, adversity: Adversity, random: Random): boolean | Promise<boolean> => {
  const { vtn, time } = run.world;
  const until = (forMs: number): number => time.trueNow() + forMs;
  const done = (_: void): boolean => true;
  switch (adversity.do) {
    case 'crowdDrEvents':
      return done(addCrowd(run, adversity, random));
    case 'modifyCrowd':
      return modifyCrowd(run, adversity, random);
    case 'oddDrEvent':
      return done(addOdd(run, adversity));
    case 'askOddly':
      return askOddly(run, adversity);
    case 'restartSilently':
      return done(vtn.restart({ registrations: adversity.registrations, events: adversity.events, silently: true }));
    case 'changeVtnID': {
      const vtnID = `ter_vtn_1.${random.integer(1, 9)}`;
      if (adversity.withRestart) vtn.restart({ registrations: 'forgotten', vtnID });
      else vtn.faults.next({ do: 'newVtnID', vtnID });
      return true;
    }
    case 'answerWithCode':
      return done(vtn.faults.next({ ...adversity, do: 'responseCode' }));
    case 'troubleService':
      return done(troubleService(run, adversity));
    case 'echoSecret':
      return done(vtn.faults.next({ do: 'echo', text: `No access with ${CANARY}.`, times: adversity.times }));
    case 'setVtnClock':
      return done(
        vtn.faults.next({
          do: 'wrongClock',
          offsetMs: adversity.offsetMs,
          times: 1e9,
          untilAt: until(adversity.forMs),
        }),
      );
    case 'repeatEvents':
      return done(vtn.faults.next({ do: 'repeatEvents', on: 'oadrPoll', times: 1e9, untilAt: until(adversity.forMs) }));
    case 'failPlanner':
      return done(run.ourSide.fail('planner', adversity.failing, time.now() + adversity.forMs));
    case 'failDevice': {
      const { resourceID } = run.meters[adversity.device % run.meters.length] ?? { resourceID: '' };
      return done(run.ourSide.fail(`${adversity.what} ${resourceID}`, adversity.failing, time.now() + adversity.forMs));
    }
    case 'setClock':
      return setClock(run, adversity);
    case 'restoreBackup':
      return restoreBackup(run, adversity);
    case 'replaceDirectory':
      return replaceDirectory(run, adversity);
    case 'optForTime':
    case 'optOfEvent':
    case 'takeOptBack':
      return opting(run.world, adversity, random);
    case 'tamper': {
      const { how, on, times } = adversity;
      // On the way that this VTN speaks: what it answers, and what it pushes.
      if (run.plan.isPushed) vtn.faults.next({ do: 'pushTampered', how, times });
      return done(vtn.faults.next({ do: 'tampered', how, times, ...(on === 'any' ? {} : { on }) }));
    }
    case 'secondVen':
      return beginSecondVen(run, adversity);
    case 'hangDisk':
      return done(run.world.hangDiskFor(adversity.forMs));
    case 'longTexts':
      return done(vtn.faults.next({ do: 'echo', text: 'x'.repeat(100_000), times: adversity.times }));
    default:
      return badDay(run, adversity);
  }
};

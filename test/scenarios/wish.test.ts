import { describe, expect, it } from 'vitest';
import { fixedSchedule } from '../../src/dispatch/fixedSchedule.ts';
import type { PlanningProblem, StorageTerms } from '../../src/dispatch/planningProblem.ts';
import { upcast } from '../../src/facts/upcast.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { operatorArrival, type OperatorCommand } from '../../src/shell/operatorCommands.ts';
import { wishesAt } from '../../src/store/projections/instructions.ts';
import { AgentWorld, memoryStorage } from '../support/agentWorld.ts';
import { homeBattery } from '../support/homeBattery.ts';
import { at, resourceID } from './support/day.ts';

const today = '2026-06-10';
const planned = fixedSchedule();

const living = async () => {
  const asked: PlanningProblem[] = [];
  const there = new AgentWorld({
    startAt: at(today, 10),
    vtn: { pollFreq: 'PT1M', status: 'never' },
    storage: memoryStorage(),
    planner: {
      plan: (problem) => {
        asked.push(problem);
        return planned.plan(problem);
      },
    },
    devices: (time) => [homeBattery(resourceID, time)],
  });
  await there.start();
  await there.runTo(at(today, 10, 20));
  const storage = (): StorageTerms => asked.at(-1)?.devices[0] as StorageTerms;
  const say = (command: OperatorCommand): void => {
    if (there.agent === null) throw new Error('Nobody is there.');
    there.agent.take(operatorArrival(there.agent.state, there.time.now(), command, 'ven'));
  };
  return { there, storage, say };
};

describe('a wish for once', () => {
  it('given a time to leave and a level to keep, then each is planned with at once, survives a restart, and is over by itself', async () => {
    const { there, storage, say } = await living();
    say({ type: 'OperatorInstructed', kind: 'leave', stateOfCharge: 0.8, endAt: at(today, 18) });
    say({ type: 'OperatorInstructed', kind: 'keep', stateOfCharge: 0.6, endAt: at(today, 14) });
    await there.runTo(at(today, 10, 21));
    expect(storage().departures).toEqual([{ at: at(today, 18), stateOfCharge: 0.8 }]);
    expect(storage().reserveSpans).toEqual([{ startAt: at(today, 10, 20), endAt: at(today, 14), stateOfCharge: 0.6 }]);
    there.crash();
    await there.runTo(at(today, 15));
    await there.start();
    await there.runTo(at(today, 15, 1));
    expect(storage().departures).toEqual([{ at: at(today, 18), stateOfCharge: 0.8 }]);
    expect(storage().reserveSpans).toBeUndefined();
    await there.runTo(at(today, 19, 1));
    expect(storage().departures).toBeUndefined();
    const ended = (await there.entries()).map(upcast).filter(({ type }) => type === 'InstructionEnded');
    expect(ended.map(({ data }) => data)).toMatchObject([
      { kind: 'keep', because: 'lapsed' },
      { kind: 'leave', because: 'lapsed' },
    ]);
    const { state, divergences } = await foldLog(there.log, { verify: true });
    expect(divergences).toEqual([]);
    expect(state.views.instructions).toEqual(there.agent?.state.views.instructions);
  });

  it('given one that is taken back, then it is not planned with any more, and an override beside it goes on', async () => {
    const { there, storage, say } = await living();
    say({ type: 'OperatorInstructed', kind: 'keep', stateOfCharge: 0.6, endAt: at(today, 14) });
    say({ type: 'OperatorInstructed', action: 'hold', endAt: at(today, 14) });
    await there.runTo(at(today, 10, 21));
    say({ type: 'OperatorReleased', kind: 'keep' });
    await there.runTo(at(today, 10, 22));
    expect(storage().reserveSpans).toBeUndefined();
    expect(wishesAt(there.agent!.state.views.instructions, there.time.now())).toEqual([]);
    expect(Object.keys(there.agent!.state.views.instructions.standing)).toEqual([`override ${resourceID}`]);
    expect(() => say({ type: 'OperatorReleased', kind: 'leave' })).toThrow('Nobody wishes');
    expect(() => say({ type: 'OperatorInstructed', kind: 'keep', stateOfCharge: 1.2, endAt: at(today, 14) })).toThrow(
      'The level 1.2 is none',
    );
  });
});

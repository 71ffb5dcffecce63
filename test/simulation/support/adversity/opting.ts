import { drEventsOf, optsThatHold } from '../../../../src/core/state.ts';
import { RefusedInstruction } from '../../../../src/shell/instructions.ts';
import { operatorArrival, type OperatorCommand } from '../../../../src/shell/operatorCommands.ts';
import type { Random } from '../../../../src/vtn/random.ts';
import type { AgentWorld } from '../../../support/agentWorld.ts';
import type { Opting } from './adversity.ts';

/** What a person says, when there is something to say it of. */
const commandOf = (
  { agent, time, settings }: AgentWorld,
  happening: Opting,
  random: Random,
): OperatorCommand | null => {
  if (agent === null) return null;
  if (happening.do === 'optForTime') {
    const startAt = time.now() + happening.startInMs;
    const endAt = happening.lengthMs === null ? null : startAt + happening.lengthMs;
    const { resourceID } = settings.devices[happening.device ?? -1] ?? {};
    const who = resourceID === undefined ? {} : { resourceIDs: [resourceID] };
    return { type: 'OptGiven', optType: 'optOut', windows: [{ startAt, endAt }], ...who };
  }
  if (happening.do === 'optOfEvent') {
    const [first, ...rest] = drEventsOf(agent.state);
    return first === undefined
      ? null
      : { type: 'OptGiven', optType: happening.optType, eventID: random.pick([first, ...rest])[0] };
  }
  const [first, ...rest] = optsThatHold(agent.state);
  return first === undefined ? null : { type: 'OptTakenBack', optID: random.pick([first, ...rest]).terms?.optID };
};

/** A person opts, or takes an opt back; false where there was nothing to opt, or the agent would not. */
export const opting = (world: AgentWorld, happening: Opting, random: Random): boolean => {
  const command = commandOf(world, happening, random);
  if (world.agent === null || command === null) return false;
  try {
    world.agent.take(operatorArrival(world.agent.state, world.time.now(), command, 'ven'));
    return true;
  } catch (error) {
    if (error instanceof RefusedInstruction) return false;
    throw error;
  }
};

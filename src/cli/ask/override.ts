/** What a person tells a device for a time, handed to the agent that runs. */
import { localText } from '../../programme/calendar.ts';
import type { InstructionAsked } from '../../shell/instructions.ts';
import { instructionsAt } from '../../store/projections/instructions.ts';
import { instructionText } from '../../telling/words.ts';
import { didYouMean } from '../../text/nearest.ts';
import type { Wish } from '../control/questions.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { say } from '../prose.ts';
import { reading, stateOf } from '../reading.ts';
import { isoText } from '../rows.ts';
import { distanceText } from '../status/streams.ts';
import type { Surroundings } from '../surroundings.ts';
import { timeAhead, type Here } from '../when.ts';
import { lengthNamed, powerNamed } from './amounts.ts';
import { askFor, type WishOutcome } from './ask.ts';

/** What came of it: the device took its new power or did not; where it does that already, there is a plan around it. */
const obeyed = (): WishOutcome => {
  let resourceID = '';
  let isTold = false;
  return ({ type, data }) => {
    if (type === 'OperatorInstructed') resourceID = data.resourceID;
    if (type === 'PlanMade') return isTold ? null : 'done';
    if (type !== 'SetpointRequested' && type !== 'SetpointApplied' && type !== 'SetpointFailed') return null;
    if (data.resourceID !== resourceID) return null;
    isTold = true;
    return type === 'SetpointRequested' ? null : type === 'SetpointApplied' ? 'done' : 'failed';
  };
};

const endGiven = (given: ParsedArguments, here: Here): Pick<InstructionAsked, 'endAt' | 'forMs'> => {
  const [until, length] = [given.text('until'), given.text('for')];
  if (until !== undefined && length !== undefined)
    throw new UsageError('The options --until and --for say the same thing twice: give one of them.');
  if (until !== undefined) return { endAt: timeAhead(until, here) };
  if (length !== undefined) return { forMs: lengthNamed(length) };
  throw new UsageError('An override ends by itself: say when with --until 18:00, or for how long with --for 2h.');
};

const actions = ['charge', 'discharge', 'hold'];

/** The body of `ven override`. */
export const override = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const [action = ''] = given.operands;
  if (!actions.includes(action))
    throw new UsageError(
      `A device cannot "${action}": write charge, discharge or hold.${didYouMean(action, [...actions, 'list'])} "ven override list" tells what is overridden, and "ven release" ends it.`,
    );
  const [resourceID, power] = [given.text('device'), given.text('power')];
  const powerWatts = power === undefined ? {} : { powerWatts: powerNamed(power) };
  const device = resourceID === undefined ? {} : { resourceID };
  const wish = (here: Here): Wish => ({
    type: 'OperatorInstructed',
    action,
    ...device,
    ...powerWatts,
    ...endGiven(given, here),
  });
  return askFor(given, surroundings, wish, obeyed(), EXIT.failure);
};

/** The body of `ven release`. */
export const release = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const [resourceID] = given.operands;
  const device = resourceID === undefined ? {} : { resourceID };
  return askFor(given, surroundings, { type: 'OperatorReleased', ...device }, ({ type }) =>
    type === 'InstructionEnded' ? 'done' : null,
  );
};

/** The body of `ven override list`: each override with its remaining time. */
export const overrideList = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const { state, here } = await stateOf(opened);
    const { stdout } = surroundings;
    const standing = instructionsAt(state.views.instructions, here.now);
    for (const { resourceID, instruction, startAt, endAt, by } of standing) {
      const { action, powerWatts = null } = instruction;
      const until = { since: isoText(startAt), until: isoText(endAt), remainingMs: endAt - here.now };
      if (given.switches.has('json'))
        say(stdout, `${JSON.stringify({ resourceID, action, powerWatts, ...until, by })}\n`);
      else
        say(
          stdout,
          `${resourceID}: ${instructionText(instruction)} until ${localText(endAt, here.timeZone)} (${distanceText(endAt, here.now)}).\n`,
        );
    }
    if (standing.length === 0 && !given.switches.has('json')) say(stdout, 'No device is overridden.\n');
    return EXIT.success;
  });

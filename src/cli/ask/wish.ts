/** One-off wishes of a person, handed to the agent that runs; and those that stand. */
import type { OneWish } from '../../facts/instructions.ts';
import type { PlanMade, WishMissed } from '../../facts/planning.ts';
import { localText } from '../../programme/calendar.ts';
import { type InstructionView, wishesAt } from '../../store/projections/instructions.ts';
import { wishText } from '../../telling/words.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { planInForce } from '../plan/recorded.ts';
import { reading, stateOf } from '../reading.ts';
import { distanceText } from '../status/streams.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { timeAhead } from '../when.ts';
import { askFor } from './ask.ts';

/** `least`: nothing can be kept, and nobody leaves with nothing. */
const partNamed = (text: string, least: 'nothing' | 'something' = 'something'): number => {
  const [, digits = ''] = /^(\d{1,3}(?:\.\d+)?) ?%$/.exec(text.trim()) ?? [];
  const part = Number(digits) / 100;
  if (digits === '' || part > 1 || (part === 0 && least === 'something'))
    throw new UsageError(
      `"${text}" is no level: write it as 80%, ${least === 'nothing' ? 'from 0%' : 'above 0'} and up to 100%.`,
    );
  return part;
};

const deviceGiven = (given: ParsedArguments): { readonly resourceID?: string } => {
  const resourceID = given.text('device');
  return resourceID === undefined ? {} : { resourceID };
};

const wish = (
  given: ParsedArguments,
  surroundings: Surroundings,
  kind: OneWish['kind'],
  stateOfCharge: number | undefined,
  end: string,
): Promise<ExitCode> =>
  askFor(
    given,
    surroundings,
    (here) => ({
      type: 'OperatorInstructed',
      kind,
      ...deviceGiven(given),
      ...(stateOfCharge === undefined ? {} : { stateOfCharge }),
      endAt: timeAhead(end, here),
    }),
    ({ type }) => (type === 'PlanMade' ? 'done' : type === 'PlanFailed' ? 'failed' : null),
    EXIT.failure,
  );

/** The body of `ven wish leave`. */
export const wishLeave = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const [end = ''] = given.operands;
  const level = given.text('with');
  return wish(given, surroundings, 'leave', level === undefined ? undefined : partNamed(level), end);
};

/** The body of `ven wish keep`. */
export const wishKeep = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const [level = ''] = given.operands;
  const until = given.text('until');
  if (until === undefined) throw new UsageError('A wish ends by itself: say when, with --until sunday.');
  return wish(given, surroundings, 'keep', partNamed(level, 'nothing'), until);
};

/** The body of `ven wish cancel`. */
export const wishCancel = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const [kind = ''] = given.operands;
  if (kind !== 'leave' && kind !== 'keep') throw new UsageError(`"${kind}" is no wish: write leave or keep.`);
  return askFor(given, surroundings, { type: 'OperatorReleased', kind, ...deviceGiven(given) }, ({ type }) =>
    type === 'InstructionEnded' ? 'done' : null,
  );
};

/** What the plan in force says of a wish; null where it says that it is met, or nothing. */
const missedOf = (
  { resourceID, instruction, endAt }: InstructionView,
  { unmet = [] }: Pick<PlanMade, 'unmet'>,
): WishMissed | null => {
  if (instruction.kind === 'override') return null;
  const own = unmet.filter((each) => each.resourceID === resourceID);
  const missed =
    instruction.kind === 'leave'
      ? own.find(({ kind, at }) => kind === 'departure' && at === endAt)
      : own.find(({ kind, at }) => kind === 'reserve' && at < endAt);
  return missed ?? null;
};

/** How far a wish is from being met, after a semicolon; empty where it is met. */
const shortText = (missed: WishMissed | null, isShadow: boolean): string => {
  const short =
    missed === null
      ? ''
      : missed.reached === null
        ? '; nobody knows how full it is, so nothing is planned for that'
        : `; the plan reaches ${Math.round(missed.reached * 100)} %`;
  return short + (isShadow ? '; it is in shadow, and told nothing' : '');
};

/** The body of `ven wish list`: each wish with its remaining time, and what the plan in force misses of it. */
export const wishList = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const { state, here } = await stateOf(opened);
    const made: Partial<PlanMade> = (await planInForce(opened))?.made ?? {};
    const { stdout } = surroundings;
    const standing = wishesAt(state.views.instructions, here.now);
    for (const wished of standing) {
      const { resourceID, instruction, endAt, by } = wished;
      const missed = missedOf(wished, made);
      const isShadow = made.shadow?.resourceIDs.includes(resourceID) ?? false;
      if (given.switches.has('json')) {
        const reachedStateOfCharge = missed?.reached ?? null;
        const [until, remainingMs] = [new Date(endAt).toISOString(), endAt - here.now];
        const isMet = missed === null && !isShadow;
        say(
          stdout,
          `${JSON.stringify({ resourceID, ...instruction, until, remainingMs, by, isMet, reachedStateOfCharge })}\n`,
        );
      } else
        say(
          stdout,
          `${resourceID} is to ${wishText(instruction)}, ${instruction.kind === 'leave' ? 'at' : 'until'} ${localText(endAt, here.timeZone)} (${distanceText(endAt, here.now)})${shortText(missed, isShadow)}.\n`,
        );
    }
    if (standing.length === 0 && !given.switches.has('json'))
      say(stdout, 'Nothing is wished but what is configured.\n');
    return EXIT.success;
  });

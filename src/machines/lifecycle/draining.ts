/**
 * How long a VTN that always has something is asked again at once. What repeats itself is no news: the same answer twice ends
 * it, so does the limit; a list that never empties gets one poll at a time, and a person is told.
 */
import { gistOf } from '../gist.ts';
import { replyTo, type Conclusion, type VenArgs } from './lifecycle.ts';

/** @limit Polls in a row that ended with the VTN still having something, after which it is taken to be always so. */
const neverEmptyAfter = 3;

/** Parts of a message that may differ each time it is said. */
const passing: ReadonlySet<string> = new Set(['requestID', 'createdDateTime', 'modificationDateTime', 'currentValue']);

/** Whether a poll brought what the one before it brought. */
export const repeatsItself = (args: VenArgs): boolean => {
  const reply = replyTo('poll', args);
  return reply !== null && gistOf(reply, passing) === args.context.brought;
};

/** Whether it has been asked often enough at once. */
export const isDrainedEnough = ({ context, event }: VenArgs): boolean =>
  context.drained >= (context.neverEmpty >= neverEmptyAfter ? 1 : event.settings.drainLimit);

/** Remembers what a poll brought. */
export const rememberBrought = (args: VenArgs): Conclusion => {
  const reply = replyTo('poll', args);
  return reply === null ? {} : { change: { brought: gistOf(reply, passing) } };
};

/** The VTN is left alone until the next poll is due, though it still had something. */
export const leaveTheRest = (args: VenArgs): Conclusion => {
  // A VTN that lists its DR events in every answer says how things stand: that is its way, and nothing waits.
  if (replyTo('poll', args)?.message === 'oadrDistributeEvent' && repeatsItself(args)) return rememberBrought(args);
  const neverEmpty = args.context.neverEmpty + 1;
  const remembered = rememberBrought(args).change ?? {};
  if (neverEmpty !== neverEmptyAfter) return { change: { ...remembered, neverEmpty } };
  const name = replyTo('poll', args)?.message ?? 'a message';
  return {
    tell: [
      {
        type: 'AlarmRaised',
        data: {
          alarm: 'listNeverEmpties',
          text: `The VTN answers every poll with something, ${name} the last time, and never says that there is no more.`,
          advice:
            'It is polled at its own pace all the same, and what is new in it is taken. Ask the VTN’s operator what it waits for: an answer of ours may not have reached it.',
        },
      },
    ],
    change: { ...remembered, neverEmpty },
  };
};

/** There is no more. */
export const allIsHeard = ({ context }: VenArgs): Conclusion =>
  context.brought === null && context.neverEmpty === 0
    ? {}
    : {
        tell:
          context.neverEmpty < neverEmptyAfter ? [] : [{ type: 'AlarmCleared', data: { alarm: 'listNeverEmpties' } }],
        change: { brought: null, neverEmpty: 0 },
      };

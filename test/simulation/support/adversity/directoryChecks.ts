import type { Check } from '../check.ts';

/** What must hold where a data directory went from under an agent. */

/** @limit How long an agent may go on without its directory. @unit ms */
const withinMs = 60_000;

/** What may leave before it is on disk: a poll that is under way. */
const unrecorded = 'oadrPoll';

/** 18: whose directory is gone, acts no more: it ends within a minute, tells the VTN nothing, lets go of its devices, and writes into nothing that is not its own. */
const endsWithItsDirectory: Check = ({ run: { directory } }) =>
  (directory?.departures ?? []).flatMap(({ by, goneAt, stoppedAt, sentAfter, atWork, isTouched }) => {
    const where = `the directory that gave way to ${by} at ${new Date(goneAt).toISOString()}`;
    const told = sentAfter.filter((message) => message !== unrecorded);
    return [
      ...(stoppedAt === null || stoppedAt - goneAt > withinMs ? [`18: the agent outlived ${where}`] : []),
      ...(told.length > 0 ? [`18: ${told.join(', ')} left after ${where} was gone`] : []),
      ...atWork.map((resourceID) => `18: ${resourceID} is at work after ${where} was gone`),
      ...(isTouched ? [`18: what came after ${where} was written to by an agent that it is not the log of`] : []),
    ];
  });

/** 19: no log is begun, or gone on with, where the anchor knows one that went on, before a person has said so. */
const asksBeforeItForgets: Check = ({ run: { directory } }) =>
  (directory?.departures ?? []).flatMap(({ by, goneAt, isOver, isMoreKnown, refusal }) =>
    isOver && isMoreKnown && refusal === null
      ? [`19: after ${new Date(goneAt).toISOString()} an agent went on with ${by}, and nobody was asked`]
      : [],
  );

/** The checks. */
export const directoryChecks: readonly Check[] = [endsWithItsDirectory, asksBeforeItForgets];

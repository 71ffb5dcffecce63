import type { KnownEntry } from '../../../../src/facts/fact.ts';
import type { OptTerms } from '../../../../src/facts/opts.ts';
import type { Check } from '../check.ts';

/** What must hold of opts by EiOpt once the troubles are over. */

/** An opt schedule, by the log. */
interface Schedule {
  readonly terms: OptTerms;
  readonly standing: 'asked' | 'taken' | 'refused';
}

/** The schedules that hold at the end of the log, and the optIDs that were ever refused. */
const schedulesIn = (entries: readonly KnownEntry[]) => {
  const holding = new Map<string, Schedule>();
  const everRefused = new Set<string>();
  const answered = (optID: string, standing: Schedule['standing']): void => {
    const known = holding.get(optID);
    if (known !== undefined) holding.set(optID, { ...known, standing });
  };
  for (const { type, data } of entries) {
    if (type === 'OptGiven' && data.eventID === undefined) holding.set(data.optID, { terms: data, standing: 'asked' });
    if (type === 'OptCreated') answered(data.optID, 'taken');
    if (type === 'OptRefused') {
      answered(data.optID, 'refused');
      everRefused.add(data.optID);
    }
    if (type === 'OptEnded') holding.delete(data.optID);
  }
  return { holding, everRefused };
};

/**
 * What is wrong with the schedules in the VTN’s book, in words: each that holds here and was not refused is in it, and nothing else
 * but what was refused once, or ended by itself.
 */
export const misbooked = (
  entries: readonly KnownEntry[],
  booked: ReadonlySet<string>,
): { readonly missing: readonly string[]; readonly strange: readonly string[] } => {
  const { holding, everRefused } = schedulesIn(entries);
  const wanted = [...holding.values()].filter(({ standing }) => standing !== 'refused');
  const ended = new Set(
    entries.flatMap(({ type, data }) => (type === 'OptEnded' && data.because === 'over' ? [data.optID] : [])),
  );
  return {
    missing: wanted
      .filter(({ terms }) => !booked.has(terms.optID))
      .map(({ terms, standing }) => `the opt ${terms.optID} (${standing}) is not in the VTN’s book`),
    strange: [...booked]
      .filter((optID) => !holding.has(optID) && !everRefused.has(optID) && !ended.has(optID))
      .map((optID) => `the VTN’s book has the opt ${optID}, which was taken back`),
  };
};

/** 23: what holds here and was not refused is in the VTN’s book; and where nobody's memory was taken away, nothing else is. */
const areTold: Check = ({ run: { plan, world }, entries }) => {
  const booked = new Set(world.vtn.optSchedules().map(({ optID }) => optID));
  const { missing, strange } = misbooked(entries, booked);
  const isForgetful = (['backups', 'directories', 'secondVens'] as const).some((theme) => plan.themes.includes(theme));
  return [...missing, ...(isForgetful ? [] : strange)].map((sentence) => `23: ${sentence}`);
};

export const optChecks: readonly Check[] = [areTold];

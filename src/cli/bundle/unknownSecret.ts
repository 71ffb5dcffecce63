import type { Configuration } from '../../adapters/config/config.ts';
import type { Entry } from '../../facts/entry.ts';
import type { AgentStarted } from '../../facts/input.ts';
import { CommandFailure } from '../exitCode.ts';

/** A run into whose entries no secret could come; those of earlier releases may hold what a VTN said of its own token. */
const isVeiled = (entry: Entry): boolean => (entry.data as AgentStarted).versions.veil !== undefined;

/** The position of the first entry that may hold a secret nobody here knows; null when there is none. */
const firstUnveiled = async (entries: AsyncIterable<Entry>): Promise<number | null> => {
  let isKnown = false;
  for await (const entry of entries) {
    if (entry.type === 'AgentStarted') isKnown = isVeiled(entry);
    if (!isKnown) return entry.position;
  }
  return null;
};

/**
 * Refuses to carry away what may hold a secret, where it is not known which.
 * @throws CommandFailure
 */
export const refuseUnknownSecret = async (
  { origins }: Configuration,
  entries: () => AsyncIterable<Entry>,
): Promise<void> => {
  if (origins.has('vtnUrl')) return;
  const position = await firstUnveiled(entries());
  if (position === null) return;
  throw new CommandFailure(
    `The token of the VTN URL is not known here, and what an earlier release recorded from position ${position} on may hold it, if the VTN ever repeated it: give the URL as the agent has it (VEN_VTN_URL_FILE, or --vtn-url), and it is taken out; a URL without a token says that there is none.`,
  );
};

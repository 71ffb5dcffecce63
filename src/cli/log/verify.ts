import { counted } from '../../telling/words.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { reading } from '../reading.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { checkCheckpoints } from './checkpoints.ts';

/** The body of `ven log verify`. A log that is damaged ends it with the position and the code of an unsafe log. */
export const logVerify = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(
    given,
    surroundings,
    async ({ log }) => {
      const { position, hash } = await log.verify();
      await checkCheckpoints(log);
      const { entries } = await log.stats();
      say(
        surroundings.stdout,
        given.switches.has('json')
          ? `${JSON.stringify({ whole: true, position, hash, entries, base: log.base.position })}\n`
          : `${wholeText(position, hash, entries)}\n`,
      );
      return EXIT.success;
    },
    { thorough: true },
  );

const wholeText = (position: number, hash: string, entries: number): string => {
  if (position < 0) return 'The log has no entries yet.';
  const gone = position + 1 - entries;
  const gaps =
    gone === 0
      ? ''
      : ` Of the positions, ${gone} hold no entry any more; each is accounted for by a compaction or a repair.`;
  return [
    `The log is whole: ${counted(entries, 'entry', 'entries')}, each sealed with the one before, every XML as it was kept, and no checkpoint that says otherwise.${gaps}`,
    `Its head is position ${position} with hash ${hash}; write it down elsewhere, and any later change of what is before it can be proved.`,
  ].join('\n');
};

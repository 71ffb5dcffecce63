/** The person who has somebody else's VTN do what the cases ask for: what they are told, and what they say by keys. */
import { CaseUnlooked } from '../../conformance/proceedings.ts';
import { brokenOff } from '../../conformance/testCase.ts';
import type { HandAtVtn } from '../../conformance/world.ts';
import { lengthNamed } from '../ask/amounts.ts';
import type { ParsedArguments } from '../options.ts';
import { proseFor } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';

/** How long a person at a terminal is waited for. @unit ms */
const usualPatienceMs = 600_000;

/** What came of asking somebody to say when something is so. */
type Word = 'done' | 'left' | 'too late';

/** Somebody at a terminal, or nobody. */
export interface Person {
  /** Null where nobody is there. */
  readonly hand: HandAtVtn | null;
  /** Tells what there is to see, to somebody or into a file. */
  readonly say: (sentence: string) => void;
  /** Why the present case is left; null while it is not. */
  readonly leaves: () => string | null;
  /** Whether the run ends here. */
  readonly endsRun: () => boolean;
  /** The next case begins. */
  readonly turn: () => void;
  /** Keys are keys of the shell again. */
  readonly goes: () => void;
}

/** What the person can say. `given`: how long they are waited for, as `--patience` has it. @throws UsageError */
export const personAt = (
  given: Pick<ParsedArguments, 'text'>,
  { pressedKey, stderr }: Pick<Surroundings, 'pressedKey' | 'stderr'>,
  stop: AbortSignal,
): Person => {
  const asked = given.text('patience');
  const patienceMs = asked === undefined ? (pressedKey === null ? 0 : usualPatienceMs) : lengthNamed(asked);
  const say = (sentence: string): void => void stderr.write(`${proseFor(stderr, sentence)}\n`);
  const gone = new AbortController();
  let [isPassedOver, isEnded] = [false, false];
  let heard: (word: Word) => void = () => undefined;

  const listen = async (next: NonNullable<Surroundings['pressedKey']>): Promise<void> => {
    while (!gone.signal.aborted) {
      const key = await next(gone.signal);
      if (key === '\r' || key === '\n') heard('done');
      if (key === 's') isPassedOver = true;
      if (key === 'q' || key === '\u0003') isEnded = true;
      if (isPassedOver || isEnded) heard('left');
    }
  };
  if (pressedKey !== null) void listen(pressedKey);
  stop.addEventListener('abort', () => heard('left'), { once: true });

  const leaves = (): string | null => {
    if (stop.aborted || isEnded) return brokenOff;
    return isPassedOver ? 'passed over' : null;
  };
  const agree = async (sentence: string): Promise<void> => {
    if (pressedKey === null)
      throw new CaseUnlooked('it takes a terminal, at which somebody says when the VTN is ready');
    say(`  ${sentence} Press Enter when it is.`);
    const word = await new Promise<Word>((resolve) => {
      const timer = setTimeout(() => resolve('too late'), patienceMs);
      heard = (said) => {
        clearTimeout(timer);
        resolve(said);
      };
      if (leaves() !== null) heard('left');
    });
    if (word !== 'done') throw new CaseUnlooked(leaves() ?? 'nobody said that the VTN is ready');
  };
  const tell = (sentence: string): void => say(`  ${sentence}`);
  return {
    hand: patienceMs === 0 ? null : { patienceMs, tell, agree },
    say,
    leaves,
    endsRun: () => stop.aborted || isEnded,
    turn: () => {
      isPassedOver = false;
      heard = () => undefined;
    },
    goes: () => gone.abort(),
  };
};

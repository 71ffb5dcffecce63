/** What a failed exchange says of itself is its cause, and often what to do about it: told apart, so that each stands in its place. */

/** The two halves of what a failure says, without a full stop. */
export interface CauseAndRemedy {
  readonly cause: string;
  /** What a person may do, as a sentence begins; null where nothing is asked of one. */
  readonly remedy: string | null;
}

/** Where the remedy begins. */
const remedyPattern = /^(.+?)[:;] ((?:check|ask|wait|run) .+)$/su;

/** `Nobody listens: check the port.` is the cause `Nobody listens` and the remedy `Check the port`. */
export const causeAndRemedy = (detail: string): CauseAndRemedy => {
  const said = detail.replace(/\.$/, '');
  const [, cause = said, remedy] = remedyPattern.exec(said) ?? [];
  return { cause, remedy: remedy === undefined ? null : remedy.charAt(0).toUpperCase() + remedy.slice(1) };
};

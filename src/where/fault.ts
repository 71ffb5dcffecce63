/** A predicate that cannot be read: what is wrong and where, in one sentence. */
export class WhereFault extends Error {
  override readonly name = 'WhereFault';
  /** The place in the text, from 0. */
  readonly at: number;

  constructor(text: string, at: number, sentence: string) {
    super(`In "${text.length > 120 ? `${text.slice(0, 119)}…` : text}", at character ${at + 1}: ${sentence}`);
    this.at = at;
  }
}

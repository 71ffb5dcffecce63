/** Work that is done one piece after the other, whoever asks for it. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /** Does it when all that was asked for before is over, however it ended. */
  do<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

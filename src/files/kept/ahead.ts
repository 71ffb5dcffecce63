/** Items that are gone through once, looked at one ahead. */
export class Ahead<Item> {
  readonly #items: Iterator<Item>;
  /** The next one; undefined at the end. */
  next: Item | undefined;

  constructor(items: Iterable<Item>) {
    this.#items = items[Symbol.iterator]();
    this.#advance();
  }

  /** The next one, which is passed. */
  take(): Item {
    const taken = this.next as Item;
    this.#advance();
    return taken;
  }

  #advance(): void {
    const { done, value } = this.#items.next();
    this.next = done === true ? undefined : (value as Item);
  }
}

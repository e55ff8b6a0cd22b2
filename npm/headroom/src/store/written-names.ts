/**
 * What an engine has put into its store, so that a conversation that is resent with every request is not put again
 * with every request.
 *
 * @module
 */

/** Milliseconds after which an entry that is still resent is put again: the store may have forgotten it. */
const longestRenewal = 30 * 60 * 1000;
/** Characters of all names together. */
const maxCharacters = 4 * 1024 * 1024;

/** The names of entries, with the time at which each was written. */
export class WrittenNames {
  /** In the order of writing. */
  readonly #times = new Map<string, number>();
  readonly #renewal: number;
  #characters = 0;

  /** `ttl`: the seconds for which the store keeps an entry, where it says so. */
  constructor(ttl?: number) {
    this.#renewal = Math.min(longestRenewal, ttl === undefined ? Infinity : ttl * 500);
  }

  /** Whether the store can be expected to hold the entry. */
  has(name: string): boolean {
    const time = this.#times.get(name);
    return time !== undefined && Date.now() - time < this.#renewal;
  }

  /** Notes that the entry was written now. */
  add(name: string): void {
    if (!this.#times.delete(name)) this.#characters += name.length;
    this.#times.set(name, Date.now());
    for (const oldest of this.#times.keys()) {
      if (this.#characters <= maxCharacters) break;
      this.#times.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}

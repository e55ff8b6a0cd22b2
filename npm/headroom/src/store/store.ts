/**
 * Where originals and hidden rounds are kept: the interface that every store implements.
 *
 * @module
 */

/** One original on its way into a store. */
export interface StoreEntry {
  /** The name under which it is asked for again. */
  readonly id: string;
  /** Its bytes, opaque to the store. */
  readonly value: Uint8Array;
}

/**
 * Keeps entries by scope: what one scope has written, no other scope is given. A store may forget. Its failures
 * never change what is sent to a provider; they become warnings of the report.
 *
 * What a store is given is compressed, and encrypted where `encryptionKey` is configured: it keeps the bytes as they
 * are. Names are short strings of ASCII; a scope is any string.
 *
 * @example
 * ```ts
 * const store: Store = {
 *   get: (scope, id) => bucket.read(`${scope}/${id}`),
 *   put: async (scope, entries) => {
 *     await Promise.all(entries.map(({ id, value }) => bucket.write(`${scope}/${id}`, value)));
 *   },
 * };
 * const engine = createHeadroom({ store, secret: process.env.HEADROOM_SECRET });
 * ```
 */
export interface Store {
  /** The bytes that `scope` has put under `id`; `undefined` if there are none, or no longer. */
  get(scope: string, id: string): Promise<Uint8Array | undefined>;
  /** Keeps the entries; an identifier that is there already is overwritten. */
  put(scope: string, entries: readonly StoreEntry[]): Promise<void>;
  /** Forgets everything of one scope. */
  delete?(scope: string): Promise<void> | void;
  /** Bytes held. */
  size?(): Promise<number> | number;
  /** Lets go of connections and memory. */
  close?(): Promise<void> | void;
  /**
   * Seconds for which an entry is kept at least unless it is used, where the store forgets by time: an entry that is
   * still being resent is put again before they are over.
   */
  readonly ttl?: number;
}

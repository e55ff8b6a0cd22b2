/**
 * The store that is there by default: this process's memory.
 *
 * @module
 */
import type { Store, StoreEntry } from './store.js';

/** What an entry costs beyond its bytes and its name, roughly. */
const entryOverhead = 64;

interface Held {
  readonly scope: string;
  readonly value: Uint8Array;
  readonly bytes: number;
}

/**
 * A store in this process's memory. Bounded in bytes: the entry that was used least recently goes first.
 *
 * @example
 * ```ts
 * const engine = createHeadroom({ store: new MemoryStore({ maxBytes: 16 * 1024 * 1024 }) });
 * ```
 */
export class MemoryStore implements Store {
  readonly #maxBytes: number;
  /** In the order of their last use: a `Map` remembers insertion. */
  readonly #held = new Map<string, Held>();
  #bytes = 0;

  constructor(options: { readonly maxBytes?: number } = {}) {
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
  }

  get(scope: string, id: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.getSync(scope, id));
  }

  put(scope: string, entries: readonly StoreEntry[]): Promise<void> {
    for (const { id, value } of entries) this.putSync(scope, id, () => value);
    return Promise.resolve();
  }

  delete(scope: string): void {
    for (const [key, held] of this.#held) {
      if (held.scope === scope) this.#drop(key, held);
    }
  }

  size(): number {
    return this.#bytes;
  }

  close(): void {
    this.#held.clear();
    this.#bytes = 0;
  }

  /** {@link get} at once. */
  getSync(scope: string, id: string): Uint8Array | undefined {
    const key = keyOf(scope, id);
    const held = this.#held.get(key);
    if (!held) return undefined;
    this.#held.delete(key);
    this.#held.set(key, held);
    return held.value;
  }

  /** {@link put} of one entry at once. */
  putSync(scope: string, id: string, value: () => Uint8Array): void {
    const key = keyOf(scope, id);
    const before = this.#held.get(key);
    if (before) this.#drop(key, before);
    const made = value();
    // Name and scope are strings of two bytes a character at worst.
    const bytes = made.byteLength + 2 * key.length + entryOverhead;
    if (bytes > this.#maxBytes) return;
    this.#held.set(key, { scope, value: made, bytes });
    this.#bytes += bytes;
    for (const [oldest, held] of this.#held) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest, held);
    }
  }

  #drop(key: string, held: Held): void {
    this.#held.delete(key);
    this.#bytes -= held.bytes;
  }
}

/** One string for scope and name that no other pair has. */
function keyOf(scope: string, id: string): string {
  return `${scope.length}:${scope}${id}`;
}

/**
 * What was hidden in visible turns, in the store under the turns' names.
 *
 * Owns those names. What a record holds is for those to know who made it.
 *
 * @module
 */
import type { EngineStore } from './engine-store.js';

/** How many names of turns without a record are remembered, to spare a remote store the question. */
const maxKnownAbsent = 10_000;

/** The records of one engine. */
export class TurnRecords {
  readonly #store: EngineStore;
  readonly #absent = new Set<string>();

  constructor(store: EngineStore) {
    this.#store = store;
  }

  /** The record of the turn of this key. A store that fails has forgotten, as far as this request goes. */
  async find(scope: string, key: string): Promise<Uint8Array | undefined> {
    const name = JSON.stringify([scope, key]);
    if (this.#absent.has(name)) return undefined;
    try {
      const record = await this.#store.get(scope, idOf(key));
      // A turn has its record before any client can resend it: one that is missing once stays missing.
      if (!record && !this.#store.isMemory) {
        if (this.#absent.size >= maxKnownAbsent) this.#absent.clear();
        this.#absent.add(name);
      }
      return record;
    } catch {
      return undefined;
    }
  }

  /** Keeps the record of the turn of this key; what went wrong comes back as warnings. */
  async keep(scope: string, key: string, record: Uint8Array): Promise<readonly string[]> {
    this.#absent.delete(JSON.stringify([scope, key]));
    return this.#store.put(scope, [{ id: idOf(key), value: () => record }], { changeable: true });
  }
}

/** Names of turns never look like handles. */
function idOf(key: string): string {
  return `turn_${key}`;
}

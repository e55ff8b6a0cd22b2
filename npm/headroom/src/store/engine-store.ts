/**
 * A store as an engine uses it: nothing is written twice, what failed is tried again, and no failure reaches a request.
 *
 * Owns the way of entries into the store and what is said about it. It knows nothing of handles or turns.
 *
 * @module
 */
import { MemoryStore } from './memory.js';
import type { Store } from './store.js';
import { TimeLimit } from './time-limit.js';
import { UnreadableValueError, ValueCodec } from './value-codec.js';
import { WrittenNames } from './written-names.js';

/** How often an entry is put before it is given up. */
const maxAttempts = 3;
/** Bytes of entries that wait to be written, or to be tried again. */
const maxWaitingBytes = 16 * 1024 * 1024;

/** An entry that is asked for its bytes only if they are needed. */
export interface LazyEntry {
  readonly id: string;
  readonly value: () => Uint8Array;
}

/** An entry on its way. */
interface Waiting {
  readonly scope: string;
  readonly id: string;
  readonly value: Uint8Array;
  attempts: number;
  underWay: boolean;
  written: boolean;
}

/**
 * Keeps entries in a store. Memory gets them as they are and at once. Any other store gets them compressed, and
 * encrypted where there is a key; what comes while a write is under way goes with the next, all at once.
 */
export class EngineStore {
  readonly #store: Store;
  readonly #codec: ValueCodec;
  readonly #limit = new TimeLimit();
  readonly #written: WrittenNames;
  /** What is not in the store yet, by name, in the order of its coming. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #warnings = new Set<string>();
  #waitingBytes = 0;
  #lost = 0;
  #write: Promise<void> = Promise.resolve();
  #nextWrite: Promise<void> | undefined;

  constructor(store: Store, encryptionKey?: Uint8Array<ArrayBuffer>) {
    this.#store = store;
    this.#codec = new ValueCodec(encryptionKey);
    this.#written = new WrittenNames(store.ttl);
  }

  /** Whether the store is this process's memory: then everything is done at once. */
  get isMemory(): boolean {
    return this.#store instanceof MemoryStore;
  }

  /** The value of an entry; `undefined` if there is none, or none that can be read. Fails where the store fails. */
  async get(scope: string, id: string): Promise<Uint8Array | undefined> {
    if (this.#store instanceof MemoryStore) return this.#store.getSync(scope, id);
    const waiting = this.#waiting.get(nameOf(scope, id));
    if (waiting) return waiting.value;
    const stored: unknown = await this.#limit.ask(async () => this.#store.get(scope, id));
    if (stored === undefined || stored === null) return undefined;
    try {
      if (!(stored instanceof Uint8Array)) throw new UnreadableValueError();
      return await this.#codec.decode(scope, id, stored);
    } catch {
      this.#warnings.add(unreadable);
      return undefined;
    }
  }

  /**
   * Puts what this engine has not put lately, and what it failed to put before. Entries of a content that may have
   * changed are put in any case: `changeable`. Hands back what the next report should say.
   */
  async put(scope: string, entries: readonly LazyEntry[], { changeable = false } = {}): Promise<readonly string[]> {
    await this.#putAll(scope, entries, changeable);
    return this.#takeWarnings();
  }

  /** {@link put} at once, where the store is memory; else it goes on by itself, and a later report says how it went. */
  putSync(scope: string, entries: readonly LazyEntry[]): readonly string[] {
    const warnings = this.#takeWarnings();
    // In memory, everything is done when this call returns.
    void this.#putAll(scope, entries, false);
    return warnings;
  }

  /** Resolves when everything so far is in the store, or has failed once more. */
  flush(): Promise<void> {
    if (this.#waiting.size === 0) return Promise.resolve();
    return (this.#nextWrite ??= this.#write.then(() => {
      this.#nextWrite = undefined;
      return (this.#write = this.#writeAll());
    }));
  }

  async #putAll(scope: string, entries: readonly LazyEntry[], changeable: boolean): Promise<void> {
    try {
      if (this.#store instanceof MemoryStore) {
        putInMemory(this.#store, scope, entries, changeable);
        return;
      }
      const own = entries.flatMap((entry) => this.#enqueue(scope, entry, changeable) ?? []);
      await this.flush();
      if (own.some(({ written }) => !written)) this.#warnings.add(failed);
    } catch {
      this.#warnings.add(failed);
    }
  }

  #enqueue(scope: string, { id, value }: LazyEntry, changeable: boolean): Waiting | undefined {
    const name = nameOf(scope, id);
    const before = this.#waiting.get(name);
    if (!changeable && before) return before;
    if (!changeable && this.#written.has(name)) return undefined;
    if (before) this.#remove(name, before);
    const entry: Waiting = { scope, id, value: value(), attempts: 0, underWay: false, written: false };
    this.#waiting.set(name, entry);
    this.#waitingBytes += entry.value.length;
    for (const [oldest, other] of this.#waiting) {
      if (this.#waitingBytes <= maxWaitingBytes || other === entry) break;
      this.#remove(oldest, other);
      // One that is being written may still make it; if not, whoever waits for it is told.
      if (!other.underWay) this.#lost += 1;
    }
    return entry;
  }

  async #writeAll(): Promise<void> {
    const batches = new Map<string, Waiting[]>();
    for (const [name, entry] of this.#waiting) {
      // On its last attempt an entry goes alone, in case it is another of its batch that the store does not take.
      const key = entry.attempts === maxAttempts - 1 ? name : `scope ${entry.scope}`;
      const batch = batches.get(key);
      if (batch) batch.push(entry);
      else batches.set(key, [entry]);
    }
    await Promise.all([...batches.values()].map((batch) => this.#writeBatch(batch)));
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const { scope } = batch[0]!;
    for (const entry of batch) entry.underWay = true;
    let written = true;
    try {
      const entries = await Promise.all(batch.map(async ({ id, value }) => ({ id, value: await this.#codec.encode(scope, id, value) })));
      await this.#limit.ask(async () => this.#store.put(scope, entries));
    } catch {
      written = false;
    }
    for (const entry of batch) {
      const name = nameOf(scope, entry.id);
      entry.attempts += 1;
      entry.underWay = false;
      entry.written = written;
      // Meanwhile it may have been given up for want of space, or another value may have taken its place.
      if (this.#waiting.get(name) !== entry) continue;
      if (written) {
        this.#remove(name, entry);
        this.#written.add(name);
      } else if (entry.attempts >= maxAttempts) {
        this.#remove(name, entry);
        this.#lost += 1;
      }
    }
  }

  #remove(name: string, entry: Waiting): void {
    this.#waiting.delete(name);
    this.#waitingBytes -= entry.value.length;
  }

  #takeWarnings(): readonly string[] {
    const lost = this.#lost > 0 ? [`the store failed ${maxAttempts} times or for too long: ${this.#lost} originals or hidden rounds are not in it`] : [];
    const warnings = [...this.#warnings, ...lost];
    this.#warnings.clear();
    this.#lost = 0;
    return warnings;
  }
}

const failed = 'the store failed: what this request would keep is put again with the next one; until then only this process has it';
const unreadable =
  'the store holds entries that cannot be read and count as missing: they were written with another encryptionKey or without one, or were changed';

function putInMemory(store: MemoryStore, scope: string, entries: readonly LazyEntry[], changeable: boolean): void {
  for (const { id, value } of entries) {
    // A request resends what it sent before: what is held already only becomes the latest used, and its text, which a
    // body's original reads when it is asked for, is not read.
    if (changeable || !store.getSync(scope, id)) store.putSync(scope, id, value);
  }
}

/** One string for scope and name that no other pair has. */
function nameOf(scope: string, id: string): string {
  return `${scope.length}:${scope}${id}`;
}
